package io.hmsops.tsdb.head;

import org.jspecify.annotations.Nullable;

/** Entries of the log or a checkpoint on their way to the head, in columns. Reused. */
final class ReplayColumns {
  static final int CAPACITY = 4096;

  /** What an entry is; one for each kind of object, or none. */
  enum Kind {
    SAMPLE,
    EXEMPLAR,
    DELETION,
    GONE,
    CHECKPOINT_SERIES
  }

  final Kind[] kinds = new Kind[CAPACITY];
  final int[] numbers = new int[CAPACITY];
  final long[] lsns = new long[CAPACITY];

  /** The timestamp; for deletions, the first. */
  final long[] timestampsMs = new long[CAPACITY];

  final double[] values = new double[CAPACITY];

  /** The start timestamp; for deletions, the last timestamp. */
  final long[] startsMs = new long[CAPACITY];

  /** The histogram, the exemplar, the checkpoint's series. */
  final @Nullable Object[] objects = new @Nullable Object[CAPACITY];

  int size;

  /** Adds an entry; the caller fills in what else it has. */
  int add(Kind kind, int number, long lsn, @Nullable Object object) {
    int i = size++;
    kinds[i] = kind;
    numbers[i] = number;
    lsns[i] = lsn;
    objects[i] = object;
    return i;
  }

  boolean isFull() {
    return size == CAPACITY;
  }

  void clear() {
    for (int i = 0; i < size; i++) {
      objects[i] = null;
    }
    size = 0;
  }
}
