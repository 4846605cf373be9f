package io.hmsops.tsdb.chunk;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;

/**
 * Whole numbers around zero, entropy-coded: what is likely is range-coded with a {@link
 * ResidualModel}, the low digits stand behind it as plain bits. Specified in {@code
 * docs/format/chunk-column.md}.
 */
final class ResidualCoder {
  private ResidualCoder() {}

  static void encode(long[] numbers, int count, ByteWriter out) {
    int maxLength = 0;
    for (int i = 0; i < count; i++) {
      maxLength = Math.max(maxLength, lengthOf(numbers[i]));
    }
    ResidualModel model = new ResidualModel(maxLength);
    ByteWriter likely = new ByteWriter(256);
    BitWriter plain = new BitWriter(256);
    RangeEncoder range = new RangeEncoder(likely);
    for (int i = 0; i < count; i++) {
      encode(model, numbers[i], range, plain);
    }
    range.finish();
    int length = likely.length();
    while (length > 0 && likely.array()[length - 1] == 0) {
      length--;
    }
    out.putByte(maxLength);
    out.putVarint(length);
    out.putBytes(likely.array(), 0, length);
    plain.writeTo(out);
  }

  /** The bit length of a number's magnitude, less one; 0 for 0. 2^63 is a magnitude too. */
  private static int lengthOf(long number) {
    return number == 0 ? 0 : Long.SIZE - 1 - Long.numberOfLeadingZeros(Math.abs(number));
  }

  private static void encode(
      ResidualModel model, long number, RangeEncoder range, BitWriter plain) {
    int isZero = number == 0 ? 1 : 0;
    range.bit(model.zero, model.zeros, isZero);
    model.zeros = (model.zeros << 1 | isZero) & ResidualModel.ZERO_HISTORY;
    if (isZero != 0) {
      return;
    }
    int negative = number < 0 ? 1 : 0;
    range.bit(model.sign, model.signs, negative);
    model.signs = (model.signs << 1 | negative) & ResidualModel.SIGN_HISTORY;
    // The magnitude of the smallest number, 2^63, is right as an unsigned one.
    long digits = Math.abs(number);
    int length = lengthOf(number);
    int node = 1;
    for (int i = model.lengthBits - 1; i >= 0; i--) {
      int bit = length >>> i & 1;
      range.bit(model.length, model.lastLength << model.lengthBits | node, bit);
      node = node << 1 | bit;
    }
    model.lastLength = length;
    int context = 1;
    int low = length;
    while (low > 0 && length - low < ResidualModel.MODELLED_DIGITS) {
      low--;
      int bit = (int) (digits >>> low) & 1;
      range.bit(model.digits, length << ResidualModel.MODELLED_DIGITS | context, bit);
      context = context << 1 | bit;
    }
    if (low > 0) {
      plain.put(digits & ((1L << low) - 1), low);
    }
  }

  /**
   * Decodes a column.
   *
   * @param bytes where it is, with slack behind it
   * @param offset its first byte
   * @param end where its bytes end
   * @param into gets the numbers
   * @param from the index of the first number
   * @param count how many numbers
   */
  static void decode(byte[] bytes, int offset, int end, long[] into, int from, int count)
      throws MalformedDataException {
    ByteReader in = new ByteReader(bytes, offset, end - offset);
    int maxLength = in.getByte();
    long length = in.getVarint();
    if (maxLength >= Long.SIZE || length < 0 || length > end - in.position()) {
      throw new MalformedDataException(
          "residuals: longest %d, %d bytes (expected: below 64, at most %d bytes)"
              .formatted(maxLength, length, end - in.position()));
    }
    ResidualModel model = new ResidualModel(maxLength);
    RangeDecoder range = new RangeDecoder(bytes, in.position(), (int) length);
    BitReader plain = new BitReader(bytes, in.position() + (int) length, end);
    for (int i = from; i < from + count; i++) {
      into[i] = decode(model, maxLength, range, plain);
    }
  }

  private static long decode(
      ResidualModel model, int maxLength, RangeDecoder range, BitReader plain)
      throws MalformedDataException {
    int isZero = range.bit(model.zero, model.zeros);
    model.zeros = (model.zeros << 1 | isZero) & ResidualModel.ZERO_HISTORY;
    if (isZero != 0) {
      return 0;
    }
    int negative = range.bit(model.sign, model.signs);
    model.signs = (model.signs << 1 | negative) & ResidualModel.SIGN_HISTORY;
    int node = 1;
    for (int i = model.lengthBits; i > 0; i--) {
      node = node << 1 | range.bit(model.length, model.lastLength << model.lengthBits | node);
    }
    int length = node - (1 << model.lengthBits);
    if (length > maxLength) {
      throw new MalformedDataException(
          "residual of %d bits (expected: at most %d)".formatted(length, maxLength));
    }
    model.lastLength = length;
    long digits = 1;
    int context = 1;
    int low = length;
    while (low > 0 && length - low < ResidualModel.MODELLED_DIGITS) {
      low--;
      int bit = range.bit(model.digits, length << ResidualModel.MODELLED_DIGITS | context);
      context = context << 1 | bit;
      digits = digits << 1 | bit;
    }
    if (low > 0) {
      digits = digits << low | plain.get(low);
    }
    return negative != 0 ? -digits : digits;
  }
}
