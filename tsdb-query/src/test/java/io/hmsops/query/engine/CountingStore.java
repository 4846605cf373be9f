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
import io.hmsops.tsdb.storage.TsdbException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Counts what is read of another store. */
final class CountingStore implements Queryable {
  private final Queryable store;
  private final AtomicInteger openViews = new AtomicInteger();
  private final AtomicInteger selects = new AtomicInteger();
  private final AtomicLong samples = new AtomicLong();

  CountingStore(Queryable store) {
    this.store = store;
  }

  int openViews() {
    return openViews.get();
  }

  int selects() {
    return selects.get();
  }

  /** How many samples were handed out, each as often as it was. */
  long samples() {
    return samples.get();
  }

  @Override
  public Querier querier(long minTimeMs, long maxTimeMs) throws TsdbException {
    Querier view = store.querier(minTimeMs, maxTimeMs);
    openViews.incrementAndGet();
    return new Querier() {
      @Override
      public SeriesSet select(SelectHints hints, List<LabelMatcher> matchers) throws TsdbException {
        selects.incrementAndGet();
        return new Counted(view.select(hints, matchers));
      }

      @Override
      public List<String> labelNames(List<LabelMatcher> matchers) throws TsdbException {
        return view.labelNames(matchers);
      }

      @Override
      public List<String> labelValues(String name, List<LabelMatcher> matchers)
          throws TsdbException {
        return view.labelValues(name, matchers);
      }

      @Override
      public List<SeriesExemplars> exemplars(List<List<LabelMatcher>> matcherSets)
          throws TsdbException {
        return view.exemplars(matcherSets);
      }

      @Override
      public Map<String, List<Metadata>> metadata() throws TsdbException {
        return view.metadata();
      }

      @Override
      public void close() {
        openViews.decrementAndGet();
        view.close();
      }
    };
  }

  private final class Counted implements SeriesSet {
    private final SeriesSet set;

    Counted(SeriesSet set) {
      this.set = set;
    }

    @Override
    public boolean next() throws TsdbException {
      return set.next();
    }

    @Override
    public Series series() {
      Series series = set.series();
      return new Series() {
        @Override
        public Labels labels() {
          return series.labels();
        }

        @Override
        public SampleCursor samples() throws TsdbException {
          SampleCursor cursor = series.samples();
          return new SampleCursor() {
            @Override
            public boolean next(SampleBatch into) throws TsdbException {
              boolean any = cursor.next(into);
              samples.addAndGet(into.count());
              return any;
            }
          };
        }
      };
    }
  }
}
