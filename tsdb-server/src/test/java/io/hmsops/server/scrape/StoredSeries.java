package io.hmsops.server.scrape;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.Queryable;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a store holds of one series.
 *
 * @param values its values, markers left out
 * @param timestampsMs the timestamps of all its samples, markers among them
 * @param ended whether the last sample is a marker
 */
record StoredSeries(List<String> values, List<Long> timestampsMs, boolean ended) {
  static Map<Labels, StoredSeries> all(Queryable store, long fromMs, long toMs)
      throws TsdbException {
    Map<Labels, StoredSeries> all = new TreeMap<>();
    SampleBatch batch = new SampleBatch();
    try (Querier querier = store.querier(fromMs, toMs)) {
      SeriesSet set = querier.select(SelectHints.range(fromMs, toMs), List.of());
      while (set.next()) {
        List<String> values = new ArrayList<>();
        List<Long> timestampsMs = new ArrayList<>();
        boolean ended = false;
        SampleCursor cursor = set.series().samples();
        while (cursor.next(batch)) {
          for (int i = 0; i < batch.count(); i++) {
            ended = StaleMarker.is(batch.values()[i]);
            timestampsMs.add(batch.timestampsMs()[i]);
            if (!ended) {
              values.add(Double.toString(batch.values()[i]));
            }
          }
        }
        if (!values.isEmpty()) {
          all.put(set.series().labels(), new StoredSeries(values, timestampsMs, ended));
        }
      }
    }
    return all;
  }
}
