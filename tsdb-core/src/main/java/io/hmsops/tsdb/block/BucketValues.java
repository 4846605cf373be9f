package io.hmsops.tsdb.block;

import io.hmsops.tsdb.chunk.BucketDifferences;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Decoded values of chunks that others are differences from, those used last: who reads a whole
 * histogram decodes each of its columns once. At most 2 MB. Thread-safe.
 */
public final class BucketValues {
  private static final int MOST_CHUNKS = 64;

  private record Key(Object file, long offset) {}

  private final LinkedHashMap<Key, double[]> kept = new LinkedHashMap<>(16, 0.75f, true);

  /** Creates an empty one. */
  public BucketValues() {}

  /**
   * Turns differences into values.
   *
   * @param file where the base is
   * @param offset where the base begins in it
   * @param values the differences; the values afterwards
   * @param whole whether all are whole numbers
   * @return whether the base is known; otherwise nothing has happened
   */
  synchronized boolean undo(Object file, long offset, double[] values, int count, boolean whole) {
    double[] base = kept.get(new Key(file, offset));
    if (base == null) {
      return false;
    }
    BucketDifferences.undo(base, values, count, whole);
    return true;
  }

  /** Copies values of a base, or {@return false if they are not known} */
  synchronized boolean get(Object file, long offset, double[] into, int count) {
    double[] base = kept.get(new Key(file, offset));
    if (base == null) {
      return false;
    }
    System.arraycopy(base, 0, into, 0, count);
    return true;
  }

  /** Remembers values of a base; copies them. */
  synchronized void keep(Object file, long offset, double[] values, int count) {
    Key key = new Key(file, offset);
    if (kept.containsKey(key)) {
      return;
    }
    double[] copy = null;
    if (kept.size() == MOST_CHUNKS) {
      Map.Entry<Key, double[]> eldest = kept.pollFirstEntry();
      copy = eldest != null && eldest.getValue().length >= count ? eldest.getValue() : null;
    }
    if (copy == null) {
      copy = new double[count];
    }
    System.arraycopy(values, 0, copy, 0, count);
    kept.put(key, copy);
  }
}
