package io.hmsops.tsdb.regex;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds a text in others. Three of its bytes are compared before all else: of the first places
 * eight at a time, then, to leave out what has none of them, of hundreds without a branch, so that
 * the compiler makes vectors of it. Thread-safe.
 */
final class ByteSearch {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** So many places are looked at together. */
  static final int STRETCH = 512;

  /** What values of labels are mostly made of, roughly by how often. */
  private static final String COMMON = "/-._:esrtaion0123456789lcdupmhgbfyvkwxzjq";

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGHS = 0x8080_8080_8080_8080L;

  private final byte[] wanted;

  /**
   * Where the bytes are that are compared first: guesses at first, then those that were wrong last
   * where the others were right, as values that begin alike are told apart by what is behind that.
   * An update that is lost does no harm.
   */
  private int first;

  private int second;
  private int third;

  ByteSearch(byte[] wanted) {
    this.wanted = wanted;
    this.first = rarest(wanted, -1, -1);
    this.second = wanted.length < 2 ? first : rarest(wanted, first, -1);
    this.third = wanted.length < 3 ? second : rarest(wanted, first, second);
  }

  /** {@return the place of the byte that is likely to be the rarest, another than two places} */
  private static int rarest(byte[] wanted, int but, int nor) {
    int rarest = -1;
    int least = -1;
    for (int i = 0; i < wanted.length; i++) {
      int rank = COMMON.indexOf(wanted[i]);
      int rarity = rank < 0 ? COMMON.length() : rank;
      if (i != but && i != nor && rarity > least) {
        rarest = i;
        least = rarity;
      }
    }
    return rarest;
  }

  int length() {
    return wanted.length;
  }

  /** {@return the first place from {@code from} on where the text ends before {@code to}, or −1} */
  int find(byte[] utf8, int from, int to) {
    int behind = wanted.length - 1;
    int i = from;
    while (i < to - behind - STRETCH) {
      // What was found is often followed by more, so the first places are never left out.
      if (i == from || mayBeIn(utf8, i)) {
        int found = findByWords(utf8, i, i + STRETCH + behind);
        if (found >= 0) {
          return found;
        }
      }
      i += STRETCH;
    }
    return findByWords(utf8, i, to);
  }

  private static long eightTimes(byte value) {
    return (value & 0xffL) * ONES;
  }

  /** {@return whether the three bytes are right at one of many places} */
  private boolean mayBeIn(byte[] utf8, int from) {
    int inFirst = first;
    int inSecond = second;
    int inThird = third;
    long a = eightTimes(wanted[inFirst]);
    long b = eightTimes(wanted[inSecond]);
    long c = eightTimes(wanted[inThird]);
    long zeros = 0;
    for (int i = from; i < from + STRETCH; i += Long.BYTES) {
      long wrong =
          ((long) LONG.get(utf8, i + inFirst) ^ a)
              | ((long) LONG.get(utf8, i + inSecond) ^ b)
              | ((long) LONG.get(utf8, i + inThird) ^ c);
      zeros |= (wrong - ONES) & ~wrong;
    }
    return (zeros & HIGHS) != 0;
  }

  private int findByWords(byte[] utf8, int from, int to) {
    int lastWord = to - (wanted.length - 1) - Long.BYTES;
    if (lastWord < from) {
      return findInFew(utf8, from, to);
    }
    int inFirst = first;
    int inSecond = second;
    int inThird = third;
    long a = eightTimes(wanted[inFirst]);
    long b = eightTimes(wanted[inSecond]);
    long c = eightTimes(wanted[inThird]);
    int i = from;
    while (true) {
      long wrong =
          ((long) LONG.get(utf8, i + inFirst) ^ a)
              | ((long) LONG.get(utf8, i + inSecond) ^ b)
              | ((long) LONG.get(utf8, i + inThird) ^ c);
      // The high bits of the bytes that are zero. None is missed; beside one there may be others.
      for (long zeros = (wrong - ONES) & ~wrong & HIGHS; zeros != 0; zeros &= zeros - 1) {
        int at = i + (Long.numberOfTrailingZeros(zeros) >>> 3);
        if (isAt(utf8, at)) {
          return at;
        }
      }
      if (i == lastWord) {
        return -1;
      }
      // The last eight places overlap those before: looking twice beats looking one by one.
      i = Math.min(i + Long.BYTES, lastWord);
    }
  }

  private int findInFew(byte[] utf8, int from, int to) {
    for (int i = from; i + wanted.length <= to; i++) {
      if (isAt(utf8, i)) {
        return i;
      }
    }
    return -1;
  }

  private boolean isAt(byte[] utf8, int from) {
    for (int i = 0; i < wanted.length; i++) {
      if (utf8[from + i] != wanted[i]) {
        first = second;
        second = third;
        third = i;
        return false;
      }
    }
    return true;
  }
}
