package io.hmsops.tsdb.head;

import java.util.Arrays;

/**
 * Chunks of floats in slots, as a reader may see them, each in one number. Its readers need no lock
 * while the slots stay. Filled by one thread.
 */
final class ChunkHandles {
  /*
   * From the low end: how many samples may be seen (16 bits), how many bytes the chunk has (14), whether it is packed
   * (1), whether it is sealed and has a header (1), its slot (32).
   */
  private static final int LENGTH_SHIFT = 16;
  private static final long LENGTH_MASK = 0x3fff;
  private static final long COUNT_MASK = 0xffff;
  private static final long PACKED = 1L << 30;
  private static final long SEALED = 1L << 31;

  private long[] handles;
  private int size;

  /**
   * Creates a list without chunks.
   *
   * @param capacity how many there may soon be
   */
  ChunkHandles(int capacity) {
    this.handles = new long[capacity];
  }

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  /** Adds an open chunk. */
  void addOpen(int slot, int lengthBytes, int count) {
    add(slot, (long) lengthBytes << LENGTH_SHIFT | count);
  }

  /** Adds a sealed chunk. */
  void addSealed(int slot, boolean packed, int lengthBytes, int count) {
    add(slot, SEALED | (packed ? PACKED : 0) | (long) lengthBytes << LENGTH_SHIFT | count);
  }

  private void add(int slot, long rest) {
    if (size == handles.length) {
      handles = Arrays.copyOf(handles, size + size / 2 + 8);
    }
    handles[size++] = (long) slot << Integer.SIZE | rest;
  }

  /** Turns the order of the last chunks round. */
  void reverseFrom(int from) {
    for (int left = from, right = size - 1; left < right; left++, right--) {
      long kept = handles[left];
      handles[left] = handles[right];
      handles[right] = kept;
    }
  }

  /** Brings a chunk near. */
  void touch(int index, Slabs slabs, Touch touch) {
    int slot = slot(index);
    long[] slab = slabs.slab(slot);
    int start = Slabs.start(slot);
    int end = start + (lengthBytes(index) >>> 3);
    for (int word = start; word < end; word += Touch.LINE_WORDS) {
      touch.take(slab[word]);
    }
  }

  int slot(int index) {
    return (int) (handles[index] >>> Integer.SIZE);
  }

  boolean isSealed(int index) {
    return (handles[index] & SEALED) != 0;
  }

  boolean isPacked(int index) {
    return (handles[index] & PACKED) != 0;
  }

  int lengthBytes(int index) {
    return (int) (handles[index] >>> LENGTH_SHIFT & LENGTH_MASK);
  }

  /** {@return how many samples may be seen} */
  int count(int index) {
    return (int) (handles[index] & COUNT_MASK);
  }
}
