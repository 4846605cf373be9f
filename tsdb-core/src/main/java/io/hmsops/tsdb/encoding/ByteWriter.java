package io.hmsops.tsdb.encoding;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes that grow at their end: little-endian words, LEB128 varints, zigzag for signed ones. What
 * was written is never changed, except by the {@code set} methods. Not thread-safe.
 */
public final class ByteWriter {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int MAX_VARINT_BYTES = 10;

  private byte[] bytes;
  private int length;

  /**
   * Creates an empty writer.
   *
   * @param capacityBytes the room to begin with
   */
  public ByteWriter(int capacityBytes) {
    bytes = new byte[Math.max(capacityBytes, Long.BYTES)];
  }

  /** {@return how many bytes were written} */
  public int length() {
    return length;
  }

  /** {@return the array that is written to; replaced when it grows} */
  public byte[] array() {
    return bytes;
  }

  /** {@return a copy of what was written} */
  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  /** {@return what was written, not copied} */
  public ByteBuffer toBuffer() {
    return ByteBuffer.wrap(bytes, 0, length);
  }

  /** Forgets what was written. */
  public void clear() {
    length = 0;
  }

  private void ensure(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
    }
  }

  /**
   * Adds a byte.
   *
   * @param value its low eight bits
   */
  public void putByte(int value) {
    ensure(1);
    bytes[length++] = (byte) value;
  }

  /**
   * Adds four bytes.
   *
   * @param value the word
   */
  public void putInt(int value) {
    ensure(Integer.BYTES);
    INT.set(bytes, length, value);
    length += Integer.BYTES;
  }

  /**
   * Writes four bytes over earlier ones.
   *
   * @param offset where
   * @param value the word
   */
  public void setInt(int offset, int value) {
    INT.set(bytes, offset, value);
  }

  /**
   * Adds eight bytes.
   *
   * @param value the word
   */
  public void putLong(long value) {
    ensure(Long.BYTES);
    LONG.set(bytes, length, value);
    length += Long.BYTES;
  }

  /**
   * Adds the lowest bytes of a word.
   *
   * @param value the word
   * @param count how many bytes, at most 8
   */
  public void putLow(long value, int count) {
    ensure(Long.BYTES);
    LONG.set(bytes, length, value);
    length += count;
  }

  /**
   * Adds a byte and the lowest bytes of a word.
   *
   * @param first the byte, its low eight bits
   * @param value the word
   * @param count how many of its bytes, at most 8
   */
  public void putByteAndLow(int first, long value, int count) {
    ensure(1 + Long.BYTES);
    bytes[length] = (byte) first;
    LONG.set(bytes, length + 1, value);
    length += 1 + count;
  }

  /**
   * Adds the raw bits of a double.
   *
   * @param value any double
   */
  public void putDouble(double value) {
    putLong(Double.doubleToRawLongBits(value));
  }

  /**
   * Adds an unsigned varint.
   *
   * @param value any long, as unsigned
   */
  public void putVarint(long value) {
    ensure(MAX_VARINT_BYTES);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
  }

  /**
   * Adds a signed varint.
   *
   * @param value any long
   */
  public void putZigzag(long value) {
    putVarint((value << 1) ^ (value >> 63));
  }

  /**
   * Adds bytes.
   *
   * @param source where from
   * @param offset the first
   * @param count how many
   */
  public void putBytes(byte[] source, int offset, int count) {
    ensure(count);
    System.arraycopy(source, offset, bytes, length, count);
    length += count;
  }

  /**
   * Adds a text as its UTF-8 length and bytes.
   *
   * @param text any text
   */
  public void putText(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    putVarint(utf8.length);
    putBytes(utf8, 0, utf8.length);
  }
}
