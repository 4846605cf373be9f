package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The payload of a frame from which the frame before it can be mended: a checksum of each of its
 * pages, which tells the damaged ones, and the inverted exclusive or of all pages with an even and
 * with an odd number, which gives back one of each. Specified in {@code docs/format/wal.md}. An
 * object writes; its memory is reused. Not thread-safe.
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
  private static final int KEPT_PAGE_BYTES = 1 << 15;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private final CRC32C crc = new CRC32C();

  /** Of each kind a page, or more than one. */
  private byte[][] mixed = new byte[KINDS][MIN_PAGE_BYTES];

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

  /** {@return at most how long a frame is that stands for one that is at most as long as this} */
  static int boundBytes(int frameBytes) {
    return FrameLayout.HEADER_LENGTH
        + 2 * Long.BYTES
        + MAX_PAGES * Integer.BYTES
        + KINDS * pageBytes(frameBytes);
  }

  /** Adds what stands for the first bytes of an array, which are not changed. */
  void write(byte[] frame, int frameBytes, ByteWriter payload) {
    int pageBytes = pageBytes(frameBytes);
    payload.putVarint(frameBytes);
    payload.putVarint(pageBytes);
    int pages = Math.ceilDiv(frameBytes, pageBytes);
    int kinds = Math.min(pages, KINDS);
    if (mixed[0].length < pageBytes || mixed[0].length > Math.max(pageBytes, KEPT_PAGE_BYTES)) {
      mixed = new byte[KINDS][pageBytes];
    }
    for (int kind = 0; kind < kinds; kind++) {
      Arrays.fill(mixed[kind], 0, pageBytes, (byte) -1);
    }
    for (int page = 0; page < pages; page++) {
      int start = page * pageBytes;
      int length = Math.min(pageBytes, frameBytes - start);
      payload.putInt(checksum(crc, frame, start, length));
      mix(frame, start, length, mixed[page % KINDS]);
    }
    for (int kind = 0; kind < kinds; kind++) {
      payload.putBytes(mixed[kind], 0, pageBytes);
    }
  }

  private static int checksum(CRC32C crc, byte[] bytes, int start, int length) {
    crc.reset();
    crc.update(bytes, start, length);
    return (int) crc.getValue();
  }

  private static void mix(byte[] from, int start, int length, byte[] into) {
    int i = 0;
    for (; i + Long.BYTES <= length; i += Long.BYTES) {
      LONG.set(into, i, (long) LONG.get(into, i) ^ (long) LONG.get(from, start + i));
    }
    for (; i < length; i++) {
      into[i] ^= from[start + i];
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
      if (checksumOfPage(crc, frame, page, pageBytes) != expected[page]) {
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
        if (checksumOfPage(crc, frame, page, pageBytes) != expected[page]) {
          return false;
        }
      }
    }
    return true;
  }

  private static int lengthOfPage(byte[] frame, int page, int pageBytes) {
    return Math.min(pageBytes, frame.length - page * pageBytes);
  }

  private static int checksumOfPage(CRC32C crc, byte[] frame, int page, int pageBytes) {
    return checksum(crc, frame, page * pageBytes, lengthOfPage(frame, page, pageBytes));
  }

  private static void mendPage(byte[] frame, int page, byte[] parity) {
    int pageBytes = parity.length;
    for (int other = page % KINDS; other * pageBytes < frame.length; other += KINDS) {
      if (other != page) {
        mix(frame, other * pageBytes, lengthOfPage(frame, other, pageBytes), parity);
      }
    }
    int start = page * pageBytes;
    for (int i = 0; i < lengthOfPage(frame, page, pageBytes); i++) {
      frame[start + i] = (byte) ~parity[i];
    }
  }
}
