package io.hmsops.server.ingest;

import io.hmsops.server.http.Handler;
import io.hmsops.server.http.HttpException;
import io.hmsops.server.http.HttpRequest;
import io.hmsops.server.http.HttpResponse;
import io.hmsops.tsdb.storage.SampleStore;
import io.hmsops.tsdb.storage.TsdbException;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives remote write 1.0: snappy around protobuf. Answers 204 once the batch is in the log, 400
 * for what a sender must not send again, 5xx for what it should. Thread-safe.
 */
public final class RemoteWriteHandler implements Handler {
  /** The most that a request may be once it is decompressed. */
  public static final int MAX_DECODED_BYTES = 32 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(RemoteWriteHandler.class);
  private static final String PROTOBUF = "application/x-protobuf";
  private static final String VERSION_1 = "prometheus.WriteRequest";
  private static final String VERSION_2 = "io.prometheus.write.v2.Request";

  /** Requests are stored one after another, so few sessions are at work at a time. */
  private static final int KEPT_SESSIONS = 4;

  private final SampleStore store;
  private final InstantSource clock;
  private final KnownSeries known;
  private final LabelHash hash = LabelHash.seeded();
  private final BlockingQueue<WriteSession> idle = new ArrayBlockingQueue<>(KEPT_SESSIONS);
  private final Counter samples;
  private final Counter refused;
  private final Counter skippedSeries;

  /**
   * Creates a receiver.
   *
   * @param store where samples go
   * @param clock tells what is too far in the future
   * @param registry where its metrics go
   */
  public RemoteWriteHandler(SampleStore store, InstantSource clock, PrometheusRegistry registry) {
    this.store = store;
    this.clock = clock;
    this.known = new KnownSeries(clock);
    this.samples =
        counter(registry, "hms_remote_write_samples_total", "Samples stored by remote write.");
    this.refused =
        counter(
            registry,
            "hms_remote_write_refused_requests_total",
            "Remote write requests answered by a 4xx.");
    this.skippedSeries =
        counter(
            registry,
            "hms_remote_write_skipped_series_total",
            "Series of remote write requests left out for invalid labels.");
  }

  private static Counter counter(PrometheusRegistry registry, String name, String help) {
    return Counter.builder().name(name).help(help).register(registry);
  }

  @Override
  public HttpResponse handle(HttpRequest request) throws IOException {
    try {
      checkHeaders(request);
      WriteSession.Outcome outcome = store(request);
      samples.inc(outcome.accepted());
      skippedSeries.inc(outcome.skippedSeries());
      return HttpResponse.empty(204);
    } catch (HttpException e) {
      refused.inc();
      throw e;
    } catch (TsdbException e) {
      LOG.warn("remote write of {} bytes failed in the store", request.body().length, e);
      return HttpResponse.text(500, e.getMessage() + "\n");
    }
  }

  private WriteSession.Outcome store(HttpRequest request) throws TsdbException {
    WriteSession session = idle.poll();
    if (session == null) {
      session = new WriteSession(store, known, hash.copy());
    }
    try {
      return session.store(request.body(), clock.millis(), request.cancellation());
    } finally {
      // If there are enough already, this one is garbage.
      boolean _ = session.mayBeKept() && idle.offer(session);
    }
  }

  private static void checkHeaders(HttpRequest request) {
    checkContentType(request.header("Content-Type").orElse(PROTOBUF));
    String encoding = request.header("Content-Encoding").orElse("snappy");
    if (!encoding.isEmpty() && !encoding.equals("snappy")) {
      throw new HttpException(
          415,
          "%s encoding (compression) is not accepted by this server; only snappy is acceptable\n"
              .formatted(encoding));
    }
  }

  private static void checkContentType(String contentType) {
    String[] parts = contentType.split(";", -1);
    if (!parts[0].strip().toLowerCase(Locale.ROOT).equals(PROTOBUF)) {
      throw new HttpException(
          415,
          "expected application/x-protobuf as the first (media) part, got %s content-type\n"
              .formatted(contentType));
    }
    for (int i = 1; i < parts.length; i++) {
      String part = parts[i].strip();
      String message = part.startsWith("proto=") ? part.substring("proto=".length()) : VERSION_1;
      if (message.equals(VERSION_2)) {
        throw new HttpException(
            415,
            "%s protobuf message is not accepted by this server; only accepts %s\n"
                .formatted(VERSION_2, VERSION_1));
      }
      if (!message.equals(VERSION_1)) {
        throw new HttpException(
            415,
            "got %s content type; unknown type for remote write protobuf message %s, supported: %s\n"
                .formatted(contentType, message, VERSION_1));
      }
    }
  }
}
