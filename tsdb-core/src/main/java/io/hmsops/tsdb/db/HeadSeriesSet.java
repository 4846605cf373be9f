package io.hmsops.tsdb.db;

import io.hmsops.tsdb.head.HeadSelection;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.Series;
import io.hmsops.tsdb.storage.SeriesList;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.List;
import java.util.Optional;

/** Series that are in the head alone. */
final class HeadSeriesSet implements SeriesSet {
  private final HeadSelection selection;
  private final SelectedRange range;
  private int index = -1;

  HeadSeriesSet(HeadSelection selection, SelectedRange range) {
    this.selection = selection;
    this.range = range;
  }

  @Override
  public boolean next() throws TsdbException {
    range.cancellation().check();
    index = Math.min(index + 1, selection.size());
    return index < selection.size();
  }

  @Override
  public Series series() {
    if (index < 0 || index >= selection.size()) {
      throw new IllegalStateException("series() without a next() that was true");
    }
    return new HeadSeries(selection, range, index);
  }

  @Override
  public Optional<SeriesList> list() {
    return Optional.of(new HeadSeriesList(selection, range));
  }

  @Override
  public List<String> warnings() {
    return range.warningsByNow();
  }

  private record HeadSeriesList(HeadSelection selection, SelectedRange range)
      implements SeriesList {
    @Override
    public int size() {
      return selection.size();
    }

    @Override
    public Labels labels(int index) {
      return selection.labels(index);
    }

    @Override
    public String label(int index, String name) {
      return selection.label(index, name);
    }

    @Override
    public void labels(String name, int from, String[] into, int count) {
      selection.labels(name, from, into, count);
    }

    @Override
    public boolean differOnlyIn(String name, int index, int other) {
      return selection.differOnlyIn(name, index, other);
    }

    @Override
    public SampleCursor samples(int index) {
      return selection.samples(index, range.minTimeMs(), range.maxTimeMs(), range.cancellation());
    }

    @Override
    public void approach(int[] indexes, int count) {
      selection.approach(indexes, count);
    }
  }

  private record HeadSeries(HeadSelection selection, SelectedRange range, int index)
      implements Series {
    @Override
    public Labels labels() {
      return selection.labels(index);
    }

    @Override
    public String label(String name) {
      return selection.label(index, name);
    }

    @Override
    public boolean differsOnlyIn(String name, Series other) {
      if (other instanceof HeadSeries(var itsSelection, _, int itsIndex)
          && itsSelection.equals(selection)) {
        return selection.differOnlyIn(name, index, itsIndex);
      }
      return Series.super.differsOnlyIn(name, other);
    }

    @Override
    public SampleCursor samples() {
      return selection.samples(index, range.minTimeMs(), range.maxTimeMs(), range.cancellation());
    }
  }
}
