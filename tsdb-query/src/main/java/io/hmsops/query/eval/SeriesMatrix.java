package io.hmsops.query.eval;

import java.util.ArrayList;
import java.util.List;

/**
 * The value of an instant vector expression at all steps.
 *
 * @param steps how many steps each column has
 * @param columns the series, in evaluation order, none without a sample
 */
record SeriesMatrix(int steps, List<Column> columns) {
  static SeriesMatrix empty(int steps) {
    return new SeriesMatrix(steps, List.of());
  }

  /** The columns that have a sample. */
  static SeriesMatrix ofNonEmpty(int steps, Iterable<Column> columns) {
    List<Column> kept = new ArrayList<>();
    for (Column column : columns) {
      if (!column.isEmpty()) {
        kept.add(column);
      }
    }
    return new SeriesMatrix(steps, kept);
  }

  /** How many samples one column may hold, times the columns: what the budget is charged. */
  long cells() {
    return (long) steps * columns.size();
  }

  /** Repeats the only step. */
  SeriesMatrix repeat(int count) {
    List<Column> repeated = new ArrayList<>(columns.size());
    for (Column column : columns) {
      Column copy = new Column(column.labels(), column.dropName(), count);
      for (int step = 0; step < count; step++) {
        copy.copy(step, column, 0);
      }
      repeated.add(copy);
    }
    return new SeriesMatrix(count, repeated);
  }
}
