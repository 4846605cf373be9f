package io.hmsops.tsdb.head;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Memory for things of a few words, in slots of large arrays, so that there is no object for each.
 * A slot is known by its handle, which is never 0. Reading may go on beside anything else;
 * allocating and giving back is guarded by the head's lock.
 */
final class Slabs {
  /** Slots are multiples of this. */
  static final int GRANULE_WORDS = 2;

  /** The largest slot. */
  static final int MAX_SLOT_WORDS = 512;

  private static final int SLAB_BITS = 13;
  private static final int SLAB_GRANULES = 1 << SLAB_BITS;

  /** A slot that readers may still look at. */
  private record Retired(int handle, int words, long stamp) {}

  private volatile long[][] slabs = {};
  private int slabCount;

  /** The first granule of the newest slab that was never used. */
  private int nextGranule = SLAB_GRANULES;

  /** For each length in granules the first free slot, which holds the handle of the next. */
  private final int[] free = new int[MAX_SLOT_WORDS / GRANULE_WORDS + 1];

  private final ArrayDeque<Retired> retired = new ArrayDeque<>();

  private static int granules(int words) {
    return (words + GRANULE_WORDS - 1) / GRANULE_WORDS;
  }

  /** {@return how many words a slot for some words has} */
  static int capacity(int words) {
    return granules(words) * GRANULE_WORDS;
  }

  /** {@return the handle of a slot; its content is whatever was there} */
  int allocate(int words) {
    int granules = granules(words);
    int reused = free[granules];
    if (reused != 0) {
      free[granules] = (int) get(reused, 0);
      return reused;
    }
    if (nextGranule + granules > SLAB_GRANULES) {
      abandonRest();
      addSlab();
    }
    int handle = (slabCount - 1) << SLAB_BITS | nextGranule;
    nextGranule += granules;
    return handle;
  }

  /** What is left of the newest slab is free for smaller slots. */
  private void abandonRest() {
    while (nextGranule < SLAB_GRANULES) {
      int granules = Math.min(SLAB_GRANULES - nextGranule, free.length - 1);
      int handle = (slabCount - 1) << SLAB_BITS | nextGranule;
      set(handle, 0, free[granules]);
      free[granules] = handle;
      nextGranule += granules;
    }
  }

  private void addSlab() {
    long[][] grown = slabs;
    if (slabCount == grown.length) {
      grown = Arrays.copyOf(grown, Math.max(16, 2 * slabCount));
    }
    grown[slabCount] = new long[SLAB_GRANULES * GRANULE_WORDS];
    slabs = grown;
    // Handle 0 means none, so the first granule of all stays unused.
    nextGranule = slabCount == 0 ? 1 : 0;
    slabCount++;
  }

  /** Gives back a slot that nobody reads. */
  void free(int handle, int words) {
    int granules = granules(words);
    set(handle, 0, free[granules]);
    free[granules] = handle;
  }

  /**
   * Gives back a slot that readers may still look at.
   *
   * @param stamp readers with a larger number cannot know the slot
   */
  void retire(int handle, int words, long stamp) {
    retired.add(new Retired(handle, words, stamp));
  }

  /** Reuses what was retired before the oldest reader was opened. */
  void reclaim(long oldestReader) {
    for (Retired first = retired.peek();
        first != null && first.stamp < oldestReader;
        first = retired.peek()) {
      free(first.handle, first.words);
      retired.remove();
    }
  }

  /** {@return the array that a slot is in} */
  long[] slab(int handle) {
    return slabs[handle >>> SLAB_BITS];
  }

  /** {@return where a slot begins in its array} */
  static int start(int handle) {
    return (handle & (SLAB_GRANULES - 1)) * GRANULE_WORDS;
  }

  long get(int handle, int index) {
    return slab(handle)[start(handle) + index];
  }

  void set(int handle, int index, long word) {
    slab(handle)[start(handle) + index] = word;
  }

  /** Copies words into a slot. */
  void fill(int to, int toIndex, long[] words, int count) {
    System.arraycopy(words, 0, slab(to), start(to) + toIndex, count);
  }

  void copy(int from, int fromIndex, int to, int toIndex, int words) {
    System.arraycopy(slab(from), start(from) + fromIndex, slab(to), start(to) + toIndex, words);
  }

  long memoryBytes() {
    return (long) slabCount * SLAB_GRANULES * GRANULE_WORDS * Long.BYTES;
  }
}
