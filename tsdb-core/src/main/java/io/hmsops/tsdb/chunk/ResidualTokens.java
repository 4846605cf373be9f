package io.hmsops.tsdb.chunk;

/**
 * What of a residual is entropy-coded: whether it is 0, else its sign, its length and the digits
 * behind its leading one, up to {@code digits} of them. The other digits stand as they are.
 *
 * @param digits how many, 0 to {@link #MAX_DIGITS}
 */
record ResidualTokens(int digits) {
  static final int MAX_DIGITS = 2;

  static final int ZERO = 0;

  /** {@return the tokens of numbers with as many digits as can be} */
  static short[] finest(long[] numbers, int count) {
    short[] tokens = new short[count];
    for (int i = 0; i < count; i++) {
      long number = numbers[i];
      if (number != 0) {
        // The magnitude of the smallest number, 2^63, is right as an unsigned one.
        long magnitude = Math.abs(number);
        int zeros = Long.numberOfLeadingZeros(magnitude);
        int shown = (int) (magnitude << zeros << 1 >>> (Long.SIZE - MAX_DIGITS));
        int head = (Long.SIZE - 1 - zeros) << 1 | (int) (number >>> (Long.SIZE - 1));
        tokens[i] = (short) (1 + (head << MAX_DIGITS | shown));
      }
    }
    return tokens;
  }

  /** Makes tokens of these from the finest ones. */
  void coarsen(short[] finest) {
    int shift = MAX_DIGITS - digits;
    if (shift > 0) {
      for (int i = 0; i < finest.length; i++) {
        finest[i] = finest[i] == ZERO ? ZERO : (short) (1 + ((finest[i] - 1) >> shift));
      }
    }
  }

  private int of(int length, int sign, int shownDigits) {
    return 1 + ((length << 1 | sign) << digits | shownDigits);
  }

  /** {@return the first token of a length} */
  int first(int length) {
    return of(length, 0, 0);
  }

  /** {@return the token that holds one of more digits} */
  int coarser(int token, int moreDigits) {
    return token == ZERO ? ZERO : 1 + ((token - 1) >> (moreDigits - digits));
  }

  /** {@return whether there are numbers with a token: short ones have fewer digits} */
  boolean exists(int token) {
    int missing = digits - shown(token);
    return token == ZERO || (((token - 1) & ((1 << missing) - 1)) == 0);
  }

  /** {@return the bit length of the magnitudes of a token's numbers, less one} */
  int length(int token) {
    return (token - 1) >> (digits + 1);
  }

  private int shown(int token) {
    return Math.min(digits, length(token));
  }

  /** {@return how many digits of a number with a token stand as they are} */
  int plainBits(int token) {
    return token == ZERO ? 0 : length(token) - shown(token);
  }

  int sign(int token) {
    return token == ZERO ? 0 : (token - 1) >> digits & 1;
  }

  /** {@return the leading one and the shown digits, 0 for the number 0} */
  int head(int token) {
    if (token == ZERO) {
      return 0;
    }
    int shown = shown(token);
    int shownDigits = ((token - 1) & ((1 << digits) - 1)) >> (digits - shown);
    return 1 << shown | shownDigits;
  }
}
