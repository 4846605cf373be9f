package io.hmsops.query.script;

import io.hmsops.tsdb.labels.Labels;
import java.util.List;

/**
 * A series with its samples as written.
 *
 * @param line the line of the script, from 1
 * @param text the line
 * @param labels the series
 * @param items one per step
 * @param startOffsetsMs per step the start timestamp relative to the sample's own, {@link
 *     #NO_START} for none; empty if the series has no {@code @st} line
 */
record SeriesLine(
    int line, String text, Labels labels, List<Item> items, List<Long> startOffsetsMs) {
  /**
   * Stands for a step without a start timestamp; 0 says that the start is the sample's own time.
   */
  static final long NO_START = Long.MIN_VALUE;

  SeriesLine {
    items = List.copyOf(items);
    startOffsetsMs = List.copyOf(startOffsetsMs);
  }
}
