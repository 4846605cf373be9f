package io.hmsops.tsdb.head;

/**
 * Brings places of memory into the processor's caches, many at a time. Series lie all over the
 * memory: read one after the other, with work between, each waits for memory alone, and that is
 * more than half of a query over many series. Loads that depend on nothing wait together.
 */
final class Touch {
  /** How many words are in a line of the caches. */
  static final int LINE_WORDS = 8;

  private int loads;
  private int odd;

  /** Takes a word that was loaded. */
  void take(long word) {
    loads++;
    odd += (int) word & 1;
  }

  /** Ends it: what nothing depends on, the compiler would not load. */
  void end() {
    if (odd > loads) {
      throw new AssertionError("%d of %d words are odd".formatted(odd, loads));
    }
  }
}
