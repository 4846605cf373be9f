package io.hmsops.query.eval;

import io.hmsops.query.limit.QueryBudget;
import io.hmsops.tsdb.storage.SampleBatch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one worker needs to evaluate one series after the other, reused from series to series and
 * from morsel to morsel. Used by one thread at a time.
 */
final class Scratch {
  private final QueryBudget budget;
  private final QueryBudget.Meter meter;
  private final SampleBatch batch = new SampleBatch();
  private final Samples samples = new Samples();
  private final List<Column> columns = new ArrayList<>();
  private @Nullable WindowTables tables;
  private @Nullable Object tablesOwner;
  private int heldSamples;
  private long readBatches;
  private int skippedChunks;

  Scratch(QueryBudget budget) {
    this.budget = budget;
    this.meter = budget.meter();
  }

  SampleBatch batch() {
    return batch;
  }

  /** The samples of the series at hand. */
  Samples samples() {
    return samples;
  }

  /** The window tables of one stream; those of another one are forgotten. */
  WindowTables tables(Object owner, WindowFrame frame) {
    WindowTables current = tables;
    if (current == null || !owner.equals(tablesOwner)) {
      current = new WindowTables(frame);
      tables = current;
      tablesOwner = owner;
    }
    return current;
  }

  /** An empty column that the caller keeps, or gives back to {@link #recycle}. */
  Column takeColumn(int steps) {
    while (!columns.isEmpty()) {
      Column column = columns.removeLast();
      if (column.steps() == steps) {
        return column;
      }
    }
    return Column.unnamed(steps);
  }

  /** Takes back a column that nobody else has seen. */
  void recycle(Column column) {
    columns.add(column.cleared());
  }

  /** Charges the budget for the longest series so far. */
  void holdSamples(int count) {
    if (count > heldSamples) {
      budget.hold(count - heldSamples);
      heldSamples = count;
    }
  }

  /** Counts a chunk that was not decoded. */
  void countSkip() {
    skippedChunks++;
  }

  /** How many chunks were not decoded since this was asked last. */
  int takeSkips() {
    int skips = skippedChunks;
    skippedChunks = 0;
    return skips;
  }

  /** How many chunks were not decoded since {@link #takeSkips}. */
  int skips() {
    return skippedChunks;
  }

  /** Counts a batch that was decoded. */
  void countBatch() {
    readBatches++;
  }

  /** How many batches were decoded. */
  long readBatches() {
    return readBatches;
  }

  /** Counts what this worker reads. */
  QueryBudget.Meter meter() {
    return meter;
  }
}
