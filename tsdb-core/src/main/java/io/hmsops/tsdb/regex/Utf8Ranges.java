package io.hmsops.tsdb.regex;

/** Splits ranges of code points into sequences of byte ranges that their UTF-8 forms fill. */
final class Utf8Ranges {
  private static final int[] LARGEST = {0x7f, 0x7ff, 0xffff, Character.MAX_CODE_POINT};

  private Utf8Ranges() {}

  /** Takes one sequence: the bytes at each place may be any from low to high. */
  @FunctionalInterface
  interface Sink {
    void accept(int[] low, int[] high);
  }

  /** Hands out sequences of 1 to 4 byte ranges that together are the code points of a range. */
  static void split(int low, int high, Sink sink) {
    int from = low;
    for (int largest : LARGEST) {
      if (from <= largest && from <= high) {
        splitSameLength(from, Math.min(high, largest), sink);
        from = largest + 1;
      }
    }
  }

  private static void splitSameLength(int low, int high, Sink sink) {
    int length = encode(low).length;
    for (int tail = 1; tail < length; tail++) {
      int mask = (1 << (6 * tail)) - 1;
      if ((low & ~mask) != (high & ~mask)) {
        // Behind a common head the last bytes must run through all their values.
        if ((low & mask) != 0) {
          splitSameLength(low, low | mask, sink);
          splitSameLength((low | mask) + 1, high, sink);
          return;
        }
        if ((high & mask) != mask) {
          splitSameLength(low, (high & ~mask) - 1, sink);
          splitSameLength(high & ~mask, high, sink);
          return;
        }
      }
    }
    sink.accept(encode(low), encode(high));
  }

  /** {@return the bytes of a code point, also of one that no valid text has} */
  static int[] encode(int codePoint) {
    if (codePoint < 0x80) {
      return new int[] {codePoint};
    }
    if (codePoint < 0x800) {
      return new int[] {0xc0 | (codePoint >>> 6), tail(codePoint)};
    }
    if (codePoint < 0x1_0000) {
      return new int[] {0xe0 | (codePoint >>> 12), tail(codePoint >>> 6), tail(codePoint)};
    }
    return new int[] {
      0xf0 | (codePoint >>> 18), tail(codePoint >>> 12), tail(codePoint >>> 6), tail(codePoint)
    };
  }

  private static int tail(int codePoint) {
    return 0x80 | (codePoint & 0x3f);
  }
}
