package io.hmsops.tsdb.head;

/** What the tables of the index have in common: a length that is a power of two, 0 for no entry. */
final class OpenAddressing {
  private OpenAddressing() {}

  /**
   * Brings the places of some entries into the processor's caches, many at a time. Where entries
   * are put one after the other, with work between, each waits for memory: half the time of a
   * start.
   *
   * @param slots a table
   * @param hashes the entries' hashes
   * @param count how many
   */
  static void touch(int[] slots, int[] hashes, int count) {
    int mask = slots.length - 1;
    int taken = 0;
    for (int i = 0; i < count; i++) {
      taken += slots[hashes[i] & mask] == 0 ? 0 : 1;
    }
    // What depends on nothing that was read, the compiler would not read.
    if (taken > count) {
      throw new AssertionError("%d of %d places are taken".formatted(taken, count));
    }
  }
}
