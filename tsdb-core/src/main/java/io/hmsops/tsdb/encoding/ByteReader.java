package io.hmsops.tsdb.encoding;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads what {@link ByteWriter} wrote, never beyond its end. Not thread-safe. */
public final class ByteReader {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private final int end;
  private int position;

  /**
   * Creates a reader.
   *
   * @param bytes where from
   * @param offset the first byte
   * @param length how many there are
   */
  public ByteReader(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.position = offset;
    this.end = offset + length;
  }

  /** {@return the array that is read} */
  public byte[] array() {
    return bytes;
  }

  /** {@return the index behind the last byte that is read} */
  public int end() {
    return end;
  }

  /**
   * Passes over bytes.
   *
   * @param count how many
   * @throws MalformedDataException if there are not so many
   */
  public void skip(int count) throws MalformedDataException {
    var _ = take(count);
  }

  /** {@return the index of the next byte in the array} */
  public int position() {
    return position;
  }

  /** {@return whether everything was read} */
  public boolean atEnd() {
    return position == end;
  }

  private int take(int count) throws MalformedDataException {
    if (count < 0 || end - position < count) {
      throw new MalformedDataException(
          "%d bytes at %d (expected: at most %d)".formatted(count, position, end - position));
    }
    int start = position;
    position += count;
    return start;
  }

  /**
   * {@return the next byte, unsigned}
   *
   * @throws MalformedDataException if there is none
   */
  public int getByte() throws MalformedDataException {
    return bytes[take(1)] & 0xff;
  }

  /**
   * {@return the next four bytes}
   *
   * @throws MalformedDataException if there are fewer
   */
  public int getInt() throws MalformedDataException {
    return (int) INT.get(bytes, take(Integer.BYTES));
  }

  /**
   * {@return the next eight bytes}
   *
   * @throws MalformedDataException if there are fewer
   */
  public long getLong() throws MalformedDataException {
    return (long) LONG.get(bytes, take(Long.BYTES));
  }

  /**
   * {@return the next bytes as the lowest of a word}
   *
   * @param count how many, 1 to 8
   * @throws MalformedDataException if there are fewer
   */
  public long getLow(int count) throws MalformedDataException {
    int start = take(count);
    if (bytes.length - start >= Long.BYTES) {
      return (long) LONG.get(bytes, start) & (-1L >>> (Long.SIZE - count * Byte.SIZE));
    }
    long value = 0;
    for (int i = count - 1; i >= 0; i--) {
      value = value << Byte.SIZE | (bytes[start + i] & 0xff);
    }
    return value;
  }

  /**
   * {@return the next eight bytes as a double}
   *
   * @throws MalformedDataException if there are fewer
   */
  public double getDouble() throws MalformedDataException {
    return Double.longBitsToDouble(getLong());
  }

  /**
   * {@return the next unsigned varint}
   *
   * @throws MalformedDataException if it is cut off or longer than ten bytes
   */
  public long getVarint() throws MalformedDataException {
    if (position < end && bytes[position] >= 0) {
      return bytes[position++];
    }
    return getLongVarint();
  }

  private long getLongVarint() throws MalformedDataException {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      int next = getByte();
      value |= (long) (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new MalformedDataException("varint before %d: longer than 10 bytes".formatted(position));
  }

  /**
   * {@return the next unsigned varint as the number of something of which each takes at least one
   * byte of what is left}
   *
   * @throws MalformedDataException if there cannot be as many
   */
  public int getCount() throws MalformedDataException {
    long count = getVarint();
    if (count < 0 || count > end - position) {
      throw new MalformedDataException(
          "count before %d: %d (expected: at most %d)".formatted(position, count, end - position));
    }
    return (int) count;
  }

  /**
   * {@return the next signed varint}
   *
   * @throws MalformedDataException if it is cut off or longer than ten bytes
   */
  public long getZigzag() throws MalformedDataException {
    long value = getVarint();
    return (value >>> 1) ^ -(value & 1);
  }

  /**
   * {@return the next bytes, copied}
   *
   * @param count how many
   * @param slack how many zero bytes to leave after them
   * @throws MalformedDataException if there are fewer
   */
  public byte[] getBytes(int count, int slack) throws MalformedDataException {
    byte[] copy = new byte[count + slack];
    System.arraycopy(bytes, take(count), copy, 0, count);
    return copy;
  }

  /**
   * {@return the next text}
   *
   * @throws MalformedDataException if it is cut off
   */
  public String getText() throws MalformedDataException {
    int count = getCount();
    return new String(bytes, take(count), count, StandardCharsets.UTF_8);
  }
}
