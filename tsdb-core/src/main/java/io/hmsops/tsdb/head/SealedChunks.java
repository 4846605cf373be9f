package io.hmsops.tsdb.head;

/**
 * The headers of sealed chunks of floats in {@link Slabs}: each knows the one before. Guarded as
 * the slabs are.
 */
final class SealedChunks {
  /** The slot of the one before, whether it is packed, its length in bytes, its count. */
  static final int LINKS = 0;

  static final int MAX_TIME = 1;

  /** How many words the header has; the chunk's bits are behind it. */
  static final int HEADER = 2;

  /** The most samples of a chunk. */
  static final int MAX_COUNT = 0xffff;

  private static final long PACKED = 1L << 31;
  private static final int LENGTH_MASK = 0x7fff;

  private final Slabs slabs;

  SealedChunks(Slabs slabs) {
    this.slabs = slabs;
  }

  /** {@return in how many words so many bytes are} */
  static int words(int lengthBytes) {
    return (lengthBytes + Long.BYTES - 1) / Long.BYTES;
  }

  /** {@return a slot for a chunk of some words} */
  int allocate(int words) {
    return slabs.allocate(HEADER + words);
  }

  /** Writes the header of a chunk behind another, 0 for none. */
  void link(int handle, int previous, boolean isPacked, int count, int lengthBytes, long lastMs) {
    slabs.set(
        handle,
        LINKS,
        (previous & 0xffff_ffffL) << Integer.SIZE
            | (isPacked ? PACKED : 0)
            | (long) lengthBytes << Short.SIZE
            | count);
    slabs.set(handle, MAX_TIME, lastMs);
  }

  /** Makes a chunk the oldest of its series. */
  void unlink(int handle) {
    slabs.set(handle, LINKS, slabs.get(handle, LINKS) & 0xffff_ffffL);
  }

  int previous(int handle) {
    return previous(slabs.get(handle, LINKS));
  }

  int count(int handle) {
    return count(slabs.get(handle, LINKS));
  }

  boolean isPacked(int handle) {
    return isPacked(slabs.get(handle, LINKS));
  }

  int lengthBytes(int handle) {
    return lengthBytes(slabs.get(handle, LINKS));
  }

  long minTimeMs(int handle) {
    return slabs.get(handle, HEADER);
  }

  long maxTimeMs(int handle) {
    return slabs.get(handle, MAX_TIME);
  }

  static int previous(long links) {
    return (int) (links >>> Integer.SIZE);
  }

  static int count(long links) {
    return (int) links & MAX_COUNT;
  }

  static boolean isPacked(long links) {
    return (links & PACKED) != 0;
  }

  static int lengthBytes(long links) {
    return (int) (links >>> Short.SIZE) & LENGTH_MASK;
  }
}
