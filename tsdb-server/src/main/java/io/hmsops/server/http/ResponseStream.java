package io.hmsops.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The way of a body to its client. A short body is sent at once with its length; one that outgrows
 * the buffer is sent in chunks, each only when the one before it is on its way, so that a slow
 * client slows its handler down and not the heap up. Used by one thread.
 */
// Writes and closes of a channel tell their failure to the channel itself, which then closes.
@SuppressWarnings("FutureReturnValueIgnored")
final class ResponseStream extends OutputStream {
  /** How much may be written before the answer's head goes out and can no longer become a 500. */
  static final int HEAD_START_BYTES = 32 << 10;

  private static final int FIRST_BYTES = 1 << 10;

  /** How many chunks may be on their way. */
  private static final int MOST_WRITES = 4;

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
  private final ArrayDeque<ChannelFuture> writes = new ArrayDeque<>(0);

  /** Most answers are short. */
  private byte[] buffer = new byte[FIRST_BYTES];

  private int buffered;
  private @Nullable OutputStream chunks;
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
    makeRoom(1);
    buffer[buffered++] = (byte) b;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      makeRoom(length - done);
      int part = Math.min(length - done, buffer.length - buffered);
      System.arraycopy(bytes, offset + done, buffer, buffered, part);
      buffered += part;
      done += part;
    }
  }

  /** Makes room for some of the bytes that are to be written. */
  private void makeRoom(int wanted) throws IOException {
    if (wanted > buffer.length - buffered && buffer.length < HEAD_START_BYTES) {
      int needed =
          Math.max(2 * buffer.length, (int) Math.min(HEAD_START_BYTES, (long) buffered + wanted));
      buffer = Arrays.copyOf(buffer, Math.min(HEAD_START_BYTES, needed));
    }
    if (buffered == buffer.length) {
      drain();
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
    if (out instanceof ChunkSink sink) {
      // The chunk keeps its array while it is on its way.
      sink.send(buffer, buffered);
      buffer = new byte[buffer.length];
    } else {
      out.write(buffer, 0, buffered);
    }
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
      send(whole());
    } else {
      drain();
      chunks.close();
      send(LastHttpContent.EMPTY_LAST_CONTENT);
    }
    awaitWrites(0);
  }

  /**
   * Ends an answer that has not started, without waiting for it.
   *
   * @param sent called on the event loop with whether the answer is on its way; if the client does
   *     not read, the connection is closed after a time
   */
  void sendWhole(Consumer<Boolean> sent) throws IOException {
    DefaultFullHttpResponse whole = whole();
    Channel channel = wire.channel;
    // What follows an answer is done in the same step, so the loop is woken once.
    channel
        .eventLoop()
        .execute(
            () -> {
              ChannelFuture write = channel.writeAndFlush(whole);
              if (write.isDone()) {
                sent.accept(write.isSuccess());
                return;
              }
              Future<?> deadline =
                  channel
                      .eventLoop()
                      .schedule(
                          () -> channel.close(),
                          wire.options.writeTimeoutMs(),
                          TimeUnit.MILLISECONDS);
              write.addListener(
                  done -> {
                    deadline.cancel(false);
                    sent.accept(done.isSuccess());
                  });
            });
  }

  private DefaultFullHttpResponse whole() throws IOException {
    byte[] body = buffer;
    int length = buffered;
    boolean encoded = !wire.encoding.isEmpty() && length >= wire.options.minCompressedBytes();
    if (encoded) {
      ByteArrayOutputStream small = new ByteArrayOutputStream(length / 2);
      try (OutputStream out = encoder(small)) {
        out.write(body, 0, length);
      }
      body = small.toByteArray();
      length = body.length;
    }
    ByteBuf content =
        wire.headOnly ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body, 0, length);
    DefaultFullHttpResponse whole =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, status(), content, headers(), EmptyHttpHeaders.INSTANCE);
    if (encoded) {
      whole.headers().set(HttpHeaderNames.CONTENT_ENCODING, wire.encoding);
    }
    if (wire.response.status() != 204 && wire.response.status() != 304) {
      whole.headers().set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(length));
    }
    sentBytes += length;
    return whole;
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
    awaitWrites(MOST_WRITES - 1);
    writes.add(wire.channel.writeAndFlush(message));
  }

  /** Waits until no more than some writes are on their way. */
  private void awaitWrites(int most) throws IOException {
    while (writes.size() > most) {
      ChannelFuture write = writes.remove();
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
  }

  /** Sends each write as one chunk. */
  private final class ChunkSink extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length > 0) {
        // Copied: the caller uses its array again while this chunk is still on its way.
        send(Arrays.copyOfRange(bytes, offset, offset + length), length);
      }
    }

    /** Sends the start of an array, which is not used again. */
    void send(byte[] bytes, int length) throws IOException {
      if (length > 0 && !wire.headOnly) {
        sentBytes += length;
        ResponseStream.this.send(new DefaultHttpContent(Unpooled.wrappedBuffer(bytes, 0, length)));
      }
    }
  }
}
