package io.hmsops.tsdb.chunk;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A column of doubles, bit for bit. The encoder takes the smallest of what it knows. Specified in
 * {@code docs/format/chunk-column.md}.
 */
public final class ValueColumn {
  private static final int CONSTANT = 0;
  private static final int DECIMAL = 1;
  private static final int XOR = 2;
  private static final int RAW_BITS = 3;

  private static final int KIND_MASK = 3;

  /** With DECIMAL and CONSTANT: of what the multiples are multiples. */
  private static final int EXPONENT_SHIFT = 2;

  private static final int EXPONENT_MASK = 0xF;

  /** With DECIMAL and CONSTANT: multiply by the inverse power. */
  private static final int INVERSE = 1 << 6;

  /** With DECIMAL: there are misses or exceptions. With CONSTANT: a raw double follows. */
  private static final int MORE = 1 << 7;

  /** From here on a zigzag has as many bytes as a double. */
  private static final long SHORT_MULTIPLE = 1L << 48;

  private ValueColumn() {}

  /**
   * Writes a column.
   *
   * @param values the column
   * @param count how many of them, at least one
   * @param cold whether smaller is worth slower
   * @param out where to
   */
  public static void encode(double[] values, int count, boolean cold, ByteWriter out) {
    if (isConstant(values, count)) {
      encodeConstant(values[0], out);
      return;
    }
    DecimalScale scale = DecimalScale.find(values, count);
    ByteWriter best = new ByteWriter(256);
    if (scale != null) {
      encodeDecimal(scale, values, count, cold, best);
    }
    if (scale == null || scale.missed()) {
      ByteWriter other = new ByteWriter(256);
      if (cold) {
        encodeRawBits(values, count, other);
      } else {
        encodeXor(values, count, other);
      }
      if (scale == null || other.length() < best.length()) {
        best = other;
      }
    }
    out.putBytes(best.array(), 0, best.length());
  }

  /**
   * {@return whether all values have the same bits}
   *
   * @param values the column
   * @param count how many of them, at least one
   */
  public static boolean isConstant(double[] values, int count) {
    long first = Double.doubleToRawLongBits(values[0]);
    for (int i = 1; i < count; i++) {
      if (Double.doubleToRawLongBits(values[i]) != first) {
        return false;
      }
    }
    return true;
  }

  /**
   * Writes a column of one value.
   *
   * @param value the value
   * @param out where to
   */
  public static void encodeConstant(double value, ByteWriter out) {
    int exact = DecimalScale.findExact(value);
    if (exact >= 0) {
      int exponent = exact >>> 1;
      long multiple = DecimalScale.multiple(value, exponent);
      if (-SHORT_MULTIPLE <= multiple && multiple < SHORT_MULTIPLE) {
        out.putByte(CONSTANT | exponent << EXPONENT_SHIFT | ((exact & 1) != 0 ? INVERSE : 0));
        out.putZigzag(multiple);
        return;
      }
    }
    out.putByte(CONSTANT | MORE);
    out.putDouble(value);
  }

  private static void encodeDecimal(
      DecimalScale scale, double[] values, int count, boolean cold, ByteWriter out) {
    boolean more = scale.missed() || scale.exceptions().length > 0;
    out.putByte(
        DECIMAL
            | scale.exponent() << EXPONENT_SHIFT
            | (scale.inverse() ? INVERSE : 0)
            | (more ? MORE : 0));
    if (more) {
      out.putVarint(scale.exceptions().length);
      int last = 0;
      for (int index : scale.exceptions()) {
        out.putVarint(index - last);
        out.putLong(Double.doubleToRawLongBits(values[index]));
        last = index;
      }
      ByteWriter misses = new ByteWriter(64);
      if (scale.missed()) {
        IntegerColumn.encode(scale.misses(), count, cold, misses);
      }
      out.putVarint(misses.length());
      out.putBytes(misses.array(), 0, misses.length());
    }
    IntegerColumn.encode(scale.multiples(), count, cold, out);
  }

  private static void encodeXor(double[] values, int count, ByteWriter out) {
    XorBuilder xor = new XorBuilder();
    for (int i = 0; i < count; i++) {
      xor.add(0, values[i]);
    }
    Chunk chunk = xor.snapshot();
    out.putByte(XOR);
    out.putBytes(chunk.data(), 0, chunk.lengthBytes());
  }

  private static void encodeRawBits(double[] values, int count, ByteWriter out) {
    long[] bits = new long[count];
    for (int i = 0; i < count; i++) {
      bits[i] = Double.doubleToRawLongBits(values[i]);
    }
    out.putByte(RAW_BITS);
    IntegerColumn.encode(bits, count, true, out);
  }

  /**
   * Reads a column.
   *
   * @param bytes where it is, with {@link Chunk#SLACK_BYTES} behind {@code end}
   * @param offset its first byte
   * @param end where its bytes end
   * @param into gets the values from index 0
   * @param scratch at least {@code count} long; what is in it afterwards means nothing. An array of
   *     each call's own would be a walk through fresh memory, half of what decoding costs
   * @param count how many
   * @throws MalformedDataException if the bytes are not such a column
   */
  public static void decode(
      byte[] bytes, int offset, int end, double[] into, long[] scratch, int count)
      throws MalformedDataException {
    ByteReader in = new ByteReader(bytes, offset, end - offset);
    int header = in.getByte();
    int exponent = header >>> EXPONENT_SHIFT & EXPONENT_MASK;
    if (exponent > DecimalScale.MAX_EXPONENT) {
      throw new MalformedDataException(
          "exponent %d (expected: at most %d)".formatted(exponent, DecimalScale.MAX_EXPONENT));
    }
    boolean inverse = (header & INVERSE) != 0;
    boolean more = (header & MORE) != 0;
    switch (header & KIND_MASK) {
      case CONSTANT ->
          Arrays.fill(
              into,
              0,
              count,
              more ? in.getDouble() : DecimalScale.value(in.getZigzag(), exponent, inverse));
      case DECIMAL -> decodeDecimal(in, bytes, end, exponent, inverse, more, into, scratch, count);
      case XOR ->
          XorDecoder.decode(bytes, in.position(), end - in.position(), count, scratch, into);
      default -> {
        IntegerColumn.decode(bytes, in.position(), end, scratch, count);
        for (int i = 0; i < count; i++) {
          into[i] = Double.longBitsToDouble(scratch[i]);
        }
      }
    }
  }

  /**
   * {@return the value of a column of one}
   *
   * @param in stands at the column, and behind it afterwards
   * @throws MalformedDataException if the bytes are not such a column
   */
  public static double decodeOne(ByteReader in) throws MalformedDataException {
    int header = in.getByte();
    int exponent = header >>> EXPONENT_SHIFT & EXPONENT_MASK;
    if ((header & KIND_MASK) != CONSTANT || exponent > DecimalScale.MAX_EXPONENT) {
      throw new MalformedDataException(
          "column of one value: kind %d, exponent %d".formatted(header & KIND_MASK, exponent));
    }
    return (header & MORE) != 0
        ? in.getDouble()
        : DecimalScale.value(in.getZigzag(), exponent, (header & INVERSE) != 0);
  }

  private static void decodeDecimal(
      ByteReader in,
      byte[] bytes,
      int end,
      int exponent,
      boolean inverse,
      boolean more,
      double[] into,
      long[] scratch,
      int count)
      throws MalformedDataException {
    int[] indexes = {};
    long[] exceptions = {};
    long @Nullable [] misses = null;
    if (more) {
      int exceptionCount = in.getCount();
      indexes = new int[exceptionCount];
      exceptions = new long[exceptionCount];
      long index = 0;
      for (int i = 0; i < exceptionCount; i++) {
        index += in.getVarint();
        if (index < 0 || index >= count) {
          throw new MalformedDataException(
              "exception %d at %d (expected: below %d)".formatted(i, index, count));
        }
        indexes[i] = (int) index;
        exceptions[i] = in.getLong();
      }
      int length = in.getCount();
      int start = in.position();
      in = new ByteReader(bytes, start + length, end - start - length);
      if (length > 0) {
        misses = new long[count];
        IntegerColumn.decode(bytes, start, start + length, misses, count);
      }
    }
    IntegerColumn.decode(bytes, in.position(), end, scratch, count);
    DecimalScale.undo(exponent, inverse, scratch, misses, count, into);
    for (int i = 0; i < indexes.length; i++) {
      into[indexes[i]] = Double.longBitsToDouble(exceptions[i]);
    }
  }
}
