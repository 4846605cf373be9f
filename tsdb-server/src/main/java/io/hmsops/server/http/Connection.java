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
  private @Nullable Future<?> deadline;

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
    if (deadline == null) {
      deadline =
          context
              .executor()
              .schedule(() -> context.close(), options.readTimeoutMs(), TimeUnit.MILLISECONDS);
    }
  }

  private void disarmDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
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
        keepAlive -> context.executor().execute(() -> end(context, keepAlive)));
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
