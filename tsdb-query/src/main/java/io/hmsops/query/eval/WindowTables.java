package io.hmsops.query.eval;

import org.jspecify.annotations.Nullable;

/**
 * The window tables of one selector that a worker has met last. Series of one scrape target have
 * equal timestamps but stand between those of other targets, so a few dozen are kept.
 */
final class WindowTables {
  private static final int SLOTS = 64;

  private final WindowFrame frame;
  private final @Nullable WindowTable[] slots = new WindowTable[SLOTS];

  WindowTables(WindowFrame frame) {
    this.frame = frame;
  }

  /** The table for the timestamps of a series. */
  WindowTable of(Samples samples) {
    int slot = slot(samples);
    WindowTable table = slots[slot];
    if (table == null || !table.isOf(samples)) {
      table = new WindowTable(frame, samples.timesMs(), samples.count());
      slots[slot] = table;
    }
    return table;
  }

  private static int slot(Samples samples) {
    int count = samples.count();
    if (count == 0) {
      return 0;
    }
    long hash = samples.timeMs(0) * 31 + samples.timeMs(count - 1) * 17 + count;
    return (int) ((hash * 0x9E3779B97F4A7C15L) >>> 58);
  }
}
