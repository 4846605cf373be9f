package io.hmsops.tsdb.head;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Memory outside the heap, in slots. A slot is known by its handle, which is never 0. Reading may
 * go on beside anything else; allocating and giving back is guarded by the head's lock.
 */
final class Slabs {
  /** Slots are multiples of this. */
  static final int GRANULE_BYTES = 16;

  /** The largest slot. */
  static final int MAX_SLOT_BYTES = 4096;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private static final int SLAB_BYTES = 1 << 20;
  private static final int SLAB_GRANULES = SLAB_BYTES / GRANULE_BYTES;
  private static final int SLAB_BITS = Integer.numberOfTrailingZeros(SLAB_GRANULES);

  /** A slot that readers may still look at. */
  private record Retired(int handle, int lengthBytes, long stamp) {}

  private final Arena arena;
  private volatile MemorySegment[] slabs = {};
  private int slabCount;

  /** The first granule of the newest slab that was never used. */
  private int nextGranule = SLAB_GRANULES;

  /** For each length in granules the first free slot, which holds the handle of the next. */
  private final int[] free = new int[MAX_SLOT_BYTES / GRANULE_BYTES + 1];

  private final ArrayDeque<Retired> retired = new ArrayDeque<>();

  Slabs(Arena arena) {
    this.arena = arena;
  }

  private static int granules(int lengthBytes) {
    return (lengthBytes + GRANULE_BYTES - 1) / GRANULE_BYTES;
  }

  /** {@return how many bytes a slot for some bytes has} */
  static int capacity(int lengthBytes) {
    return granules(lengthBytes) * GRANULE_BYTES;
  }

  /** {@return the handle of a slot; its content is whatever was there} */
  int allocate(int lengthBytes) {
    int granules = granules(lengthBytes);
    int reused = free[granules];
    if (reused != 0) {
      free[granules] = getInt(reused, 0);
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
      setInt(handle, 0, free[granules]);
      free[granules] = handle;
      nextGranule += granules;
    }
  }

  private void addSlab() {
    MemorySegment[] grown = slabs;
    if (slabCount == grown.length) {
      grown = Arrays.copyOf(grown, Math.max(16, 2 * slabCount));
    }
    grown[slabCount] = arena.allocate(SLAB_BYTES, GRANULE_BYTES);
    slabs = grown;
    // Handle 0 means none, so the first granule of all stays unused.
    nextGranule = slabCount == 0 ? 1 : 0;
    slabCount++;
  }

  /** Gives back a slot that nobody reads. */
  void free(int handle, int lengthBytes) {
    int granules = granules(lengthBytes);
    setInt(handle, 0, free[granules]);
    free[granules] = handle;
  }

  /**
   * Gives back a slot that readers may still look at.
   *
   * @param stamp readers with a larger number cannot know the slot
   */
  void retire(int handle, int lengthBytes, long stamp) {
    retired.add(new Retired(handle, lengthBytes, stamp));
  }

  /** Reuses what was retired before the oldest reader was opened. */
  void reclaim(long oldestReader) {
    for (Retired first = retired.peek();
        first != null && first.stamp < oldestReader;
        first = retired.peek()) {
      free(first.handle, first.lengthBytes);
      retired.remove();
    }
  }

  private MemorySegment slab(int handle) {
    return slabs[handle >>> SLAB_BITS];
  }

  private static long offset(int handle) {
    return (long) (handle & (SLAB_GRANULES - 1)) * GRANULE_BYTES;
  }

  int getInt(int handle, int offset) {
    return slab(handle).get(ValueLayout.JAVA_INT_UNALIGNED, offset(handle) + offset);
  }

  void setInt(int handle, int offset, int value) {
    slab(handle).set(ValueLayout.JAVA_INT_UNALIGNED, offset(handle) + offset, value);
  }

  long getLong(int handle, int offset) {
    return slab(handle).get(ValueLayout.JAVA_LONG_UNALIGNED, offset(handle) + offset);
  }

  void setLong(int handle, int offset, long value) {
    slab(handle).set(ValueLayout.JAVA_LONG_UNALIGNED, offset(handle) + offset, value);
  }

  byte getByte(int handle, int offset) {
    return slab(handle).get(ValueLayout.JAVA_BYTE, offset(handle) + offset);
  }

  void read(int handle, int offset, byte[] into, int length) {
    MemorySegment.copy(
        slab(handle), ValueLayout.JAVA_BYTE, offset(handle) + offset, into, 0, length);
  }

  void write(int handle, int offset, byte[] from, int length) {
    MemorySegment.copy(
        from, 0, slab(handle), ValueLayout.JAVA_BYTE, offset(handle) + offset, length);
  }

  /** Writes 24 bytes. */
  void writeThreeWords(int handle, int offset, byte[] from) {
    MemorySegment slab = slab(handle);
    long at = offset(handle) + offset;
    slab.set(ValueLayout.JAVA_LONG_UNALIGNED, at, (long) WORD.get(from, 0));
    slab.set(ValueLayout.JAVA_LONG_UNALIGNED, at + Long.BYTES, (long) WORD.get(from, Long.BYTES));
    slab.set(
        ValueLayout.JAVA_LONG_UNALIGNED,
        at + 2L * Long.BYTES,
        (long) WORD.get(from, 2 * Long.BYTES));
  }

  void copy(int from, int fromOffset, int to, int toOffset, int length) {
    MemorySegment.copy(
        slab(from), offset(from) + fromOffset, slab(to), offset(to) + toOffset, length);
  }

  long memoryBytes() {
    return (long) slabCount * SLAB_BYTES;
  }
}
