package io.hmsops.query.engine;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SeriesList;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The series of one selector, as they were found once. The samples of a series are kept when they
 * have been read for the first time, while there is room. Thread-safe.
 */
final class KeptSeries {
  private final SeriesSet set;
  private final SeriesList series;
  private final AtomicReferenceArray<@Nullable KeptSamples> samples;
  private final SampleMemory memory;

  /**
   * Takes over what a store has found.
   *
   * @param set where it tells what is missing
   * @param series the series
   * @param memory what the samples are kept in
   */
  KeptSeries(SeriesSet set, SeriesList series, SampleMemory memory) {
    this.set = set;
    this.series = series;
    this.samples = new AtomicReferenceArray<>(series.size());
    this.memory = memory;
  }

  int size() {
    return series.size();
  }

  List<String> warnings() {
    return set.warnings();
  }

  /** {@return the series, their samples those of a stretch of time} */
  SeriesList within(long minTimeMs, long maxTimeMs) {
    return new Within(minTimeMs, maxTimeMs);
  }

  private void keep(int index, KeptSamples read) {
    if (memory.take(read.bytes()) && !samples.compareAndSet(index, null, read)) {
      memory.give(read.bytes());
    }
  }

  /** Forgets all samples. Nobody reads any more. */
  void forget() {
    for (int i = 0; i < samples.length(); i++) {
      KeptSamples kept = samples.getAndSet(i, null);
      if (kept != null) {
        memory.give(kept.bytes());
      }
    }
  }

  private final class Within implements SeriesList {
    private final long minTimeMs;
    private final long maxTimeMs;

    Within(long minTimeMs, long maxTimeMs) {
      this.minTimeMs = minTimeMs;
      this.maxTimeMs = maxTimeMs;
    }

    @Override
    public int size() {
      return series.size();
    }

    @Override
    public Labels labels(int index) {
      return series.labels(index);
    }

    @Override
    public String label(int index, String name) {
      return series.label(index, name);
    }

    @Override
    public void labels(String name, int from, String[] into, int count) {
      series.labels(name, from, into, count);
    }

    @Override
    public boolean differOnlyIn(String name, int index, int other) {
      return series.differOnlyIn(name, index, other);
    }

    @Override
    public void approach(int[] indexes, int count) {
      // Mostly all are kept, or none.
      if (count > 0 && samples.get(indexes[0]) == null) {
        series.approach(indexes, count);
      }
    }

    @Override
    public SampleCursor samples(int index) throws TsdbException {
      KeptSamples kept = samples.get(index);
      return kept != null
          ? kept.cursor(minTimeMs, maxTimeMs)
          : new Keeping(index, series.samples(index));
    }

    /** Reads samples for the first time. Statistics are not told: what is skipped is not kept. */
    private final class Keeping implements SampleCursor {
      private final int index;
      private final SampleCursor source;
      private @Nullable KeptSamples read = new KeptSamples();

      Keeping(int index, SampleCursor source) {
        this.index = index;
        this.source = source;
      }

      @Override
      public boolean next(SampleBatch into) throws TsdbException {
        while (source.next(into)) {
          if (read != null) {
            read.add(into);
            read = memory.hasRoomFor(read.bytes()) ? read : null;
          }
          into.retain(minTimeMs, maxTimeMs);
          if (into.count() > 0) {
            return true;
          }
        }
        if (read != null) {
          keep(index, read);
          read = null;
        }
        return false;
      }
    }
  }
}
