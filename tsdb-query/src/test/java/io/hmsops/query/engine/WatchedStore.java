package io.hmsops.query.engine;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.Queryable;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.Series;
import io.hmsops.tsdb.storage.SeriesExemplars;
import io.hmsops.tsdb.storage.SeriesSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Series of any number and length that are made up while they are read: sample {@code n} of each is
 * at minute {@code n}. Counts what it hands out and does not look at cancellation itself.
 */
final class WatchedStore implements Queryable {
  static final int BATCH = 120;

  private final int series;
  private final int samples;
  private final LongConsumer onRead;
  private final AtomicLong read = new AtomicLong();

  /** Calls {@code onRead} with the number of samples handed out so far, after each batch. */
  WatchedStore(int series, int samples, LongConsumer onRead) {
    this.series = series;
    this.samples = samples;
    this.onRead = onRead;
  }

  long read() {
    return read.get();
  }

  @Override
  public Querier querier(long minTimeMs, long maxTimeMs) {
    return new Querier() {
      @Override
      public SeriesSet select(SelectHints hints, List<LabelMatcher> matchers) {
        return new Numbered();
      }

      @Override
      public List<String> labelNames(List<LabelMatcher> matchers) {
        return List.of("__name__", "n");
      }

      @Override
      public List<String> labelValues(String name, List<LabelMatcher> matchers) {
        throw new UnsupportedOperationException("labelValues");
      }

      @Override
      public List<SeriesExemplars> exemplars(List<List<LabelMatcher>> matcherSets) {
        return List.of();
      }

      @Override
      public Map<String, List<Metadata>> metadata() {
        return Map.of();
      }

      @Override
      public void close() {}
    };
  }

  private final class Numbered implements SeriesSet {
    private int next;

    @Override
    public boolean next() {
      return next++ < series;
    }

    @Override
    public Series series() {
      Labels labels = Labels.of("__name__", "x", "n", "%07d".formatted(next - 1));
      return new Series() {
        @Override
        public Labels labels() {
          return labels;
        }

        @Override
        public SampleCursor samples() {
          return new Minutes();
        }
      };
    }
  }

  private final class Minutes implements SampleCursor {
    private int next;

    @Override
    public boolean next(SampleBatch into) {
      into.clear();
      if (next == samples) {
        return false;
      }
      for (int i = 0; i < BATCH && next < samples; i++) {
        into.add(60_000L * next, next);
        next++;
      }
      onRead.accept(read.addAndGet(into.count()));
      return true;
    }
  }
}
