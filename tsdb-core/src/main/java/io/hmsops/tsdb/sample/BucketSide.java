package io.hmsops.tsdb.sample;

import java.util.Arrays;
import java.util.function.DoubleConsumer;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The populated buckets of one side of a histogram, ascending by index, with the compensation that
 * Kahan–Neumaier sums carry, unless the sum is a plain one. Mutable; owned by one {@link
 * HistogramSum}.
 */
final class BucketSide {
  private final boolean compensated;
  private int[] indexes;
  private double[] values;
  private double[] carries;
  private int size;

  /** The spans that lie just so, as long as they are known. */
  private int @Nullable [] spans;

  private BucketSide(int capacity, boolean compensated) {
    this.compensated = compensated;
    indexes = new int[capacity];
    values = new double[capacity];
    carries = new double[capacity];
  }

  static BucketSide of(int[] spans, double[] buckets, boolean compensated) {
    BucketSide side = new BucketSide(buckets.length, compensated);
    int index = 0;
    int next = 0;
    for (int span = 0; span < spans.length; span += 2) {
      index += spans[span];
      for (int i = 0; i < spans[span + 1]; i++) {
        // Empty buckets stay until the result: NaN times zero is not zero.
        side.append(index++, buckets[next++], 0);
      }
    }
    side.spans = spans;
    return side;
  }

  private void append(int index, double value, double carry) {
    if (size == indexes.length) {
      int capacity = Math.max(8, 2 * size);
      indexes = Arrays.copyOf(indexes, capacity);
      values = Arrays.copyOf(values, capacity);
      carries = Arrays.copyOf(carries, capacity);
    }
    indexes[size] = index;
    values[size] = value;
    carries[size] = carry;
    size++;
  }

  int size() {
    return size;
  }

  int index(int at) {
    return indexes[at];
  }

  double value(int at) {
    return values[at] + finite(carries[at]);
  }

  private static double finite(double carry) {
    return Double.isFinite(carry) ? carry : 0;
  }

  /** The population of a bucket, 0 if it is not there. */
  double population(int index) {
    int at = Arrays.binarySearch(indexes, 0, size, index);
    return at < 0 ? 0 : value(at);
  }

  /** Whether these are the buckets of such spans; not always known. */
  boolean isOf(int[] otherSpans) {
    return spans != null && Arrays.equals(spans, otherSpans);
  }

  /** Adds populations of the same buckets, times {@code sign}. */
  void add(double[] buckets, double sign) {
    for (int i = 0; i < size; i++) {
      addAt(i, sign * buckets[i]);
    }
  }

  /** Adds the other side's populations, times {@code sign}. */
  void add(BucketSide other, double sign) {
    if (size == other.size && Arrays.equals(indexes, 0, size, other.indexes, 0, size)) {
      for (int i = 0; i < size; i++) {
        addAt(i, sign * other.value(i));
      }
      return;
    }
    BucketSide merged = new BucketSide(size + other.size, compensated);
    int mine = 0;
    int theirs = 0;
    while (mine < size || theirs < other.size) {
      boolean takeMine =
          theirs == other.size || (mine < size && indexes[mine] <= other.indexes[theirs]);
      boolean takeTheirs =
          mine == size || (theirs < other.size && other.indexes[theirs] <= indexes[mine]);
      if (takeMine) {
        merged.append(indexes[mine], values[mine], carries[mine]);
        mine++;
      } else {
        merged.append(other.indexes[theirs], 0, 0);
      }
      if (takeTheirs) {
        merged.addAt(merged.size - 1, sign * other.value(theirs));
        theirs++;
      }
    }
    replaceBy(merged);
  }

  /**
   * Adds the other side's populations at new indexes, one after the other: where several fall
   * together, the sum rounds as often as there are buckets.
   */
  void addMapped(BucketSide other, double sign, IntUnaryOperator mapping) {
    for (int i = 0; i < other.size; i++) {
      int index = mapping.applyAsInt(other.indexes[i]);
      int at = Arrays.binarySearch(indexes, 0, size, index);
      if (at < 0) {
        at = -at - 1;
        insert(at, index);
      }
      addAt(at, sign * other.value(i));
    }
  }

  private void insert(int at, int index) {
    spans = null;
    append(index, 0, 0);
    System.arraycopy(indexes, at, indexes, at + 1, size - 1 - at);
    System.arraycopy(values, at, values, at + 1, size - 1 - at);
    System.arraycopy(carries, at, carries, at + 1, size - 1 - at);
    indexes[at] = index;
    values[at] = 0;
    carries[at] = 0;
  }

  private void addAt(int at, double increment) {
    double sum = values[at];
    double total = sum + increment;
    if (!compensated || Double.isInfinite(total)) {
      carries[at] = 0;
    } else if (Math.abs(sum) >= Math.abs(increment)) {
      carries[at] += (sum - total) + increment;
    } else {
      carries[at] += (increment - total) + sum;
    }
    values[at] = total;
  }

  private void replaceBy(BucketSide other) {
    indexes = other.indexes;
    values = other.values;
    carries = other.carries;
    size = other.size;
    spans = null;
  }

  /** Moves every bucket to a new index; the mapping never changes the order. */
  void remap(IntUnaryOperator mapping) {
    BucketSide mapped = new BucketSide(size, compensated);
    for (int i = 0; i < size; i++) {
      int index = mapping.applyAsInt(indexes[i]);
      if (mapped.size > 0 && mapped.indexes[mapped.size - 1] == index) {
        mapped.addAt(mapped.size - 1, value(i));
      } else {
        mapped.append(index, values[i], carries[i]);
      }
    }
    replaceBy(mapped);
  }

  /** Removes the first buckets; their populations go to a sink, in order. */
  void removeFirst(int count, DoubleConsumer removed) {
    if (count == 0) {
      return;
    }
    for (int i = 0; i < count; i++) {
      removed.accept(value(i));
    }
    BucketSide rest = new BucketSide(size - count, compensated);
    for (int i = count; i < size; i++) {
      rest.append(indexes[i], values[i], carries[i]);
    }
    replaceBy(rest);
  }

  /** Removes all buckets. */
  void clear() {
    size = 0;
    spans = null;
  }

  void set(int at, double value) {
    values[at] = value;
    carries[at] = 0;
  }

  void multiply(double factor) {
    for (int i = 0; i < size; i++) {
      set(i, value(i) * factor);
    }
  }

  void divide(double divisor) {
    for (int i = 0; i < size; i++) {
      set(i, value(i) / divisor);
    }
  }

  /** The spans of the populated buckets. */
  int[] spans() {
    int[] found = new int[2 * size];
    int length = 0;
    int end = 0;
    for (int i = 0; i < size; i++) {
      if (value(i) == 0) {
        continue;
      }
      if (length > 0 && indexes[i] == end) {
        found[length - 1]++;
      } else {
        found[length++] = indexes[i] - end;
        found[length++] = 1;
      }
      end = indexes[i] + 1;
    }
    return Arrays.copyOf(found, length);
  }

  /** The populations that are not zero. */
  double[] buckets() {
    double[] buckets = new double[size];
    int length = 0;
    for (int i = 0; i < size; i++) {
      double value = value(i);
      if (value != 0) {
        buckets[length++] = value;
      }
    }
    return Arrays.copyOf(buckets, length);
  }
}
