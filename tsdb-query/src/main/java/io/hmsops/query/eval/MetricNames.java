package io.hmsops.query.eval;

import io.hmsops.query.limit.QueryFailure;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Removes the labels that name a metric from results that are no longer that metric, at once or,
 * with delayed removal, at the end of the query.
 */
final class MetricNames {
  static final String SAME_LABELS = "vector cannot contain metrics with the same labelset";

  private final boolean delayed;

  MetricNames(boolean delayed) {
    this.delayed = delayed;
  }

  boolean delayed() {
    return delayed;
  }

  static Labels removeFrom(Labels labels) {
    return labels.filter(name -> !isMetadata(name));
  }

  static boolean isMetadata(String labelName) {
    return labelName.equals(Label.METRIC_NAME)
        || labelName.equals(Label.METRIC_TYPE)
        || labelName.equals(Label.METRIC_UNIT);
  }

  /** The labels of a result computed from a series, its own name kept if removal is delayed. */
  Labels dropped(Labels labels) {
    return delayed ? labels : removeFrom(labels);
  }

  /** An empty column for a result computed from another one. */
  Column derived(Column from) {
    return new Column(dropped(from.labels()), true, from.steps());
  }

  /** Merges columns that became equal, unless removal is delayed and they are told apart later. */
  SeriesMatrix merged(SeriesMatrix matrix) {
    return delayed ? matrix : mergeEqual(matrix);
  }

  /** The final removal; without delay there is nothing left to remove. */
  SeriesMatrix finish(SeriesMatrix matrix) {
    boolean any = false;
    List<Column> columns = new ArrayList<>(matrix.columns().size());
    for (Column column : matrix.columns()) {
      if (column.dropName()) {
        any = true;
        columns.add(column.named(removeFrom(column.labels()), false));
      } else {
        columns.add(column);
      }
    }
    return any ? mergeEqual(new SeriesMatrix(matrix.steps(), columns)) : matrix;
  }

  /**
   * Makes one column of those with equal labels.
   *
   * @throws QueryFailure if two of them have a sample at the same step
   */
  static SeriesMatrix mergeEqual(SeriesMatrix matrix) {
    Map<Labels, Column> byLabels = new LinkedHashMap<>();
    boolean changed = false;
    for (Column column : matrix.columns()) {
      Column first = byLabels.putIfAbsent(column.labels(), column);
      if (first != null) {
        changed = true;
        byLabels.put(column.labels(), merge(first, column));
      }
    }
    Collection<Column> columns = byLabels.values();
    return changed ? new SeriesMatrix(matrix.steps(), List.copyOf(columns)) : matrix;
  }

  private static Column merge(Column a, Column b) {
    Column merged = new Column(a.labels(), a.dropName() || b.dropName(), a.steps());
    for (int step = 0; step < a.steps(); step++) {
      if (a.has(step) && b.has(step)) {
        throw QueryFailure.execution(SAME_LABELS);
      }
      merged.copy(step, a.has(step) ? a : b, step);
    }
    return merged;
  }

  /** Fails if two columns have the same labels, whatever their steps. */
  SeriesMatrix distinct(SeriesMatrix matrix) {
    if (!delayed) {
      java.util.Set<Labels> seen = new java.util.HashSet<>();
      for (Column column : matrix.columns()) {
        if (!seen.add(column.labels())) {
          throw QueryFailure.execution(SAME_LABELS);
        }
      }
    }
    return matrix;
  }
}
