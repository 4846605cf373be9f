package io.hmsops.server.alerting;

import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.CommitResult;
import io.hmsops.tsdb.storage.SampleStore;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Writes the series of one rule, and ends those that are no longer among them. */
final class SeriesWriter {
  private static final System.Logger LOG = System.getLogger(SeriesWriter.class.getName());

  private final SampleStore store;
  private Set<Labels> written = Set.of();

  SeriesWriter(SampleStore store) {
    this.store = store;
  }

  /** {@return the names of the metrics that {@link #write} of some series would write} */
  Set<String> metrics(Map<Labels, Double> series) {
    Set<String> metrics = new HashSet<>();
    series.keySet().forEach(labels -> metrics.add(labels.get(Label.METRIC_NAME)));
    written.forEach(labels -> metrics.add(labels.get(Label.METRIC_NAME)));
    return metrics;
  }

  /**
   * Writes what a rule gave, and staleness markers for what it gave before.
   *
   * @throws IllegalArgumentException if labels cannot be stored; nothing is written
   */
  void write(long atMs, Map<Labels, Double> series) throws TsdbException {
    Appender appender = store.appender();
    try {
      for (Map.Entry<Labels, Double> entry : series.entrySet()) {
        appender.add(appender.series(entry.getKey()), atMs, entry.getValue());
      }
      for (Labels labels : written) {
        if (!series.containsKey(labels)) {
          appender.add(appender.series(labels), atMs, StaleMarker.VALUE);
        }
      }
    } catch (TsdbException | IllegalArgumentException e) {
      appender.rollback();
      throw e;
    }
    if (appender.size() > 0) {
      CommitResult result = appender.commit();
      if (!result.rejections().isEmpty()) {
        LOG.log(
            System.Logger.Level.WARNING,
            "{0} samples of a rule were refused, the first: {1}",
            result.rejections().size(),
            result.rejections().get(0).message());
      }
    }
    written = new HashSet<>(series.keySet());
  }

  void takeOver(SeriesWriter former) {
    Set<Labels> all = new HashSet<>(written);
    all.addAll(former.written);
    written = all;
  }
}
