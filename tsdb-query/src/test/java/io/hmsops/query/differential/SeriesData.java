package io.hmsops.query.differential;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One series with its samples.
 *
 * @param labels its labels
 * @param samples ascending by time
 */
record SeriesData(Labels labels, List<Sample> samples) {
  /**
   * One sample.
   *
   * @param timeMs when
   * @param value the float, which may be a staleness marker; undefined if there is a histogram
   * @param histogram the histogram, null for a float
   */
  record Sample(long timeMs, double value, @Nullable Histogram histogram) {
    Sample(long timeMs, double value) {
      this(timeMs, value, null);
    }
  }

  SeriesData {
    samples = List.copyOf(samples);
  }

  /** {@return the samples of a time, its end left out} */
  SeriesData between(long fromMs, long toMs) {
    return new SeriesData(
        labels, samples.stream().filter(s -> s.timeMs() >= fromMs && s.timeMs() < toMs).toList());
  }

  /** Writes series in one commit. */
  static void write(List<SeriesData> series, Appender appender) throws TsdbException {
    for (SeriesData one : series) {
      long ref = appender.series(one.labels());
      for (Sample sample : one.samples()) {
        Histogram histogram = sample.histogram();
        if (histogram == null) {
          appender.add(ref, sample.timeMs(), sample.value());
        } else {
          appender.add(ref, sample.timeMs(), histogram);
        }
      }
    }
    appender.commit();
  }
}
