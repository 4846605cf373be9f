package io.hmsops.query.eval;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.Series;
import io.hmsops.tsdb.storage.SeriesList;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.List;

/** Series of a store that hands them out one by one. */
record ListedSeries(List<Series> series) implements SeriesList {
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
