package io.hmsops.tsdb.chunk;

import io.hmsops.tsdb.encoding.MalformedDataException;

/**
 * How often each token stands in a column, in shares of a power of two. Specified in {@code
 * docs/format/chunk-column.md}.
 *
 * @param tokens what the tokens mean
 * @param bits the power: 5 to 11
 * @param shortest the least length of a number other than 0
 * @param longest the greatest
 * @param shares of each token; they add up to {@code 1 << bits}
 */
// Never compared.
@SuppressWarnings("ArrayRecordComponent")
record TokenFrequencies(ResidualTokens tokens, int bits, int shortest, int longest, int[] shares) {
  static final int MAX_BITS = 11;

  private static final int MIN_BITS = 5;

  /** A table of so much fewer entries than numbers costs little to build. */
  private static final int FEWER_BITS = 2;

  private static final int BITS_BITS = 4;
  private static final int DIGITS_BITS = 2;
  private static final int LENGTH_BITS = 6;
  private static final int SHARE_LENGTH_BITS = 4;

  /** Of shares. */
  private static final double[] LOG_2_OF = new double[(1 << MAX_BITS) + 1];

  static {
    for (int i = 1; i < LOG_2_OF.length; i++) {
      LOG_2_OF[i] = Math.log(i) / Math.log(2);
    }
  }

  /**
   * {@return the frequencies with which a column takes least room}
   *
   * @param finest the tokens of the column with as many digits as can be
   * @param count how many, at least one
   */
  static TokenFrequencies of(short[] finest, int count) {
    ResidualTokens fine = new ResidualTokens(ResidualTokens.MAX_DIGITS);
    int[] counts = new int[fine.first(Long.SIZE)];
    int shortest = Long.SIZE - 1;
    int longest = 0;
    for (int i = 0; i < count; i++) {
      counts[finest[i]]++;
    }
    for (int token = 1; token < counts.length; token++) {
      if (counts[token] > 0) {
        shortest = Math.min(shortest, fine.length(token));
        longest = Math.max(longest, fine.length(token));
      }
    }
    shortest = Math.min(shortest, longest);
    TokenFrequencies best = null;
    double least = Double.MAX_VALUE;
    for (int digits = 0; digits <= ResidualTokens.MAX_DIGITS; digits++) {
      ResidualTokens tokens = new ResidualTokens(digits);
      int[] coarse = new int[tokens.first(longest + 1)];
      int end = fine.first(longest + 1);
      for (int token = 0; token < end; token++) {
        coarse[tokens.coarser(token, ResidualTokens.MAX_DIGITS)] += counts[token];
      }
      TokenFrequencies found = of(tokens, shortest, longest, coarse, count);
      double cost = found.cost(coarse);
      if (best == null || cost < least) {
        best = found;
        least = cost;
      }
    }
    if (best == null) {
      throw new AssertionError("no frequencies");
    }
    return best;
  }

  private static TokenFrequencies of(
      ResidualTokens tokens, int shortest, int longest, int[] counts, int count) {
    int present = 0;
    for (int n : counts) {
      present += n > 0 ? 1 : 0;
    }
    int wanted = Integer.SIZE - Integer.numberOfLeadingZeros(count) - FEWER_BITS;
    int needed = Integer.SIZE - Integer.numberOfLeadingZeros(present) + 1;
    int bits = Math.clamp(Math.max(wanted, needed), MIN_BITS, MAX_BITS);
    return new TokenFrequencies(tokens, bits, shortest, longest, shares(counts, count, 1 << bits));
  }

  private static int[] shares(int[] counts, int count, int size) {
    int[] shares = new int[counts.length];
    int sum = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        shares[i] = (int) Math.max(1, Math.round((double) counts[i] * size / count));
        sum += shares[i];
      }
    }
    while (sum != size) {
      // The one to which it matters least: the largest.
      int largest = 0;
      for (int i = 1; i < shares.length; i++) {
        if (shares[i] > shares[largest]) {
          largest = i;
        }
      }
      int change = sum < size ? size - sum : Math.max(size - sum, -(shares[largest] / 2));
      shares[largest] += change;
      sum += change;
    }
    return shares;
  }

  /** About how many bits the column takes. */
  private double cost(int[] counts) {
    double cost = 0;
    for (int token = 0; token < counts.length; token++) {
      if (isWritten(token)) {
        cost += SHARE_LENGTH_BITS + Math.max(0, length(shares[token]) - 1);
      }
      if (counts[token] > 0) {
        double each = bits - LOG_2_OF[shares[token]] + tokens.plainBits(token);
        cost += counts[token] * each;
      }
    }
    return cost;
  }

  private static int length(int share) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(share);
  }

  private boolean isWritten(int token) {
    return token == ResidualTokens.ZERO
        || (token >= tokens.first(shortest) && tokens.exists(token));
  }

  void write(BitWriter out) {
    out.put(bits, BITS_BITS);
    out.put(tokens.digits(), DIGITS_BITS);
    out.put(shortest, LENGTH_BITS);
    out.put(longest, LENGTH_BITS);
    for (int token = 0; token < shares.length; token++) {
      if (isWritten(token)) {
        int length = length(shares[token]);
        out.put(length, SHARE_LENGTH_BITS);
        if (length > 1) {
          out.put(shares[token] - (1L << (length - 1)), length - 1);
        }
      }
    }
  }

  static TokenFrequencies read(BitReader in) throws MalformedDataException {
    int bits = (int) in.get(BITS_BITS);
    int digits = (int) in.get(DIGITS_BITS);
    int shortest = (int) in.get(LENGTH_BITS);
    int longest = (int) in.get(LENGTH_BITS);
    if (bits < MIN_BITS
        || bits > MAX_BITS
        || digits > ResidualTokens.MAX_DIGITS
        || shortest > longest) {
      throw new MalformedDataException(
          "residuals: table of %d bits, %d digits, lengths %d to %d"
              .formatted(bits, digits, shortest, longest));
    }
    ResidualTokens tokens = new ResidualTokens(digits);
    TokenFrequencies read =
        new TokenFrequencies(tokens, bits, shortest, longest, new int[tokens.first(longest + 1)]);
    int sum = 0;
    for (int token = 0; token < read.shares.length; token++) {
      if (read.isWritten(token)) {
        int length = (int) in.get(SHARE_LENGTH_BITS);
        int share = length < 2 ? length : 1 << (length - 1) | (int) in.get(length - 1);
        read.shares[token] = share;
        sum += share;
      }
    }
    if (sum != 1 << bits) {
      throw new MalformedDataException(
          "residuals: shares of %d (expected: %d)".formatted(sum, 1 << bits));
    }
    return read;
  }

  /** {@return how many digits of a number stand as they are, at most} */
  int mostPlainBits() {
    return longest - Math.min(tokens.digits(), longest);
  }

  /** {@return the token at each place of the table} A token's places are far from one another. */
  short[] spread() {
    int size = 1 << bits;
    // How many tokens begin at each turn: no loop over a share, whose end would surprise a
    // processor.
    short[] begun = new short[size + 1];
    int turn = shares[0];
    for (int token = 1; token < shares.length; token++) {
      begun[turn]++;
      turn += shares[token];
    }
    short[] table = new short[size];
    int step = (size >> 1) + (size >> 3) + 3;
    int place = 0;
    int token = 0;
    for (int i = 0; i < size; i++) {
      token += begun[i];
      table[place] = (short) token;
      place = (place + step) & (size - 1);
    }
    return table;
  }
}
