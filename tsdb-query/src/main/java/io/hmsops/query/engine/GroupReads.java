package io.hmsops.query.engine;

import io.hmsops.query.eval.SelectorRange;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.Queryable;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.SeriesExemplars;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the queries of one rule group read at one evaluation, in place of the store: a selector that
 * stands in them more than once is read once, for all of them. The queries are asked one after the
 * other, each with this as its store. All of them see the store as it was when the first one began,
 * and beside that what the group itself {@link #written has written}.
 *
 * <p>Samples are kept up to a number of bytes; series for which there is no room are read each
 * time. Made by {@link Engine#group}; for one thread, though a query may read with several; close
 * it when the group is done.
 */
public final class GroupReads implements Queryable, AutoCloseable {
  /*
   * A group has one view of the store, opened by its first query. A metric that was written since may have more in the
   * store than in that view: a selector that could match it is read from a view opened after the write. Which view a
   * selector is read from depends on nothing else, so what one query has read from a view, another one finds there.
   */
  private final Queryable store;
  private final List<SharedSelector> shared = new ArrayList<>();
  private final SampleMemory memory;
  private final long minMs;
  private final long maxMs;

  /** For each metric written by the group how many writes there were when it was written last. */
  private final Map<String, Integer> writes = new HashMap<>();

  private int writeCount;

  /** The views in the order of {@link View#writes}. */
  private final List<View> views = new ArrayList<>();

  /** A view of the store, and how many writes there had been when it was opened. */
  private record View(int writes, Querier querier) {}

  /**
   * Prepares reading.
   *
   * @param ranges the selectors of all queries, each as often as it stands there
   * @param maxBytes what may be kept of samples
   */
  GroupReads(Queryable store, List<SelectorRange> ranges, long maxBytes) {
    this.store = store;
    this.memory = new SampleMemory(maxBytes);
    this.minMs = ranges.stream().mapToLong(SelectorRange::minMs).min().orElse(0);
    this.maxMs = ranges.stream().mapToLong(SelectorRange::maxMs).max().orElse(-1);
    Map<Set<LabelMatcher>, List<SelectorRange>> bySelector = new HashMap<>();
    ranges.forEach(
        range -> bySelector.computeIfAbsent(range.matchers(), _ -> new ArrayList<>()).add(range));
    bySelector.values().forEach(this::share);
  }

  /** Finds the ranges of one selector that overlap, each with another one. */
  private void share(List<SelectorRange> ranges) {
    ranges.sort(Comparator.comparingLong(SelectorRange::minMs));
    for (int i = 0; i < ranges.size(); ) {
      SelectorRange together = ranges.get(i);
      int end = i + 1;
      while (end < ranges.size() && together.overlaps(ranges.get(end))) {
        together = together.plus(ranges.get(end++));
      }
      if (end > i + 1) {
        shared.add(new SharedSelector(together, memory));
      }
      i = end;
    }
  }

  /**
   * Says that the group has written samples of a metric, staleness markers among them, and that
   * they are committed. Queries from now on see them.
   *
   * @param metric the metric's name
   */
  public void written(String metric) {
    writes.put(metric, ++writeCount);
  }

  /** {@return how many bytes of samples are kept} */
  public long keptBytes() {
    return memory.heldBytes();
  }

  @Override
  public Querier querier(long minTimeMs, long maxTimeMs) {
    return new GroupQuerier(minTimeMs, maxTimeMs);
  }

  private @Nullable SharedSelector shared(Set<LabelMatcher> matchers, long fromMs, long toMs) {
    for (SharedSelector selector : shared) {
      if (selector.range().covers(fromMs, toMs) && selector.range().matchers().equals(matchers)) {
        return selector;
      }
    }
    return null;
  }

  /** {@return the oldest view that has all that was written of metrics that could match} */
  private Querier view(List<LabelMatcher> matchers) throws TsdbException {
    int needed = 0;
    for (Map.Entry<String, Integer> write : writes.entrySet()) {
      if (couldMatch(matchers, write.getKey())) {
        needed = Math.max(needed, write.getValue());
      }
    }
    for (View view : views) {
      if (view.writes >= needed) {
        return view.querier;
      }
    }
    View opened = new View(writeCount, store.querier(minMs, maxMs));
    views.add(opened);
    return opened.querier;
  }

  private static boolean couldMatch(List<LabelMatcher> matchers, String metric) {
    return matchers.stream()
        .allMatch(matcher -> !matcher.name().equals(Label.METRIC_NAME) || matcher.matches(metric));
  }

  @Override
  public void close() {
    shared.forEach(SharedSelector::forget);
    views.forEach(view -> view.querier.close());
    views.clear();
  }

  /** The view of one query. */
  private final class GroupQuerier implements Querier {
    private final long minTimeMs;
    private final long maxTimeMs;

    /** For what the group does not read together. */
    private @Nullable Querier own;

    GroupQuerier(long minTimeMs, long maxTimeMs) {
      this.minTimeMs = minTimeMs;
      this.maxTimeMs = maxTimeMs;
    }

    @Override
    public SeriesSet select(SelectHints hints, List<LabelMatcher> matchers) throws TsdbException {
      long fromMs = Math.max(minTimeMs, hints.minTimeMs());
      long toMs = Math.min(maxTimeMs, hints.maxTimeMs());
      synchronized (GroupReads.this) {
        if (fromMs > toMs) {
          return SeriesSet.EMPTY;
        }
        if (fromMs < minMs || toMs > maxMs) {
          return own().select(hints, matchers);
        }
        Querier view = view(matchers);
        SharedSelector selector = shared(Set.copyOf(matchers), fromMs, toMs);
        return selector != null
            ? selector.select(view, hints, matchers, fromMs, toMs)
            : view.select(within(hints, fromMs, toMs), matchers);
      }
    }

    private static SelectHints within(SelectHints hints, long fromMs, long toMs) {
      return new SelectHints(
          fromMs,
          toMs,
          hints.stepMs(),
          hints.rangeMs(),
          hints.function(),
          hints.grouping(),
          hints.groupingBy(),
          hints.anyOrder(),
          hints.newestOnly(),
          hints.found(),
          hints.cancellation());
    }

    private synchronized Querier own() throws TsdbException {
      Querier opened = own;
      if (opened == null) {
        opened = store.querier(minTimeMs, maxTimeMs);
        own = opened;
      }
      return opened;
    }

    @Override
    public List<String> labelNames(List<LabelMatcher> matchers) throws TsdbException {
      return own().labelNames(matchers);
    }

    @Override
    public List<String> labelValues(String name, List<LabelMatcher> matchers) throws TsdbException {
      return own().labelValues(name, matchers);
    }

    @Override
    public List<SeriesExemplars> exemplars(List<List<LabelMatcher>> matcherSets)
        throws TsdbException {
      return own().exemplars(matcherSets);
    }

    @Override
    public Map<String, List<Metadata>> metadata() throws TsdbException {
      return own().metadata();
    }

    @Override
    public synchronized List<String> warnings() {
      Querier opened = own;
      return opened == null ? List.of() : opened.warnings();
    }

    @Override
    public synchronized void close() {
      Querier opened = own;
      if (opened != null) {
        opened.close();
        own = null;
      }
    }
  }
}
