package io.hmsops.tsdb.head;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/** The numbers of the series with one label, ascending: differences as varints. */
final class HeadPosting {
  private byte[] bytes = new byte[8];
  private int length;
  private int last = -1;
  private int count;

  int count() {
    return count;
  }

  /** Adds a number that is not there. */
  void add(int number) {
    if (number <= last) {
      insert(number);
      return;
    }
    if (length + 5 > bytes.length) {
      bytes = Arrays.copyOf(bytes, bytes.length + Math.max(8, bytes.length / 4));
    }
    int difference = number - last;
    while (difference >= 0x80) {
      bytes[length++] = (byte) (difference | 0x80);
      difference >>>= 7;
    }
    bytes[length++] = (byte) difference;
    last = number;
    count++;
  }

  /** Series that come back from a file may come in another order. */
  private void insert(int number) {
    BitSet all = new BitSet();
    addTo(all);
    all.set(number);
    rebuild(all);
  }

  void remove(int number) {
    BitSet all = new BitSet();
    addTo(all);
    all.clear(number);
    rebuild(all);
  }

  private void rebuild(BitSet numbers) {
    length = 0;
    last = -1;
    count = 0;
    numbers.stream().forEach(this::add);
  }

  void addTo(BitSet numbers) {
    forEach(numbers::set);
  }

  /** {@return whether a condition holds for any of the numbers; asked one by one} */
  boolean any(IntPredicate condition) {
    int number = -1;
    int at = 0;
    while (at < length) {
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
