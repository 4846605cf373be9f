package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The payload of a frame from which the frame before it can be mended: a checksum of each of its
 * pages, which tells the damaged ones, and the inverted exclusive or of all pages with an even and
 * with an odd number, which gives back one of each. Specified in {@code docs/format/checkpoint.md}.
 */
final class FrameParity {
  /*
   * Damage that is no longer than a page lies in at most two pages, one after the other, one of each kind. So a flipped
   * bit loses nothing, wherever it is: also not in a name or a length, on which everything else in the frame depends.
   * Inverted, because what stands for a frame of two pages would otherwise be a frame itself, and found as one.
   */
  private static final int MAX_PAGES = 32;
  private static final int MIN_PAGE_BYTES = 64;
  private static final int KINDS = 2;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private FrameParity() {}

  /** {@return how long the pages of a frame are} */
  static int pageBytes(int frameBytes) {
    int least = Math.ceilDiv(frameBytes, MAX_PAGES);
    return Math.max(MIN_PAGE_BYTES, Integer.highestOneBit(Math.max(1, least - 1)) << 1);
  }

  /** {@return how long the frame is that stands for another one, header included} */
  static long frameBytes(int frameBytes) {
    ByteWriter numbers = new ByteWriter(2 * Long.BYTES);
    numbers.putVarint(frameBytes);
    int pageBytes = pageBytes(frameBytes);
    numbers.putVarint(pageBytes);
    int pages = Math.ceilDiv(frameBytes, pageBytes);
    return FrameLayout.HEADER_LENGTH
        + numbers.length()
        + (long) pages * Integer.BYTES
        + (long) Math.min(pages, KINDS) * pageBytes;
  }

  /** Writes what stands for what is in a buffer, which is not changed. */
  static void write(ByteBuffer frame, ByteWriter payload) {
    ByteBuffer bytes = frame.slice().order(ByteOrder.nativeOrder());
    int frameBytes = bytes.limit();
    int pageBytes = pageBytes(frameBytes);
    payload.putVarint(frameBytes);
    payload.putVarint(pageBytes);
    int pages = Math.ceilDiv(frameBytes, pageBytes);
    byte[][] parity = new byte[Math.min(pages, KINDS)][pageBytes];
    for (byte[] of : parity) {
      Arrays.fill(of, (byte) -1);
    }
    CRC32C crc = new CRC32C();
    for (int page = 0; page < pages; page++) {
      int start = page * pageBytes;
      int length = Math.min(pageBytes, frameBytes - start);
      payload.putInt(checksum(crc, bytes.slice(start, length)));
      mix(bytes, start, length, parity[page % KINDS]);
    }
    for (byte[] of : parity) {
      payload.putBytes(of, 0, pageBytes);
    }
  }

  private static int checksum(CRC32C crc, ByteBuffer page) {
    crc.reset();
    crc.update(page);
    return (int) crc.getValue();
  }

  /** Takes the exclusive or; the buffer is of the native byte order. */
  private static void mix(ByteBuffer from, int start, int length, byte[] into) {
    int i = 0;
    for (; i + Long.BYTES <= length; i += Long.BYTES) {
      LONG.set(into, i, (long) LONG.get(into, i) ^ from.getLong(start + i));
    }
    for (; i < length; i++) {
      into[i] ^= from.get(start + i);
    }
  }

  /**
   * {@return the frame that a payload stands for, mended; empty if too much of it is damaged}
   *
   * @param file where the frame is
   * @param end behind its last byte
   * @param payload what {@link #write} wrote
   * @throws MalformedDataException if that is not what the payload is
   */
  static Optional<byte[]> mend(MemorySegment file, long end, ByteReader payload)
      throws MalformedDataException {
    long frameBytes = payload.getVarint();
    int pageBytes = (int) payload.getVarint();
    if (frameBytes < 1 || frameBytes > end) {
      return Optional.empty();
    }
    if (frameBytes > Integer.MAX_VALUE || pageBytes != pageBytes((int) frameBytes)) {
      throw new MalformedDataException(
          "%d bytes in pages of %d (expected: pages of %d)"
              .formatted(frameBytes, pageBytes, pageBytes((int) frameBytes)));
    }
    byte[] frame = file.asSlice(end - frameBytes, frameBytes).toArray(ValueLayout.JAVA_BYTE);
    return mend(frame, pageBytes, payload) ? Optional.of(frame) : Optional.empty();
  }

  private static boolean mend(byte[] frame, int pageBytes, ByteReader payload)
      throws MalformedDataException {
    int[] expected = new int[Math.ceilDiv(frame.length, pageBytes)];
    int[] damaged = {-1, -1};
    CRC32C crc = new CRC32C();
    for (int page = 0; page < expected.length; page++) {
      expected[page] = payload.getInt();
      if (checksum(crc, page(frame, page, pageBytes)) != expected[page]) {
        if (damaged[page % KINDS] >= 0) {
          return false;
        }
        damaged[page % KINDS] = page;
      }
    }
    for (int kind = 0; kind < Math.min(expected.length, KINDS); kind++) {
      byte[] parity = payload.getBytes(pageBytes, 0);
      int page = damaged[kind];
      if (page >= 0) {
        mendPage(frame, page, parity);
        if (checksum(crc, page(frame, page, pageBytes)) != expected[page]) {
          return false;
        }
      }
    }
    return true;
  }

  private static ByteBuffer page(byte[] frame, int page, int pageBytes) {
    int start = page * pageBytes;
    return ByteBuffer.wrap(frame, start, Math.min(pageBytes, frame.length - start));
  }

  private static void mendPage(byte[] frame, int page, byte[] parity) {
    int pageBytes = parity.length;
    ByteBuffer bytes = ByteBuffer.wrap(frame).order(ByteOrder.nativeOrder());
    for (int other = page % KINDS; other * pageBytes < frame.length; other += KINDS) {
      if (other != page) {
        int start = other * pageBytes;
        mix(bytes, start, Math.min(pageBytes, frame.length - start), parity);
      }
    }
    int start = page * pageBytes;
    for (int i = 0; i < Math.min(pageBytes, frame.length - start); i++) {
      frame[start + i] = (byte) ~parity[i];
    }
  }
}
