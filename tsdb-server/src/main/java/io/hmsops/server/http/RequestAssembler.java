package io.hmsops.server.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Puts the pieces of a request together and passes it on as an {@link Arrival}. A request over a
 * limit passes on as one with its refusal; what follows on that connection is dropped. Lives on one
 * event loop.
 */
// Writes and closes of a channel tell their failure to the channel itself, which then closes.
@SuppressWarnings("FutureReturnValueIgnored")
final class RequestAssembler extends ChannelInboundHandlerAdapter {
  /**
   * A request that has arrived, or why it is refused.
   *
   * @param request the request, if it is refused with what is known of it
   * @param keepAlive whether the connection stays open after the answer
   * @param http10 whether the client cannot read chunks
   * @param refusal why it is refused, null if it is not
   */
  record Arrival(
      HttpRequest request, boolean keepAlive, boolean http10, @Nullable HttpException refusal) {}

  private static final byte[] NO_BODY = {};

  /** A client's word about its body's length is taken up to here before the bytes have come. */
  private static final int MAX_FIRST_BYTES = 256 << 10;

  private final HttpOptions options;
  private final AtomicLong bufferedBodyBytes;
  private byte[] body = NO_BODY;
  private int bodyLength;
  private io.netty.handler.codec.http.@Nullable HttpRequest head;
  private boolean refused;

  RequestAssembler(HttpOptions options, AtomicLong bufferedBodyBytes) {
    this.options = options;
    this.bufferedBodyBytes = bufferedBodyBytes;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    try {
      if (refused) {
        return;
      }
      if (message instanceof io.netty.handler.codec.http.HttpRequest request) {
        begin(context, request);
      }
      if (message instanceof HttpContent content && head != null) {
        append(context, content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void begin(
      ChannelHandlerContext context, io.netty.handler.codec.http.HttpRequest request) {
    head = request;
    if (request.decoderResult().isFailure()) {
      refuse(context, refusal(request.decoderResult()));
    } else if (HttpUtil.getContentLength(request, 0L) > options.maxBodyBytes()) {
      refuse(context, bodyTooLarge());
    } else if (HttpUtil.is100ContinueExpected(request)) {
      context.writeAndFlush(
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }
  }

  private void append(ChannelHandlerContext context, HttpContent content) {
    if (content.decoderResult().isFailure()) {
      refuse(context, refusal(content.decoderResult()));
      return;
    }
    int length = content.content().readableBytes();
    if (length > options.maxBodyBytes() - bodyLength) {
      refuse(context, bodyTooLarge());
      return;
    }
    if (length > 0) {
      if (bufferedBodyBytes.addAndGet(length) > options.maxBufferedBodyBytes()) {
        bufferedBodyBytes.addAndGet(-length);
        refuse(
            context,
            new HttpException(
                503,
                "request bodies: more than %d bytes at a time (limit max-buffered-body-bytes)\n"
                    .formatted(options.maxBufferedBodyBytes())));
        return;
      }
      makeRoom(length);
      content.content().readBytes(body, bodyLength, length);
      bodyLength += length;
    }
    if (content instanceof LastHttpContent) {
      pass(context, null);
    }
  }

  /** Most clients state the length, so that the bytes are copied once. */
  private void makeRoom(int length) {
    int needed = bodyLength + length;
    if (needed > body.length) {
      int stated = head == null ? 0 : (int) HttpUtil.getContentLength(head, 0L);
      int first = Math.min(stated, MAX_FIRST_BYTES);
      int doubled = (int) Math.min(2L * body.length, Math.max(stated, needed));
      body = Arrays.copyOf(body, Math.max(needed, Math.max(first, doubled)));
    }
  }

  private byte[] takeBody() {
    byte[] taken = bodyLength == body.length ? body : Arrays.copyOf(body, bodyLength);
    dropBody();
    return taken;
  }

  private void dropBody() {
    body = NO_BODY;
    bodyLength = 0;
  }

  private HttpException bodyTooLarge() {
    return new HttpException(
        413,
        "request body: more than %d bytes (limit max-body-bytes)\n"
            .formatted(options.maxBodyBytes()));
  }

  private HttpException refusal(DecoderResult result) {
    Throwable cause = result.cause();
    if (cause instanceof TooLongHttpLineException) {
      return new HttpException(
          414,
          "request line: more than %d bytes (limit max-request-line-bytes); send a form by POST\n"
              .formatted(options.maxRequestLineBytes()));
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return new HttpException(
          431,
          "request headers: more than %d bytes (limit max-header-bytes)\n"
              .formatted(options.maxHeaderBytes()));
    }
    return new HttpException(
        400, "not an HTTP/1.1 request: %s\n".formatted(String.valueOf(cause.getMessage())));
  }

  private void refuse(ChannelHandlerContext context, HttpException refusal) {
    refused = true;
    bufferedBodyBytes.addAndGet(-bodyLength);
    dropBody();
    pass(context, refusal);
  }

  private void pass(ChannelHandlerContext context, @Nullable HttpException refusal) {
    io.netty.handler.codec.http.HttpRequest complete = head;
    if (complete == null) {
      throw new AssertionError("the end of a request without its head");
    }
    boolean broken = complete.decoderResult().isFailure();
    boolean http10 = !broken && !complete.protocolVersion().isKeepAliveDefault();
    HttpRequest request =
        HttpRequest.of(complete.method().name(), complete.uri(), remote(context))
            .withHeaders(headers(complete))
            .withBody(takeBody());
    head = null;
    boolean keepAlive = refusal == null && HttpUtil.isKeepAlive(complete);
    context.fireChannelRead(new Arrival(request, keepAlive, http10, refusal));
  }

  private static InetSocketAddress remote(ChannelHandlerContext context) {
    return context.channel().remoteAddress() instanceof InetSocketAddress address
        ? address
        : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static Map<String, List<String>> headers(
      io.netty.handler.codec.http.HttpRequest request) {
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    request
        .headers()
        .forEach(
            h -> headers.computeIfAbsent(h.getKey(), n -> new ArrayList<>(1)).add(h.getValue()));
    return headers;
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    bufferedBodyBytes.addAndGet(-bodyLength);
    dropBody();
    context.fireChannelInactive();
  }
}
