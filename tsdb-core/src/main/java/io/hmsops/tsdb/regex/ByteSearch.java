package io.hmsops.tsdb.regex;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds a text in others, eight places at a time. */
final class ByteSearch {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** What values of labels are mostly made of, roughly by how often. */
  private static final String COMMON = "/-._:esrtaion0123456789lcdupmhgbfyvkwxzjq";

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGHS = 0x8080_8080_8080_8080L;

  private final byte[] wanted;

  /** Where the two bytes are that are compared first, and each of them eight times. */
  private final int rare;

  private final int other;
  private final long rares;
  private final long others;

  ByteSearch(byte[] wanted) {
    this.wanted = wanted;
    this.rare = rarest(wanted, -1);
    this.other = wanted.length == 1 ? rare : rarest(wanted, rare);
    this.rares = (wanted[rare] & 0xffL) * ONES;
    this.others = (wanted[other] & 0xffL) * ONES;
  }

  /** {@return the place of the byte that is likely to be the rarest, another than one place} */
  private static int rarest(byte[] wanted, int but) {
    int rarest = -1;
    int least = -1;
    for (int i = 0; i < wanted.length; i++) {
      int rank = COMMON.indexOf(wanted[i]);
      int rarity = rank < 0 ? COMMON.length() : rank;
      if (i != but && rarity > least) {
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
    int lastWord = to - (wanted.length - 1) - Long.BYTES;
    if (lastWord < from) {
      return findInFew(utf8, from, to);
    }
    int i = from;
    while (true) {
      long zeros = zeros(utf8, i);
      while (zeros == 0 && i + Long.BYTES <= lastWord) {
        i += Long.BYTES;
        zeros = zeros(utf8, i);
      }
      while (zeros != 0) {
        int at = i + (Long.numberOfTrailingZeros(zeros) >>> 3);
        if (isAt(utf8, at)) {
          return at;
        }
        zeros &= zeros - 1;
      }
      if (i == lastWord) {
        return -1;
      }
      // The last eight places overlap those before: looking twice beats looking one by one.
      i = Math.min(i + Long.BYTES, lastWord);
    }
  }

  /**
   * The high bits of the bytes, of the eight from a place on, at which both bytes that are compared
   * are right. It misses none; what it finds beside one is looked at again.
   */
  private long zeros(byte[] utf8, int place) {
    long wrong =
        ((long) LONG.get(utf8, place + rare) ^ rares)
            | ((long) LONG.get(utf8, place + other) ^ others);
    return (wrong - ONES) & ~wrong & HIGHS;
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
        return false;
      }
    }
    return true;
  }
}
