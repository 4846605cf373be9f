package io.hmsops.tsdb.tool.prometheus;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Bytes that grow at their end, as {@link BigEndianReader} reads them. Not thread-safe. */
final class BigEndianWriter {
  private static final int MAX_VARINT_BYTES = 10;

  private byte[] bytes = new byte[256];
  private int length;

  private void ensure(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
    }
  }

  void u8(int value) {
    ensure(1);
    bytes[length++] = (byte) value;
  }

  void i32(int value) {
    ensure(Integer.BYTES);
    ByteBuffer.wrap(bytes).putInt(length, value);
    length += Integer.BYTES;
  }

  /** Adds a number that must fit into 32 bits without a sign. */
  void u32(String what, long value) {
    if (value < 0 || value > 0xffff_ffffL) {
      throw new IllegalArgumentException(
          "%s: %d (supported by the format: at most %d)".formatted(what, value, 0xffff_ffffL));
    }
    i32((int) value);
  }

  void i64(long value) {
    ensure(Long.BYTES);
    ByteBuffer.wrap(bytes).putLong(length, value);
    length += Long.BYTES;
  }

  void uvarint(long value) {
    ensure(MAX_VARINT_BYTES);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
  }

  void varint(long value) {
    uvarint((value << 1) ^ (value >> 63));
  }

  void bytes(byte[] source) {
    ensure(source.length);
    System.arraycopy(source, 0, bytes, length, source.length);
    length += source.length;
  }

  void text(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    uvarint(utf8.length);
    bytes(utf8);
  }

  /** Adds the checksum of everything from an index on. */
  void crc(int from) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length - from);
    i32((int) crc.getValue());
  }

  int length() {
    return length;
  }

  void clear() {
    length = 0;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  ByteBuffer toBuffer() {
    return ByteBuffer.wrap(bytes, 0, length);
  }
}
