package io.hmsops.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The way of a body to its client. A short body is sent at once with its length; one that outgrows
 * the buffer is sent in chunks, each only when the one before it is on its way, so that a slow
 * client slows its handler down and not the heap up. Used by one thread.
 */
final class ResponseStream extends OutputStream {
  /** How much may be written before the answer's head goes out and can no longer become a 500. */
  static final int HEAD_START_BYTES = 32 << 10;

  /** What the answer looks like on the wire. */
  record Wire(
      Channel channel,
      HttpResponse response,
      String encoding,
      boolean headOnly,
      boolean http10,
      boolean keepAlive,
      HttpOptions options) {}

  private final Wire wire;
  private final byte[] buffer = new byte[HEAD_START_BYTES];
  private int buffered;
  private @Nullable OutputStream chunks;
  private @Nullable ChannelFuture lastWrite;
  private long sentBytes;

  ResponseStream(Wire wire) {
    this.wire = wire;
  }

  /** {@return whether the head is out, so that the status can no longer change} */
  boolean started() {
    return chunks != null;
  }

  /** {@return whether the connection can take another request after this answer} */
  boolean endsWithConnection() {
    return started() && wire.http10;
  }

  long sentBytes() {
    return sentBytes;
  }

  @Override
  public void write(int b) throws IOException {
    if (buffered == buffer.length) {
      drain();
    }
    buffer[buffered++] = (byte) b;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      if (buffered == buffer.length) {
        drain();
      }
      int part = Math.min(length - done, buffer.length - buffered);
      System.arraycopy(bytes, offset + done, buffer, buffered, part);
      buffered += part;
      done += part;
    }
  }

  /** Sends what there is, but only of a live answer: others are better off with full chunks. */
  @Override
  public void flush() throws IOException {
    if (wire.response.delivery() == HttpResponse.Delivery.LIVE) {
      drain();
    }
  }

  private void drain() throws IOException {
    OutputStream out = chunks;
    if (out == null) {
      out = start();
      chunks = out;
    }
    out.write(buffer, 0, buffered);
    buffered = 0;
  }

  private OutputStream start() throws IOException {
    DefaultHttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, status());
    head.headers().setAll(headers());
    if (!wire.http10) {
      head.headers().set(HttpHeaderNames.TRANSFER_ENCODING, "chunked");
    } else {
      head.headers().set(HttpHeaderNames.CONNECTION, "close");
    }
    head.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
    boolean encoded = !wire.encoding.isEmpty();
    if (encoded) {
      head.headers().set(HttpHeaderNames.CONTENT_ENCODING, wire.encoding);
    }
    send(head);
    OutputStream sink = new ChunkSink();
    return encoded ? encoder(sink) : sink;
  }

  private OutputStream encoder(OutputStream sink) throws IOException {
    return wire.encoding.equals("gzip")
        ? new GZIPOutputStream(sink, HEAD_START_BYTES)
        : new DeflaterOutputStream(sink);
  }

  /** Ends the answer and waits until it is on its way. */
  @Override
  public void close() throws IOException {
    if (chunks == null) {
      sendWhole();
    } else {
      drain();
      chunks.close();
      send(LastHttpContent.EMPTY_LAST_CONTENT);
    }
    awaitLastWrite();
  }

  private void sendWhole() throws IOException {
    byte[] body = Arrays.copyOf(buffer, buffered);
    boolean encoded = !wire.encoding.isEmpty() && body.length >= wire.options.minCompressedBytes();
    if (encoded) {
      ByteArrayOutputStream small = new ByteArrayOutputStream(body.length / 2);
      try (OutputStream out = encoder(small)) {
        out.write(body);
      }
      body = small.toByteArray();
    }
    ByteBuf content = wire.headOnly ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body);
    DefaultFullHttpResponse whole =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status(), content);
    whole.headers().setAll(headers());
    if (encoded) {
      whole.headers().set(HttpHeaderNames.CONTENT_ENCODING, wire.encoding);
    }
    if (wire.response.status() != 204 && wire.response.status() != 304) {
      whole.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
    }
    sentBytes += body.length;
    send(whole);
  }

  private HttpResponseStatus status() {
    // 499 is a status of the field, not of the standard.
    return wire.response.status() == 499
        ? new HttpResponseStatus(499, "Client Closed Request")
        : HttpResponseStatus.valueOf(wire.response.status());
  }

  private io.netty.handler.codec.http.HttpHeaders headers() {
    io.netty.handler.codec.http.HttpHeaders headers =
        new io.netty.handler.codec.http.DefaultHttpHeaders();
    wire.response.headers().forEach(h -> headers.add(h.name(), h.value()));
    if (wire.response.delivery() == HttpResponse.Delivery.COMPRESSIBLE) {
      headers.add(HttpHeaderNames.VARY, "Accept-Encoding");
    }
    if (!wire.keepAlive) {
      headers.set(HttpHeaderNames.CONNECTION, "close");
    } else if (wire.http10) {
      headers.set(HttpHeaderNames.CONNECTION, "keep-alive");
    }
    return headers;
  }

  private void send(Object message) throws IOException {
    awaitLastWrite();
    lastWrite = wire.channel.writeAndFlush(message);
  }

  private void awaitLastWrite() throws IOException {
    ChannelFuture write = lastWrite;
    if (write == null) {
      return;
    }
    try {
      if (!write.await(wire.options.writeTimeoutMs(), TimeUnit.MILLISECONDS)) {
        throw new IOException(
            "the client left its answer unread for %d ms (limit write-timeout)"
                .formatted(wire.options.writeTimeoutMs()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while sending an answer", e);
    }
    if (!write.isSuccess()) {
      throw new IOException("the client closed the connection", write.cause());
    }
  }

  /** Sends each write as one chunk. */
  private final class ChunkSink extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length > 0 && !wire.headOnly) {
        sentBytes += length;
        // Copied: the caller uses its array again while this chunk is still on its way.
        byte[] copy = Arrays.copyOfRange(bytes, offset, offset + length);
        send(new DefaultHttpContent(Unpooled.wrappedBuffer(copy)));
      }
    }
  }
}
