package io.hmsops.tsdb.chunk;

/**
 * What the numbers of a residual column look like: whether one is zero depends on which of the last
 * four were, its sign on the last two signs, its bit length on the last length, its leading digits
 * on its length. One for a column. Encoder and decoder walk it the same way.
 */
final class ResidualModel {
  static final int ZERO_HISTORY = 0xF;
  static final int SIGN_HISTORY = 0x3;

  /** How many digits behind the leading one are expected; lower ones are taken as they come. */
  static final int MODELLED_DIGITS = 3;

  final AdaptiveBits zero = new AdaptiveBits(ZERO_HISTORY + 1);
  final AdaptiveBits sign = new AdaptiveBits(SIGN_HISTORY + 1);
  final AdaptiveBits length;
  final AdaptiveBits digits;

  /** How many binary decisions tell a length. */
  final int lengthBits;

  int zeros;
  int signs;
  int lastLength;

  /**
   * @param maxLength the largest bit length that occurs, less one: 0 to 63
   */
  ResidualModel(int maxLength) {
    lengthBits = Integer.SIZE - Integer.numberOfLeadingZeros(maxLength);
    length = new AdaptiveBits((maxLength + 1) << lengthBits);
    digits = new AdaptiveBits((maxLength + 1) << MODELLED_DIGITS);
  }
}
