package io.hmsops.tsdb.encoding;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * What a stretch of bytes can be mended from: a checksum of each of its pages, which tells the
 * damaged ones, and the inverted exclusive or of all pages with an even and with an odd number,
 * which gives back one of each. Specified in {@code docs/format/wal.md}. An object writes; its
 * memory is reused. Not thread-safe.
 */
public final class PageParity {
  /*
   * Damage that is no longer than a page lies in at most two pages, one after the other, one of each kind. So a flipped
   * bit loses nothing, wherever it is: also not in a name or a length, on which everything else depends. Inverted,
   * because what stands for a frame of two pages would otherwise be a frame itself, and found as one.
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

  /** Creates a writer. */
  public PageParity() {}

  /**
   * {@return how long the pages are}
   *
   * @param lengthBytes of what is to be mended
   */
  public static int pageBytes(int lengthBytes) {
    int least = Math.ceilDiv(lengthBytes, MAX_PAGES);
    return Math.max(MIN_PAGE_BYTES, Integer.highestOneBit(Math.max(1, least - 1)) << 1);
  }

  /**
   * {@return how many bytes {@link #write} adds}
   *
   * @param lengthBytes of what is to be mended
   */
  public static long payloadBytes(int lengthBytes) {
    ByteWriter numbers = new ByteWriter(2 * Long.BYTES);
    numbers.putVarint(lengthBytes);
    int pageBytes = pageBytes(lengthBytes);
    numbers.putVarint(pageBytes);
    int pages = Math.ceilDiv(lengthBytes, pageBytes);
    return numbers.length()
        + (long) pages * Integer.BYTES
        + (long) Math.min(pages, KINDS) * pageBytes;
  }

  /**
   * {@return how many bytes {@link #write} adds at most}
   *
   * @param lengthBytes at most of what is to be mended
   */
  public static int boundBytes(int lengthBytes) {
    return 2 * Long.BYTES + MAX_PAGES * Integer.BYTES + KINDS * pageBytes(lengthBytes);
  }

  /**
   * Adds what some bytes can be mended from.
   *
   * @param bytes the bytes, from the first on, not changed
   * @param lengthBytes how many
   * @param payload is added to
   */
  public void write(byte[] bytes, int lengthBytes, ByteWriter payload) {
    int pageBytes = pageBytes(lengthBytes);
    payload.putVarint(lengthBytes);
    payload.putVarint(pageBytes);
    int pages = Math.ceilDiv(lengthBytes, pageBytes);
    int kinds = Math.min(pages, KINDS);
    if (mixed[0].length < pageBytes || mixed[0].length > Math.max(pageBytes, KEPT_PAGE_BYTES)) {
      mixed = new byte[KINDS][pageBytes];
    }
    for (int kind = 0; kind < kinds; kind++) {
      Arrays.fill(mixed[kind], 0, pageBytes, (byte) -1);
    }
    for (int page = 0; page < pages; page++) {
      int start = page * pageBytes;
      int length = Math.min(pageBytes, lengthBytes - start);
      payload.putInt(checksum(crc, bytes, start, length));
      mix(bytes, start, length, mixed[page % KINDS]);
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
   * {@return how many bytes {@link #mend} is to be given}
   *
   * @param payload what {@link #write} wrote, read up to the checksums
   * @throws MalformedDataException if that is not what the payload is
   */
  public static long readLength(ByteReader payload) throws MalformedDataException {
    long lengthBytes = payload.getVarint();
    long pageBytes = payload.getVarint();
    if (lengthBytes < 1
        || lengthBytes > Integer.MAX_VALUE
        || pageBytes != pageBytes((int) lengthBytes)) {
      throw new MalformedDataException(
          "mends %d bytes in pages of %d (expected: 1 at least, in pages of %d)"
              .formatted(
                  lengthBytes,
                  pageBytes,
                  pageBytes(Math.clamp(lengthBytes, 1, Integer.MAX_VALUE))));
    }
    return lengthBytes;
  }

  /** What became of damaged bytes. */
  public enum Outcome {
    /** They were not damaged. */
    SOUND,
    /** They are what they were. */
    MENDED,
    /** Too much of them is damaged. */
    LOST
  }

  /**
   * {@return what became of some bytes}
   *
   * @param bytes as many as {@link #readLength} says; mended in place if that can be done
   * @param payload what {@link #write} wrote, behind what {@link #readLength} reads; read to its
   *     end unless too much is damaged
   * @throws MalformedDataException if that is not what the payload is
   */
  public static Outcome mend(byte[] bytes, ByteReader payload) throws MalformedDataException {
    int pageBytes = pageBytes(bytes.length);
    int[] expected = new int[Math.ceilDiv(bytes.length, pageBytes)];
    int[] damaged = {-1, -1};
    CRC32C crc = new CRC32C();
    for (int page = 0; page < expected.length; page++) {
      expected[page] = payload.getInt();
      if (checksumOfPage(crc, bytes, page, pageBytes) != expected[page]) {
        if (damaged[page % KINDS] >= 0) {
          return Outcome.LOST;
        }
        damaged[page % KINDS] = page;
      }
    }
    Outcome outcome = Outcome.SOUND;
    for (int kind = 0; kind < Math.min(expected.length, KINDS); kind++) {
      byte[] parity = payload.getBytes(pageBytes, 0);
      int page = damaged[kind];
      if (page >= 0) {
        mendPage(bytes, page, parity);
        if (checksumOfPage(crc, bytes, page, pageBytes) != expected[page]) {
          return Outcome.LOST;
        }
        outcome = Outcome.MENDED;
      }
    }
    return outcome;
  }

  private static int lengthOfPage(byte[] bytes, int page, int pageBytes) {
    return Math.min(pageBytes, bytes.length - page * pageBytes);
  }

  private static int checksumOfPage(CRC32C crc, byte[] bytes, int page, int pageBytes) {
    return checksum(crc, bytes, page * pageBytes, lengthOfPage(bytes, page, pageBytes));
  }

  private static void mendPage(byte[] bytes, int page, byte[] parity) {
    int pageBytes = parity.length;
    for (int other = page % KINDS; other * pageBytes < bytes.length; other += KINDS) {
      if (other != page) {
        mix(bytes, other * pageBytes, lengthOfPage(bytes, other, pageBytes), parity);
      }
    }
    int start = page * pageBytes;
    for (int i = 0; i < lengthOfPage(bytes, page, pageBytes); i++) {
      bytes[start + i] = (byte) ~parity[i];
    }
  }
}
