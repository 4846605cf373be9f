package io.hmsops.server.http;

import io.netty.channel.Channel;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs handlers on virtual threads and sends their answers. Thread-safe. */
// Writes and closes of a channel tell their failure to the channel itself, which then closes.
@SuppressWarnings("FutureReturnValueIgnored")
final class Exchanges {
  private static final Logger LOG = LoggerFactory.getLogger(Exchanges.class);

  /** The status that is counted where none could be sent. */
  private static final int CLIENT_GONE = 499;

  private final HttpOptions options;
  private final Router router;
  private final HttpMetrics metrics;
  private final ExecutorService threads;
  private final Admission admission;
  private final AtomicLong bufferedBodyBytes;
  private volatile boolean stopping;

  Exchanges(
      HttpOptions options,
      Router router,
      HttpMetrics metrics,
      ExecutorService threads,
      AtomicLong bufferedBodyBytes) {
    this.options = options;
    this.router = router;
    this.metrics = metrics;
    this.threads = threads;
    this.admission = new Admission(options);
    this.bufferedBodyBytes = bufferedBodyBytes;
    metrics.watch(admission);
  }

  void stop() {
    stopping = true;
  }

  boolean stopping() {
    return stopping;
  }

  /**
   * Handles a request elsewhere.
   *
   * @param done called once with whether the connection can take another request
   */
  void begin(Channel channel, RequestAssembler.Arrival arrival, Consumer<Boolean> done) {
    try {
      threads.execute(() -> exchange(channel, arrival, done));
    } catch (RejectedExecutionException e) {
      // The server has stopped.
      dropped(arrival);
      done.accept(false);
    }
  }

  /** Takes note of a request that arrived and will not be handled. */
  void dropped(RequestAssembler.Arrival arrival) {
    bufferedBodyBytes.addAndGet(-arrival.request().body().length);
  }

  void connectionFailed(Channel channel, Throwable cause) {
    // A reset by the peer is the peer's business; anything else is worth a line when looking for
    // it.
    LOG.debug("connection {} failed", channel.remoteAddress(), cause);
  }

  /** A request that is handled. */
  private record Exchange(
      Channel channel,
      RequestAssembler.Arrival arrival,
      String pattern,
      long startNanos,
      Consumer<Boolean> done) {}

  private void exchange(Channel channel, RequestAssembler.Arrival arrival, Consumer<Boolean> done) {
    String pattern = arrival.refusal() == null ? router.patternOf(arrival.request()) : "";
    Exchange exchange = new Exchange(channel, arrival, pattern, System.nanoTime(), done);
    Place place = new Place();
    Outcome outcome = Outcome.BROKEN;
    try {
      HttpResponse response = answer(arrival, place, pattern);
      if (response.delivery() == HttpResponse.Delivery.LIVE) {
        place.leave();
      }
      outcome = send(exchange, response);
    } finally {
      place.leave();
      if (outcome != Outcome.ON_ITS_WAY) {
        end(exchange, outcome == Outcome.SENT);
      }
    }
  }

  private void end(Exchange exchange, boolean inStep) {
    dropped(exchange.arrival);
    metrics.duration(exchange.pattern, System.nanoTime() - exchange.startNanos);
    exchange.done.accept(inStep && exchange.arrival.keepAlive() && !stopping);
  }

  /** A place among the requests at work, given back once. */
  private final class Place {
    private boolean held;

    void enter() throws InterruptedException {
      admission.enter();
      held = true;
    }

    void leave() {
      if (held) {
        held = false;
        admission.leave();
      }
    }
  }

  private HttpResponse answer(RequestAssembler.Arrival arrival, Place place, String pattern) {
    HttpException refusal = arrival.refusal();
    if (refusal != null) {
      return HttpResponse.text(refusal.status(), refusal.text());
    }
    try {
      // Health must be seen when everything else queues.
      if (!pattern.startsWith("/-/") && !router.queuesItself(pattern)) {
        place.enter();
      }
      return router.handle(arrival.request());
    } catch (HttpException e) {
      return HttpResponse.text(e.status(), e.text());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return HttpResponse.text(503, "the server is stopping\n");
    } catch (IOException | RuntimeException e) {
      return failed(arrival.request(), e);
    }
  }

  private static HttpResponse failed(HttpRequest request, Throwable cause) {
    LOG.error("{} failed", request, cause);
    return HttpResponse.text(500, "internal error: %s\n".formatted(cause.getMessage()));
  }

  /** How far an answer has come. */
  private enum Outcome {
    /** All of it was sent. */
    SENT,
    /** It will be sent, and the exchange is ended then. */
    ON_ITS_WAY,
    /** The connection cannot be used any more. */
    BROKEN
  }

  private Outcome send(Exchange exchange, HttpResponse response) {
    ResponseStream stream = open(exchange.channel, exchange.arrival, response);
    try {
      response.body().writeTo(stream);
      if (!stream.started()) {
        stream.sendWhole(
            success -> {
              metrics.answered(
                  exchange.pattern,
                  success ? response.status() : CLIENT_GONE,
                  success ? stream.sentBytes() : 0);
              end(exchange, success);
            });
        return Outcome.ON_ITS_WAY;
      }
      stream.close();
      metrics.answered(exchange.pattern, response.status(), stream.sentBytes());
      return stream.endsWithConnection() ? Outcome.BROKEN : Outcome.SENT;
    } catch (IOException | RuntimeException e) {
      boolean recovered = recover(exchange.channel, exchange.arrival, stream, e, exchange.pattern);
      return recovered ? Outcome.SENT : Outcome.BROKEN;
    }
  }

  private boolean recover(
      Channel channel,
      RequestAssembler.Arrival arrival,
      ResponseStream broken,
      Exception cause,
      String pattern) {
    if (broken.started() || !channel.isActive()) {
      // Too late for another status: a cut body tells the client that something is missing.
      LOG.debug("answer to {} cut short", arrival.request(), cause);
      metrics.answered(pattern, CLIENT_GONE, broken.sentBytes());
      channel.close();
      return false;
    }
    HttpResponse response =
        cause instanceof HttpException e
            ? HttpResponse.text(e.status(), e.text())
            : failed(arrival.request(), cause);
    metrics.answered(pattern, response.status(), 0);
    try (ResponseStream stream = open(channel, arrival, response)) {
      response.body().writeTo(stream);
      return true;
    } catch (IOException e) {
      LOG.debug("no answer to {}", arrival.request(), e);
      channel.close();
      return false;
    }
  }

  private ResponseStream open(
      Channel channel, RequestAssembler.Arrival arrival, HttpResponse response) {
    return new ResponseStream(
        new ResponseStream.Wire(
            channel,
            response,
            response.delivery() == HttpResponse.Delivery.COMPRESSIBLE
                ? encoding(arrival.request().header("Accept-Encoding"))
                : "",
            arrival.request().method().equals("HEAD"),
            arrival.http10(),
            arrival.keepAlive() && !stopping,
            options));
  }

  /** The first known name in the list; weights are not read, as upstream. */
  private static String encoding(Optional<String> acceptEncoding) {
    for (String token : acceptEncoding.map(a -> List.of(a.split(",", -1))).orElse(List.of())) {
      String name = token.strip();
      if (name.equals("gzip") || name.equals("deflate")) {
        return name;
      }
    }
    return "";
  }
}
