package io.hmsops.tsdb.head;

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

  void addTo(BitSet numbers) {
    forEach(numbers::set);
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
