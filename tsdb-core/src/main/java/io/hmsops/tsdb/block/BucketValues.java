package io.hmsops.tsdb.block;

import io.hmsops.tsdb.chunk.BucketDifferences;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decoded values of chunks that others are differences from, those used last: who reads a whole
 * histogram decodes each of its columns once. At most 2 MB. Thread-safe.
 */
public final class BucketValues {
  private static final int MOST_CHUNKS = 64;
  private static final double[] NOTHING = {};

  private record Key(Object file, long offset) {}

  private static final class Entry {
    private final double[] values;

    /** Who reads the values; they are not written meanwhile. */
    private int users;

    Entry(double[] values) {
      this.values = values;
    }
  }

  private final LinkedHashMap<Key, Entry> kept = new LinkedHashMap<>(16, 0.75f, true);

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
  boolean undo(Object file, long offset, double[] values, int count, boolean whole) {
    Entry base = acquire(new Key(file, offset));
    if (base == null) {
      return false;
    }
    BucketDifferences.undo(base.values, values, count, whole);
    release(base);
    return true;
  }

  /** Copies values of a base, or {@return false if they are not known} */
  boolean get(Object file, long offset, double[] into, int count) {
    Entry base = acquire(new Key(file, offset));
    if (base == null) {
      return false;
    }
    System.arraycopy(base.values, 0, into, 0, count);
    release(base);
    return true;
  }

  /** Remembers values of a base; copies them. */
  void keep(Object file, long offset, double[] values, int count) {
    Key key = new Key(file, offset);
    double[] room = room(key, count);
    if (room.length > 0) {
      System.arraycopy(values, 0, room, 0, count);
      put(key, room);
    }
  }

  private synchronized @Nullable Entry acquire(Key key) {
    Entry entry = kept.get(key);
    if (entry != null) {
      entry.users++;
    }
    return entry;
  }

  private synchronized void release(Entry entry) {
    entry.users--;
  }

  /** {@return an array for values, that of the eldest where there are many; empty if not needed} */
  private synchronized double[] room(Key key, int count) {
    if (kept.containsKey(key)) {
      return NOTHING;
    }
    if (kept.size() >= MOST_CHUNKS) {
      Map.Entry<Key, Entry> eldest = kept.pollFirstEntry();
      if (eldest != null) {
        Entry entry = eldest.getValue();
        if (entry.users == 0 && entry.values.length >= count) {
          return entry.values;
        }
      }
    }
    return new double[count];
  }

  private synchronized void put(Key key, double[] values) {
    kept.put(key, new Entry(values));
  }
}
