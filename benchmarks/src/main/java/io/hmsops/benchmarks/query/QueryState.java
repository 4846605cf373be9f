package io.hmsops.benchmarks.query;

import io.hmsops.query.engine.Engine;
import io.hmsops.query.engine.EngineOptions;
import io.hmsops.query.engine.QueryException;
import io.hmsops.query.engine.QueryRequest;
import io.hmsops.query.engine.QueryResult;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * 500 series of 260 samples, 15 s apart, in plain arrays, and an engine that evaluates over them on
 * the calling thread: they are one morsel. Values: "counter" has whole numbers that rise, "gauge"
 * random numbers. And 50 series "latency" of native histograms.
 */
@State(Scope.Thread)
public class QueryState {
  static final int SERIES = 500;
  static final int SAMPLES = 260;
  static final int STEPS = 241;
  static final int STEP_MS = 15_000;

  /** The windows, or the points of an instant vector, that a query over all series computes. */
  static final int POINTS = SERIES * STEPS;

  static final int HISTOGRAM_SERIES = 50;
  static final int BUCKETS = 20;

  /** The same for the series of native histograms. */
  static final int HISTOGRAM_POINTS = HISTOGRAM_SERIES * STEPS;

  private static final long START_MS = 1_700_000_000_000L;

  final double[][] counters = new double[SERIES][SAMPLES];
  final double[][] gauges = new double[SERIES][SAMPLES];
  final Histogram[][] histograms = new Histogram[HISTOGRAM_SERIES][SAMPLES];
  final long[] timesMs = new long[SAMPLES];
  private final Engine engine = new Engine(EngineOptions.defaults());
  private final ArrayStore store;

  /** Creates the data. */
  public QueryState() {
    Random random = new Random(1);
    List<Labels> labels = new ArrayList<>();
    double[][] values = new double[2 * SERIES][];
    for (int i = 0; i < SERIES; i++) {
      labels.add(labels("counter", i));
      values[i] = counters[i];
      values[SERIES + i] = gauges[i];
      for (int k = 0; k < SAMPLES; k++) {
        timesMs[k] = START_MS + (long) k * STEP_MS;
        counters[i][k] = 1000 + (double) k * (1 + i % 10);
        gauges[i][k] = random.nextDouble();
      }
    }
    for (int i = 0; i < SERIES; i++) {
      labels.add(labels("gauge", i));
    }
    for (int i = 0; i < HISTOGRAM_SERIES; i++) {
      labels.add(Labels.of("__name__", "latency", "host", "%03d".formatted(i)));
      fill(histograms[i], random);
    }
    store = new ArrayStore(labels, timesMs, values, histograms);
  }

  /** A counter of observations: each sample has some more in each bucket. */
  private static void fill(Histogram[] samples, Random random) {
    double[] populations = new double[BUCKETS];
    for (int k = 0; k < samples.length; k++) {
      populations = populations.clone();
      double count = 0;
      for (int b = 0; b < BUCKETS; b++) {
        populations[b] += random.nextInt(10);
        count += populations[b];
      }
      samples[k] =
          new Histogram(
              3,
              0,
              0,
              count,
              count / 10,
              new int[] {-BUCKETS / 2, BUCKETS},
              populations,
              new int[0],
              new double[0],
              new double[0],
              CounterResetHint.UNKNOWN,
              true);
    }
  }

  private static Labels labels(String name, int i) {
    return Labels.of(
        "__name__", name, "host", "%03d".formatted(i / 10), "le", Integer.toString(i % 10));
  }

  /** Evaluates over the last hour, each 15 s. */
  QueryResult query(String query) throws QueryException {
    long endMs = timesMs[SAMPLES - 1];
    return engine.query(
        store, QueryRequest.range(query, endMs - (STEPS - 1L) * STEP_MS, endMs, STEP_MS));
  }

  /** The number of the newest sample at a step. */
  static int newest(int step) {
    return SAMPLES - STEPS + step;
  }
}
