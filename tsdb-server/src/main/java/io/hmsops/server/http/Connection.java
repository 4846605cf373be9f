package io.hmsops.server.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection: takes its requests one after the other, however many the client has sent ahead,
 * so answers keep the order of requests. Lives on one event loop.
 */
// Writes and closes of a channel tell their failure to the channel itself, which then closes.
@SuppressWarnings("FutureReturnValueIgnored")
final class Connection extends SimpleChannelInboundHandler<RequestAssembler.Arrival> {
  private final HttpOptions options;
  private final Exchanges exchanges;
  private final ConnectionCancellation cancellation = new ConnectionCancellation();
  private final ArrayDeque<RequestAssembler.Arrival> waiting = new ArrayDeque<>();
  private boolean busy;

  /** When the connection is closed, if it is armed. */
  private long deadlineNanos;

  private boolean armed;
  private @Nullable Future<?> timer;

  Connection(HttpOptions options, Exchanges exchanges) {
    this.options = options;
    this.exchanges = exchanges;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    if (context.channel().isActive()) {
      armDeadline(context);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    armDeadline(context);
    context.fireChannelActive();
  }

  /** A client that never ends its request, or sends none, does not hold a connection for ever. */
  private void armDeadline(ChannelHandlerContext context) {
    deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(options.readTimeoutMs());
    armed = true;
    if (timer == null) {
      startTimer(context, options.readTimeoutMs());
    }
  }

  /** The timer is not moved with the deadline: that would cost more than the rest of a request. */
  private void startTimer(ChannelHandlerContext context, long delayMs) {
    timer = context.executor().schedule(() -> timerFired(context), delayMs, TimeUnit.MILLISECONDS);
  }

  private void timerFired(ChannelHandlerContext context) {
    timer = null;
    if (!armed) {
      return;
    }
    long leftNanos = deadlineNanos - System.nanoTime();
    if (leftNanos <= 0) {
      context.close();
    } else {
      startTimer(context, TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1);
    }
  }

  private void disarmDeadline() {
    armed = false;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, RequestAssembler.Arrival arrival) {
    if (busy) {
      waiting.add(arrival);
      if (waiting.size() >= options.maxPipelinedRequests()) {
        context.channel().config().setAutoRead(false);
      }
      return;
    }
    begin(context, arrival);
  }

  private void begin(ChannelHandlerContext context, RequestAssembler.Arrival arrival) {
    busy = true;
    disarmDeadline();
    HttpRequest request = arrival.request().withCancellation(cancellation);
    exchanges.begin(
        context.channel(),
        new RequestAssembler.Arrival(
            request, arrival.keepAlive(), arrival.http10(), arrival.refusal()),
        keepAlive -> {
          if (context.executor().inEventLoop()) {
            end(context, keepAlive);
          } else {
            context.executor().execute(() -> end(context, keepAlive));
          }
        });
  }

  private void end(ChannelHandlerContext context, boolean keepAlive) {
    busy = false;
    if (!keepAlive || !context.channel().isActive()) {
      context.close();
      return;
    }
    RequestAssembler.Arrival next = waiting.poll();
    if (next != null) {
      context.channel().config().setAutoRead(true);
      begin(context, next);
    } else if (exchanges.stopping()) {
      context.close();
    } else {
      armDeadline(context);
    }
  }

  /** Closes the connection unless a request is at work. To be called on the event loop. */
  void closeIfIdle(ChannelHandlerContext context) {
    if (!busy) {
      context.close();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ServerStopping) {
      closeIfIdle(context);
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    cancellation.close();
    disarmDeadline();
    if (timer != null) {
      timer.cancel(false);
    }
    waiting.forEach(exchanges::dropped);
    waiting.clear();
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    exchanges.connectionFailed(context.channel(), cause);
    context.close();
  }
}
