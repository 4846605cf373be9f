package io.hmsops.query.eval;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.Series;
import io.hmsops.tsdb.storage.SeriesList;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Series of a store that hands them out one by one.
 *
 * @param series the series
 */
public record ListedSeries(List<Series> series) implements SeriesList {
  /**
   * {@return the series of a set by number}
   *
   * @param set the set, nothing of it handed out yet
   * @throws TsdbException if the data cannot be read or the read was cancelled
   */
  public static SeriesList of(SeriesSet set) throws TsdbException {
    Optional<SeriesList> list = set.list();
    if (list.isPresent()) {
      return list.get();
    }
    List<Series> found = new ArrayList<>();
    while (set.next()) {
      found.add(set.series());
    }
    return new ListedSeries(found);
  }

  @Override
  public int size() {
    return series.size();
  }

  @Override
  public Labels labels(int index) {
    return series.get(index).labels();
  }

  @Override
  public String label(int index, String name) {
    return series.get(index).label(name);
  }

  @Override
  public boolean differOnlyIn(String name, int index, int other) {
    return series.get(index).differsOnlyIn(name, series.get(other));
  }

  @Override
  public SampleCursor samples(int index) throws TsdbException {
    return series.get(index).samples();
  }
}
