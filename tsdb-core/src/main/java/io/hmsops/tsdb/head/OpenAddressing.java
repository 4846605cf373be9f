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
   * @return a number that depends on all places; to be used, or the compiler leaves the reading out
   */
  static int touch(int[] slots, int[] hashes, int count) {
    int mask = slots.length - 1;
    int sum = 0;
    for (int i = 0; i < count; i++) {
      sum += slots[hashes[i] & mask];
    }
    return sum;
  }
}
