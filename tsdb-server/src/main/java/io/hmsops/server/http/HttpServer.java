package io.hmsops.server.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** An HTTP/1.1 server over a {@link Router}. Owns its threads. Thread-safe. */
// Writes and closes of a channel tell their failure to the channel itself, which then closes.
@SuppressWarnings("FutureReturnValueIgnored")
public final class HttpServer implements AutoCloseable {
  /** How long {@link #close} waits for requests at work. */
  public static final Duration DEFAULT_STOP_LIMIT = Duration.ofSeconds(3);

  private final HttpOptions options;
  private final EventLoopGroup loops;
  private final ExecutorService threads;
  private final Exchanges exchanges;
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private final AtomicLong bufferedBodyBytes = new AtomicLong();
  private final Channel listener;

  private HttpServer(
      InetSocketAddress address, HttpOptions options, Router router, PrometheusRegistry registry)
      throws BindFailedException {
    this.options = options;
    HttpMetrics metrics = new HttpMetrics(registry);
    metrics.gauge("hms_http_connections", "Open HTTP connections.", connections::size);
    this.threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory());
    this.exchanges = new Exchanges(options, router, metrics, threads, bufferedBodyBytes);
    this.loops =
        new MultiThreadIoEventLoopGroup(
            options.ioThreads(),
            new DefaultThreadFactory("http-io", true),
            NioIoHandler.newFactory());
    try {
      this.listener = bind(address);
    } catch (BindFailedException e) {
      stopThreads(Duration.ZERO);
      throw e;
    }
  }

  /**
   * {@return a server that listens}
   *
   * @param address where to listen; port 0 takes a free one
   * @param options the limits
   * @param router who answers
   * @param registry where the server's own metrics go
   * @throws BindFailedException if the address cannot be listened on
   */
  public static HttpServer start(
      InetSocketAddress address, HttpOptions options, Router router, PrometheusRegistry registry)
      throws BindFailedException {
    return new HttpServer(address, options, router, registry);
  }

  /**
   * Loads what a server and its first answer need: a good part of a start, which may pass on
   * another thread beside the rest of it. A server that is started without is only later.
   */
  public static void prepare() {
    ByteBufAllocator.DEFAULT.directBuffer().release();
    new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory())
        .shutdownGracefully(0, 0, TimeUnit.SECONDS);
    new EmbeddedChannel(new HttpServerCodec()).close();
  }

  private Channel bind(InetSocketAddress address) throws BindFailedException {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 1024)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new Pipeline())
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new BindFailedException(address, bound.cause());
    }
    return bound.channel();
  }

  private final class Pipeline extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {
      if (connections.size() >= options.maxConnections()) {
        channel.pipeline().addLast(new Refusal(options.maxConnections()));
        return;
      }
      connections.add(channel);
      HttpDecoderConfig limits =
          new HttpDecoderConfig()
              .setMaxInitialLineLength(options.maxRequestLineBytes())
              .setMaxHeaderSize(options.maxHeaderBytes());
      channel
          .pipeline()
          .addLast(new HttpServerCodec(limits))
          .addLast(new RequestAssembler(options, bufferedBodyBytes))
          .addLast(new Connection(options, exchanges));
    }
  }

  /** Answers a connection too many without reading from it. */
  private static final class Refusal extends ChannelInboundHandlerAdapter {
    private final int limit;

    Refusal(int limit) {
      this.limit = limit;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
      String text = "too many connections: %d (limit max-connections)\n".formatted(limit);
      String answer =
          "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\n\r\n%s"
              .formatted(text.length(), text);
      context
          .writeAndFlush(io.netty.buffer.Unpooled.copiedBuffer(answer, StandardCharsets.US_ASCII))
          .addListener(io.netty.channel.ChannelFutureListener.CLOSE);
    }
  }

  /** {@return the address that is listened on, with its real port} */
  public InetSocketAddress address() {
    return (InetSocketAddress) listener.localAddress();
  }

  /** {@return the port that is listened on} */
  public int port() {
    return address().getPort();
  }

  /**
   * Stops: takes no more connections, closes idle ones, lets requests at work finish, then closes
   * what is left. May be called again.
   *
   * @param limit how long requests at work may still take
   */
  public void stop(Duration limit) {
    exchanges.stop();
    listener.close().awaitUninterruptibly();
    for (Channel connection : connections) {
      connection.pipeline().fireUserEventTriggered(new ServerStopping());
    }
    connections.newCloseFuture().awaitUninterruptibly(limit.toMillis());
    connections.close().awaitUninterruptibly(1000);
    stopThreads(Duration.ofSeconds(1));
  }

  private void stopThreads(Duration limit) {
    threads.shutdownNow();
    loops.shutdownGracefully(0, Math.max(100, limit.toMillis()), TimeUnit.MILLISECONDS);
    loops.terminationFuture().awaitUninterruptibly(limit.toMillis());
  }

  /** Stops with {@link #DEFAULT_STOP_LIMIT}. */
  @Override
  public void close() throws IOException {
    stop(DEFAULT_STOP_LIMIT);
  }
}
