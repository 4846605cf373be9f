package io.hmsops.server.ingest;

import java.util.Arrays;

/** A list of doubles. Not thread-safe. */
final class GrowingDoubles {
  private static final int FIRST_CAPACITY = 8;

  private double[] values = {};
  private int size;

  void add(double value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, Math.max(FIRST_CAPACITY, 2 * size));
    }
    values[size++] = value;
  }

  double get(int index) {
    return values[index];
  }

  int size() {
    return size;
  }

  double[] toArray() {
    return Arrays.copyOf(values, size);
  }
}
