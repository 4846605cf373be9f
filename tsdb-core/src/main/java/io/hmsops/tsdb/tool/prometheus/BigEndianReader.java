package io.hmsops.tsdb.tool.prometheus;

import io.hmsops.tsdb.storage.CorruptFileException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Reads a range of a file, or of a record of one: big-endian words, base-128 varints, texts. Never
 * reads beyond its range. Not thread-safe.
 */
final class BigEndianReader {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final int MAX_VARINT_BITS = 70;

  private final Path file;
  private final MemorySegment bytes;
  private final boolean record;
  private final long base;
  private final long end;
  private long position;

  /**
   * Creates a reader of a whole file.
   *
   * @param file named in errors
   * @param bytes its content
   */
  BigEndianReader(Path file, MemorySegment bytes) {
    this(file, bytes, false, 0, 0, bytes.byteSize());
  }

  private BigEndianReader(
      Path file, MemorySegment bytes, boolean record, long base, long position, long end) {
    this.file = file;
    this.bytes = bytes;
    this.record = record;
    this.base = base;
    this.position = position;
    this.end = end;
  }

  /**
   * {@return a reader of a record, whose errors name the place where it begins}
   *
   * @param file the file it was in
   * @param offset where in it
   * @param record its content
   */
  static BigEndianReader ofRecord(Path file, long offset, byte[] record) {
    return new BigEndianReader(file, MemorySegment.ofArray(record), true, offset, 0, record.length);
  }

  /**
   * {@return a reader of a part of what this reads}
   *
   * @param offset where it begins
   * @param length how long it is
   */
  BigEndianReader slice(long offset, long length) throws CorruptFileException {
    if (offset < 0 || length < 0 || offset > end || length > end - offset) {
      throw damagedAt(
          offset, "%d bytes (expected: at most %d)".formatted(length, Math.max(0, end - offset)));
    }
    return new BigEndianReader(file, bytes, record, base, offset, offset + length);
  }

  long position() {
    return position;
  }

  long remaining() {
    return end - position;
  }

  CorruptFileException damaged(String detail) {
    return damagedAt(position, detail);
  }

  CorruptFileException damagedAt(long offset, String detail) {
    // A record may have been compressed, so only its beginning has a place in the file.
    return new CorruptFileException(file, record ? base : offset, detail);
  }

  private long take(long count) throws CorruptFileException {
    if (count < 0 || count > end - position) {
      throw damaged("%d bytes (expected: at most %d)".formatted(count, end - position));
    }
    long start = position;
    position += count;
    return start;
  }

  void skip(long count) throws CorruptFileException {
    var _ = take(count);
  }

  int u8() throws CorruptFileException {
    return bytes.get(ValueLayout.JAVA_BYTE, take(1)) & 0xff;
  }

  int u16() throws CorruptFileException {
    return bytes.get(SHORT, take(Short.BYTES)) & 0xffff;
  }

  int i32() throws CorruptFileException {
    return bytes.get(INT, take(Integer.BYTES));
  }

  long u32() throws CorruptFileException {
    return i32() & 0xffff_ffffL;
  }

  long i64() throws CorruptFileException {
    return bytes.get(LONG, take(Long.BYTES));
  }

  double f64() throws CorruptFileException {
    return Double.longBitsToDouble(i64());
  }

  long uvarint() throws CorruptFileException {
    long value = 0;
    for (int shift = 0; shift < MAX_VARINT_BITS; shift += 7) {
      int next = u8();
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw damaged("a varint longer than 10 bytes");
  }

  long varint() throws CorruptFileException {
    long value = uvarint();
    return (value >>> 1) ^ -(value & 1);
  }

  /** {@return a number of things that each take at least one byte of what is left} */
  int count() throws CorruptFileException {
    long count = uvarint();
    if (count < 0 || count > remaining()) {
      throw damaged("a count of %d (expected: at most %d)".formatted(count, remaining()));
    }
    return (int) count;
  }

  byte[] bytes(long length) throws CorruptFileException {
    long start = take(length);
    return bytes.asSlice(start, length).toArray(ValueLayout.JAVA_BYTE);
  }

  String text() throws CorruptFileException {
    return new String(bytes(count()), StandardCharsets.UTF_8);
  }

  /**
   * Compares the next four bytes with the checksum of bytes before.
   *
   * @param from the first byte that the checksum covers
   * @param to the byte behind the last one
   */
  void checkCrc(long from, long to) throws CorruptFileException {
    CRC32C crc = new CRC32C();
    crc.update(bytes.asSlice(from, to - from).asByteBuffer());
    int expected = i32();
    int actual = (int) crc.getValue();
    if (actual != expected) {
      throw damagedAt(from, "crc is %08x (expected %08x)".formatted(actual, expected));
    }
  }

  /**
   * {@return the content of a section: a 32-bit length, so many bytes, their checksum}
   *
   * @param offset where the section begins
   */
  BigEndianReader section(long offset) throws CorruptFileException {
    BigEndianReader in = slice(offset, end - offset);
    long length = in.u32();
    long start = in.position();
    in.skip(length);
    in.checkCrc(start, start + length);
    return slice(start, length);
  }
}
