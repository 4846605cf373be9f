package io.hmsops.tsdb.regex;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Finds a text in others, eight places at a time. */
final class ByteSearch {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGHS = 0x8080_8080_8080_8080L;

  private final byte[] wanted;
  private final long firsts;
  private final long lasts;

  ByteSearch(byte[] wanted) {
    this.wanted = wanted;
    this.firsts = (wanted[0] & 0xffL) * ONES;
    this.lasts = (wanted[wanted.length - 1] & 0xffL) * ONES;
  }

  int length() {
    return wanted.length;
  }

  /** {@return the first place from {@code from} on where the text ends before {@code to}, or −1} */
  int find(byte[] utf8, int from, int to) {
    int last = wanted.length - 1;
    int lastWord = to - last - Long.BYTES;
    if (lastWord < from) {
      return findInFew(utf8, from, to);
    }
    int i = from;
    while (true) {
      // A byte is zero where both the first and the last byte of the text are right.
      long wrong = ((long) LONG.get(utf8, i) ^ firsts) | ((long) LONG.get(utf8, i + last) ^ lasts);
      // Never misses a zero byte; what it finds beside one is looked at again.
      long zeros = (wrong - ONES) & ~wrong & HIGHS;
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
