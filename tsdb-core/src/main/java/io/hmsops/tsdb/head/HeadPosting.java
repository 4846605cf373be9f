package io.hmsops.tsdb.head;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/**
 * The numbers of the series with one label, as they were added: differences as varints. Where a
 * number is not larger than the one before, a 0 and the number itself stand.
 */
final class HeadPosting {
  private static final int RESTART = 0;

  /** Eight differences of 1. */
  private static final long ONES = 0x0101_0101_0101_0101L;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes = new byte[8];
  private int length;
  private int last = -1;
  private int count;

  int count() {
    return count;
  }

  /** Adds a number that is not there. */
  void add(int number) {
    if (length + 6 > bytes.length) {
      bytes = Arrays.copyOf(bytes, bytes.length + Math.max(8, bytes.length / 4));
    }
    int difference = number - last;
    if (difference <= 0) {
      bytes[length++] = RESTART;
      difference = number + 1;
    }
    while (difference >= 0x80) {
      bytes[length++] = (byte) (difference | 0x80);
      difference >>>= 7;
    }
    bytes[length++] = (byte) difference;
    last = number;
    count++;
  }

  /** Takes numbers out, and sorts those that stay. */
  void removeAll(BitSet gone) {
    BitSet all = new BitSet();
    addTo(all);
    all.andNot(gone);
    bytes = new byte[8];
    length = 0;
    last = -1;
    count = 0;
    for (int i = all.nextSetBit(0); i >= 0; i = all.nextSetBit(i + 1)) {
      add(i);
    }
  }

  /** {@return any of the numbers} */
  int first() {
    int[] first = {-1};
    forEach(number -> first[0] = number);
    return first[0];
  }

  /** Series that came one after the other stand one after the other: they are added as a row. */
  void addTo(BitSet numbers) {
    int number = -1;
    int at = 0;
    while (at < length) {
      if (bytes[at] == 1) {
        int row = at;
        while (at + Long.BYTES <= length && (long) WORD.get(bytes, at) == ONES) {
          at += Long.BYTES;
        }
        while (at < length && bytes[at] == 1) {
          at++;
        }
        numbers.set(number + 1, number + 1 + at - row);
        number += at - row;
        continue;
      }
      if (bytes[at] == RESTART) {
        number = -1;
        at++;
      }
      int difference = 0;
      int shift = 0;
      byte next = bytes[at++];
      while (next < 0) {
        difference |= (next & 0x7f) << shift;
        shift += 7;
        next = bytes[at++];
      }
      number += difference | next << shift;
      numbers.set(number);
    }
  }

  /** {@return whether a condition holds for any of the numbers; asked one by one} */
  boolean any(IntPredicate condition) {
    int number = -1;
    int at = 0;
    while (at < length) {
      if (bytes[at] == RESTART) {
        number = -1;
        at++;
      }
      int difference = 0;
      int shift = 0;
      byte next = bytes[at++];
      while (next < 0) {
        difference |= (next & 0x7f) << shift;
        shift += 7;
        next = bytes[at++];
      }
      number += difference | next << shift;
      if (condition.test(number)) {
        return true;
      }
    }
    return false;
  }

  void forEach(IntConsumer action) {
    boolean _ =
        any(
            number -> {
              action.accept(number);
              return false;
            });
  }

  long memoryBytes() {
    return bytes.length + 48L;
  }
}
