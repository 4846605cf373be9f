package io.hmsops.query.eval;

import io.hmsops.query.limit.QueryBudget;
import io.hmsops.query.limit.QueryFailure;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramMath;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.CancelledException;
import io.hmsops.tsdb.storage.ChunkStatistics;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.Series;
import io.hmsops.tsdb.storage.SeriesList;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads series from the store into {@link Samples}, within the query's budget. */
final class SeriesReader {
  /** After how many series found the budget is asked. */
  private static final int SELECT_INTERVAL = 1024;

  /** What a series that was found costs: an object, its labels, its list of chunks. */
  private static final int BYTES_PER_SERIES = 256;

  private final Querier querier;
  private final QueryBudget budget;
  private final List<SeriesSet> sets = new ArrayList<>();

  SeriesReader(Querier querier, QueryBudget budget) {
    this.querier = querier;
    this.budget = budget;
  }

  /**
   * What a selector is read for: the window of time, a name for the operation above it, and what of
   * the answer that does not need.
   */
  record Purpose(
      long minTimeMs,
      long maxTimeMs,
      long stepMs,
      long rangeMs,
      String function,
      Needless needless) {}

  /**
   * What whoever reads a selector does not look at.
   *
   * @param order the order of labels
   * @param older samples before the newest one of the window
   */
  record Needless(boolean order, boolean older) {
    static final Needless NOTHING = new Needless(false, false);
  }

  /** All series that match, in the order of their labels if that is wanted. */
  SeriesList select(List<LabelMatcher> matchers, Purpose purpose) {
    SelectHints hints =
        new SelectHints(
            purpose.minTimeMs(),
            purpose.maxTimeMs(),
            purpose.stepMs(),
            purpose.rangeMs(),
            purpose.function(),
            List.of(),
            false,
            purpose.needless().order(),
            purpose.needless().older(),
            budget::checkFound,
            budget.cancellation());
    try {
      SeriesSet set = querier.select(hints, matchers);
      sets.add(set);
      Optional<SeriesList> list = set.list();
      if (list.isPresent()) {
        count(list.get().size());
        return list.get();
      }
      List<Series> series = new ArrayList<>();
      while (set.next()) {
        series.add(set.series());
        if (series.size() % SELECT_INTERVAL == 0) {
          count(SELECT_INTERVAL);
        }
      }
      count(series.size() % SELECT_INTERVAL);
      return new ListedSeries(series);
    } catch (TsdbException e) {
      throw failure(e);
    }
  }

  private void count(int selected) {
    budget.countSelected(selected);
    budget.holdBytes((long) selected * BYTES_PER_SERIES);
  }

  /** {@return what the store could not read, each once; complete when all series have been read} */
  Set<String> warnings() {
    Set<String> warnings = new LinkedHashSet<>();
    sets.forEach(set -> warnings.addAll(set.warnings()));
    return warnings;
  }

  /**
   * Reads the samples of a series with {@code minTimeMs} ≤ time ≤ {@code maxTimeMs} into the
   * scratch. Any thread may call, each with a scratch of its own.
   *
   * @param withStaleMarkers whether staleness markers are kept
   */
  void read(
      SeriesList series,
      int index,
      long minTimeMs,
      long maxTimeMs,
      boolean withStaleMarkers,
      Scratch scratch) {
    scratch.meter().startSeries();
    Samples into = scratch.samples();
    SampleBatch batch = scratch.batch();
    into.clear();
    try {
      SampleCursor cursor = series.samples(index);
      while (cursor.next(batch)) {
        append(batch, minTimeMs, maxTimeMs, withStaleMarkers, into);
        scratch.countBatch();
        scratch.meter().read(batch.count());
        scratch.holdSamples(into.count());
      }
    } catch (TsdbException e) {
      throw failure(e);
    }
  }

  /**
   * Reads the floats of a series; chunks that no window cuts are not decoded if their statistics
   * have the number that is asked for. It stands for all of them.
   *
   * @return whether that was possible; if not, the series has something else than plain floats
   */
  boolean readCondensed(
      SeriesList series, int index, WindowFrame frame, Condensation condensation, Scratch scratch) {
    scratch.meter().startSeries();
    Samples into = scratch.samples();
    SampleBatch batch = scratch.batch();
    into.clear();
    try {
      SampleCursor cursor = series.samples(index);
      while (true) {
        Optional<ChunkStatistics> statistics = cursor.peekStatistics();
        if (statistics.isPresent() && isWhole(statistics.get(), frame, condensation)) {
          into.add(statistics.get().maxTimeMs(), condensation.of(statistics.get()));
          cursor.skip();
          scratch.countSkip();
          scratch.meter().read(statistics.get().count());
        } else if (!cursor.next(batch)) {
          return true;
        } else if (batch.holdsHistograms() || batch.hasStartTimestamps()) {
          return false;
        } else {
          int before = into.count();
          append(batch, frame.minMs(), frame.maxMs(), false, into);
          if (condensation == Condensation.COUNT) {
            Arrays.fill(into.values(), before, into.count(), 1);
          }
          scratch.countBatch();
          scratch.meter().read(batch.count());
        }
        scratch.holdSamples(into.count());
      }
    } catch (TsdbException e) {
      throw failure(e);
    }
  }

  private static boolean isWhole(
      ChunkStatistics statistics, WindowFrame frame, Condensation condensation) {
    return !statistics.hasStaleMarkers()
        && condensation.isExact(statistics)
        && !frame.cuts(statistics.minTimeMs(), statistics.maxTimeMs());
  }

  private static void append(
      SampleBatch batch, long minTimeMs, long maxTimeMs, boolean withStaleMarkers, Samples into) {
    long[] timesMs = batch.timestampsMs();
    int from = 0;
    int to = batch.count();
    while (from < to && timesMs[from] < minTimeMs) {
      from++;
    }
    while (from < to && timesMs[to - 1] > maxTimeMs) {
      to--;
    }
    if (batch.holdsHistograms()) {
      appendHistograms(batch, from, to, withStaleMarkers, into);
    } else if (batch.hasStartTimestamps() || StaleMarker.isAmong(batch.values(), from, to)) {
      appendFloats(batch, from, to, withStaleMarkers, into);
    } else {
      into.addAll(timesMs, batch.values(), from, to);
    }
  }

  private static void appendHistograms(
      SampleBatch batch, int from, int to, boolean withStaleMarkers, Samples into) {
    for (int i = from; i < to; i++) {
      Histogram histogram = batch.histograms()[i];
      if (histogram.isStale() && !withStaleMarkers) {
        continue;
      }
      into.add(batch.timestampsMs()[i], asCompared(histogram));
      copyStartTimestamp(batch, i, into);
    }
  }

  /**
   * {@return a histogram as PromQL sees it} A reset that the writer stated is not believed: what
   * stood before it may have been deleted since, or have come later, so populations are compared.
   */
  private static Histogram asCompared(Histogram histogram) {
    return histogram.resetHint() == CounterResetHint.RESET
        ? histogram.withResetHint(CounterResetHint.UNKNOWN)
        : histogram;
  }

  private static void appendFloats(
      SampleBatch batch, int from, int to, boolean withStaleMarkers, Samples into) {
    for (int i = from; i < to; i++) {
      double value = batch.values()[i];
      if (StaleMarker.is(value)) {
        if (!withStaleMarkers) {
          continue;
        }
        into.noteStaleMarker();
      }
      into.add(batch.timestampsMs()[i], value);
      copyStartTimestamp(batch, i, into);
    }
  }

  private static void copyStartTimestamp(SampleBatch batch, int index, Samples into) {
    if (batch.hasStartTimestamps()) {
      into.setLastStartTimeMs(batch.startTimestampMs(index));
    }
  }

  private QueryFailure failure(TsdbException e) {
    if (e instanceof CancelledException cancelled) {
      return budget.stopped(cancelled);
    }
    return new QueryFailure(QueryFailure.Kind.STORAGE, "expanding series: " + e.getMessage(), e);
  }

  /**
   * Leaves only count and sum, and works out counter resets from these: what is unknown becomes
   * reset or not reset.
   *
   * @param samples of one series, changed in place
   */
  static void resolveResets(Samples samples) {
    Histogram previous = null;
    for (int i = 0; i < samples.count(); i++) {
      Histogram histogram = samples.histogram(i);
      if (histogram == null || histogram.isStale()) {
        previous = null;
        continue;
      }
      CounterResetHint hint = histogram.resetHint();
      if (previous != null && hint == CounterResetHint.UNKNOWN) {
        boolean reset = HistogramMath.isReset(histogram, previous);
        hint = reset ? CounterResetHint.RESET : CounterResetHint.NOT_RESET;
      }
      samples.replace(i, HistogramMath.withoutBuckets(histogram).withResetHint(hint));
      previous = histogram;
    }
  }
}
