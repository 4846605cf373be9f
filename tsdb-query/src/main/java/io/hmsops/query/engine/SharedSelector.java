package io.hmsops.query.engine;

import io.hmsops.query.eval.ListedSeries;
import io.hmsops.query.eval.SelectorRange;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.Series;
import io.hmsops.tsdb.storage.SeriesList;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A selector that several queries of a group have: it is read once, over all of the time that any
 * of them looks at. Its queries come one after the other; what it hands out may be read by several
 * threads.
 */
final class SharedSelector {
  private final SelectorRange range;
  private final SampleMemory memory;
  private @Nullable KeptSeries kept;

  /** The view that {@link #kept} was found in. */
  private @Nullable Querier keptOf;

  /** Asked while the store is read: that of the query at work, not of the one that came first. */
  private volatile Cancellation cancellation = Cancellation.NONE;

  SharedSelector(SelectorRange range, SampleMemory memory) {
    this.range = range;
    this.memory = memory;
  }

  SelectorRange range() {
    return range;
  }

  /**
   * {@return the series, read from a view unless they were read from it before}
   *
   * @param hints of the query at work
   * @param matchers the selector's, as the query asks for them
   * @param fromMs the first time that the query looks at
   * @param toMs the last one
   */
  SeriesSet select(
      Querier view, SelectHints hints, List<LabelMatcher> matchers, long fromMs, long toMs)
      throws TsdbException {
    cancellation = hints.cancellation();
    KeptSeries known = kept;
    if (known != null && view.equals(keptOf)) {
      hints.found().accept(known.size());
    } else {
      forget();
      known = read(view, hints, matchers);
      kept = known;
      keptOf = view;
    }
    return new SharedSet(known, known.within(fromMs, toMs));
  }

  private KeptSeries read(Querier view, SelectHints hints, List<LabelMatcher> matchers)
      throws TsdbException {
    SeriesSet set =
        view.select(
            new SelectHints(
                range.minMs(),
                range.maxMs(),
                hints.stepMs(),
                hints.rangeMs(),
                "",
                List.of(),
                false,
                false,
                false,
                hints.found(),
                () -> cancellation.check()),
            matchers);
    return new KeptSeries(set, ListedSeries.of(set), memory);
  }

  /** Forgets what was read. Nobody reads any more. */
  void forget() {
    KeptSeries known = kept;
    if (known != null) {
      known.forget();
    }
    kept = null;
    keptOf = null;
  }

  /** What one query is handed. */
  private static final class SharedSet implements SeriesSet {
    private final KeptSeries kept;
    private final SeriesList list;
    private int index = -1;

    SharedSet(KeptSeries kept, SeriesList list) {
      this.kept = kept;
      this.list = list;
    }

    @Override
    public Optional<SeriesList> list() {
      return Optional.of(list);
    }

    @Override
    public boolean next() {
      index = Math.min(index + 1, list.size());
      return index < list.size();
    }

    @Override
    public Series series() {
      if (index < 0 || index >= list.size()) {
        throw new IllegalStateException("series() without a next() that was true");
      }
      int at = index;
      return new Series() {
        @Override
        public Labels labels() {
          return list.labels(at);
        }

        @Override
        public SampleCursor samples() throws TsdbException {
          return list.samples(at);
        }
      };
    }

    @Override
    public List<String> warnings() {
      return kept.warnings();
    }
  }
}
