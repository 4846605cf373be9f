package io.hmsops.tsdb.db;

import io.hmsops.tsdb.block.ChunkCursor;
import io.hmsops.tsdb.block.SelectedSeries;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.Series;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Series of several places. */
final class MergedSeriesSet implements SeriesSet {
  private final SeriesMerge merge;
  private final SelectedRange range;
  private @Nullable SelectedSeries current;

  MergedSeriesSet(SeriesMerge merge, SelectedRange range) {
    this.merge = merge;
    this.range = range;
  }

  @Override
  public boolean next() throws TsdbException {
    range.cancellation().check();
    current = merge.next();
    return current != null;
  }

  @Override
  public Series series() {
    SelectedSeries selected = current;
    if (selected == null) {
      throw new IllegalStateException("series() without a next() that was true");
    }
    return new ChunkSeries(selected, range);
  }

  @Override
  public List<String> warnings() {
    return range.warningsByNow();
  }

  private record ChunkSeries(SelectedSeries selected, SelectedRange range) implements Series {
    @Override
    public Labels labels() {
      return selected.labels();
    }

    @Override
    public SampleCursor samples() {
      return new ChunkCursor(
          selected.chunks(),
          range.minTimeMs(),
          range.maxTimeMs(),
          range.cancellation(),
          range.damage());
    }
  }
}
