package io.hmsops.tsdb.head;

import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Memory for things of a few words, in slots of large arrays, so that there is no object for each.
 * A slot is known by its handle, which is never 0. Reading may go on beside anything else;
 * allocating and giving back is guarded by the head's lock.
 */
final class Slabs {
  /*
   * A slab has slots of one length. Chunks grow through slots of rising lengths, all series at about the same pace,
   * so what was made for one length is soon wanted for another: a slab without slots in use goes to any length.
   */
  /** Slots are multiples of this. */
  static final int GRANULE_WORDS = 2;

  /** The largest slot. */
  static final int MAX_SLOT_WORDS = 512;

  private static final int SLAB_BITS = 10;
  private static final int SLAB_GRANULES = 1 << SLAB_BITS;
  private static final int SLAB_WORDS = SLAB_GRANULES * GRANULE_WORDS;

  /** Decoders look at one word behind the last one of a slot. */
  private static final int SLACK_WORDS = 1;

  private static final int NONE = -1;

  /** What stands for an array that was given back. */
  private static final long[] GONE = {};

  /** Beside these, one empty slab in so many is kept for what comes. */
  private static final int MIN_KEPT_SLABS = 8;

  private static final int KEPT_SHARE = 16;

  /** A slot that readers may still look at. */
  private record Retired(int handle, int words, long stamp) {}

  /** Slab 0 has no slots, so that no handle is 0. */
  private volatile long[][] slabs = {GONE};

  private int slabCount = 1;

  /** How many slabs have an array. */
  private int arrayCount;

  /** How many of these have no slot in use. */
  private int emptyCount;

  /** For each slab the first free slot among those that were in use, by its granule. */
  private int[] freeSlot = {NONE};

  /** For each slab the first granule that was never in a slot. */
  private int[] unused = {0};

  private int[] usedSlots = {0};

  /** The lists that a slab may be in: those of a length with room, or those without a length. */
  private int[] next = {NONE};

  private int[] previous = {NONE};

  /** For each length in granules the first slab with room. */
  private final int[] withRoom = new int[MAX_SLOT_WORDS / GRANULE_WORDS + 1];

  /** The first slab that has an array but no slot in use. */
  private int empty = NONE;

  /** The first slab without array. */
  private int gone = NONE;

  private final ArrayDeque<Retired> retired = new ArrayDeque<>();

  Slabs() {
    Arrays.fill(withRoom, NONE);
  }

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
    int slab = withRoom[granules];
    if (slab == NONE) {
      slab = addSlab();
      link(slab, granules);
    }
    int granule = freeSlot[slab];
    if (granule == NONE) {
      granule = unused[slab];
      unused[slab] = granule + granules;
    } else {
      freeSlot[slab] = (int) slabs[slab][granule * GRANULE_WORDS];
    }
    usedSlots[slab]++;
    if (isFull(slab, granules)) {
      unlink(slab, granules);
    }
    return slab << SLAB_BITS | granule;
  }

  private boolean isFull(int slab, int granules) {
    return freeSlot[slab] == NONE && unused[slab] + granules > SLAB_GRANULES;
  }

  private void link(int slab, int granules) {
    int first = withRoom[granules];
    next[slab] = first;
    previous[slab] = NONE;
    if (first != NONE) {
      previous[first] = slab;
    }
    withRoom[granules] = slab;
  }

  private void unlink(int slab, int granules) {
    int before = previous[slab];
    int behind = next[slab];
    if (before == NONE) {
      withRoom[granules] = behind;
    } else {
      next[before] = behind;
    }
    if (behind != NONE) {
      previous[behind] = before;
    }
  }

  /** {@return a slab with an array and without slots} */
  private int addSlab() {
    int slab = empty;
    if (slab != NONE) {
      empty = next[slab];
      emptyCount--;
      return slab;
    }
    slab = gone;
    if (slab == NONE) {
      slab = slabCount;
      if (slab == slabs.length) {
        grow(2 * slabCount);
      }
      slabCount++;
    } else {
      gone = next[slab];
    }
    freeSlot[slab] = NONE;
    setArray(slab, new long[SLAB_WORDS + SLACK_WORDS]);
    arrayCount++;
    return slab;
  }

  private void grow(int capacity) {
    freeSlot = Arrays.copyOf(freeSlot, capacity);
    unused = Arrays.copyOf(unused, capacity);
    usedSlots = Arrays.copyOf(usedSlots, capacity);
    next = Arrays.copyOf(next, capacity);
    previous = Arrays.copyOf(previous, capacity);
    long[][] grown = Arrays.copyOf(slabs, capacity);
    Arrays.fill(grown, slabCount, capacity, GONE);
    slabs = grown;
  }

  private void setArray(int slab, long[] array) {
    long[][] changed = slabs;
    changed[slab] = array;
    slabs = changed;
  }

  /** Gives back a slot that nobody reads. */
  void free(int handle, int words) {
    int granules = granules(words);
    int slab = handle >>> SLAB_BITS;
    int granule = handle & (SLAB_GRANULES - 1);
    boolean full = isFull(slab, granules);
    if (--usedSlots[slab] == 0) {
      if (!full) {
        unlink(slab, granules);
      }
      makeEmpty(slab);
      return;
    }
    slabs[slab][granule * GRANULE_WORDS] = freeSlot[slab];
    freeSlot[slab] = granule;
    if (full) {
      link(slab, granules);
    }
  }

  private void makeEmpty(int slab) {
    freeSlot[slab] = NONE;
    unused[slab] = 0;
    if (emptyCount < MIN_KEPT_SLABS + arrayCount / KEPT_SHARE) {
      next[slab] = empty;
      empty = slab;
      emptyCount++;
    } else {
      setArray(slab, GONE);
      arrayCount--;
      next[slab] = gone;
      gone = slab;
    }
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

  /** {@return how many bytes all arrays take} */
  long memoryBytes() {
    return (long) arrayCount * (SLAB_WORDS + SLACK_WORDS) * Long.BYTES;
  }
}
