package io.hmsops.query.eval;

import io.hmsops.query.limit.QueryBudget;
import io.hmsops.query.limit.QueryFailure;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramMath;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.CancelledException;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.Series;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads series from the store into {@link Samples}, within the query's budget. */
final class SeriesReader {
  /** After how many series found the budget is asked. */
  private static final int SELECT_INTERVAL = 1024;

  /** What a series that was found costs: an object, its labels, its list of chunks. */
  private static final int BYTES_PER_SERIES = 256;

  private final Querier querier;
  private final QueryBudget budget;
  private final QueryBudget.Meter meter;
  private final SampleBatch batch = new SampleBatch();
  private final List<SeriesSet> sets = new ArrayList<>();

  SeriesReader(Querier querier, QueryBudget budget) {
    this.querier = querier;
    this.budget = budget;
    this.meter = budget.meter();
  }

  /** What a selector is read for: the window of time, and a name for the operation above it. */
  record Purpose(long minTimeMs, long maxTimeMs, long stepMs, long rangeMs, String function) {}

  /** All series that match, in the order of their labels. */
  List<Series> select(List<LabelMatcher> matchers, Purpose purpose) {
    SelectHints hints =
        new SelectHints(
            purpose.minTimeMs(),
            purpose.maxTimeMs(),
            purpose.stepMs(),
            purpose.rangeMs(),
            purpose.function(),
            List.of(),
            false,
            budget.cancellation());
    try {
      List<Series> series = new ArrayList<>();
      SeriesSet set = querier.select(hints, matchers);
      sets.add(set);
      while (set.next()) {
        series.add(set.series());
        if (series.size() % SELECT_INTERVAL == 0) {
          count(SELECT_INTERVAL);
        }
      }
      count(series.size() % SELECT_INTERVAL);
      return series;
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
   * Reads the samples of a series with {@code minTimeMs} ≤ time ≤ {@code maxTimeMs}.
   *
   * @param withStaleMarkers whether staleness markers are kept
   */
  void read(Series series, long minTimeMs, long maxTimeMs, boolean withStaleMarkers, Samples into) {
    meter.startSeries();
    into.clear();
    int held = 0;
    try {
      SampleCursor cursor = series.samples();
      while (cursor.next(batch)) {
        append(minTimeMs, maxTimeMs, withStaleMarkers, into);
        meter.read(batch.count());
        if (into.count() - held >= QueryBudget.CHECK_INTERVAL) {
          budget.hold(into.count() - held);
          held = into.count();
        }
      }
    } catch (TsdbException e) {
      throw failure(e);
    }
    budget.hold(into.count() - held);
    budget.release(into.count());
  }

  /** Adds up what was counted. To be called when everything has been read. */
  void finish() {
    meter.flush();
  }

  private void append(long minTimeMs, long maxTimeMs, boolean withStaleMarkers, Samples into) {
    long[] timesMs = batch.timestampsMs();
    boolean histograms = batch.holdsHistograms();
    for (int i = 0; i < batch.count(); i++) {
      if (timesMs[i] < minTimeMs || timesMs[i] > maxTimeMs) {
        continue;
      }
      if (histograms) {
        Histogram histogram = batch.histograms()[i];
        if (!withStaleMarkers && histogram.isStale()) {
          continue;
        }
        into.add(timesMs[i], histogram);
      } else {
        double value = batch.values()[i];
        if (!withStaleMarkers && StaleMarker.is(value)) {
          continue;
        }
        into.add(timesMs[i], value);
      }
      if (batch.hasStartTimestamps()) {
        into.setLastStartTimeMs(batch.startTimestampMs(i));
      }
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
