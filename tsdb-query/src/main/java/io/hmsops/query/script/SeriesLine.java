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
 * @param startOffsetsMs per step the start timestamp relative to the sample's own, 0 for none;
 *     empty if the series has no {@code @st} line
 */
record SeriesLine(
    int line, String text, Labels labels, List<Item> items, List<Long> startOffsetsMs) {
  SeriesLine {
    items = List.copyOf(items);
    startOffsetsMs = List.copyOf(startOffsetsMs);
  }
}
