package io.hmsops.server.scrape;

import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.SeriesLimitException;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** The samples of a page in columns, until all of it is known to be good. Not thread-safe. */
final class PageSamples {
  private record At(int sample, Exemplar exemplar) {}

  private int[] series = new int[64];
  private long[] timestampsMs = new long[64];
  private double[] values = new double[64];
  private int size;
  private final List<At> exemplars = new ArrayList<>();

  int size() {
    return size;
  }

  void clear() {
    size = 0;
    exemplars.clear();
  }

  void add(int cached, long timestampMs, double value) {
    if (size == series.length) {
      int capacity = size + size / 2;
      series = Arrays.copyOf(series, capacity);
      timestampsMs = Arrays.copyOf(timestampsMs, capacity);
      values = Arrays.copyOf(values, capacity);
    }
    series[size] = cached;
    timestampsMs[size] = timestampMs;
    values[size++] = value;
  }

  /** Gives the sample added last an exemplar. */
  void exemplar(Exemplar exemplar) {
    exemplars.add(new At(size - 1, exemplar));
  }

  /**
   * Adds all to an appender; series without reference get one.
   *
   * @param refused told of series that the store refuses, which cost only themselves
   */
  void append(SeriesCache cache, Appender appender, Consumer<SeriesLimitException> refused)
      throws TsdbException {
    for (int i = 0; i < size; i++) {
      long ref = cache.ref(series[i]);
      if (ref == SeriesCache.NO_REF) {
        try {
          ref = appender.series(cache.labels(series[i]));
        } catch (SeriesLimitException e) {
          cache.untrack(series[i]);
          refused.accept(e);
          continue;
        }
        cache.setRef(series[i], ref);
      }
      appender.add(ref, timestampsMs[i], values[i]);
    }
    for (At at : exemplars) {
      long ref = cache.ref(series[at.sample]);
      if (ref != SeriesCache.NO_REF) {
        appender.add(ref, at.exemplar);
      }
    }
  }
}
