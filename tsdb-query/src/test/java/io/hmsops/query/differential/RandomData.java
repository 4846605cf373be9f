package io.hmsops.query.differential;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.StaleMarker;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random series of floats: gauges, counters and a classic histogram with gaps, staleness markers,
 * resets, NaN and infinities. Values are quarters, so that sums of them are exact; counters are
 * below zero, where nobody cuts an extrapolation at zero.
 */
final class RandomData {
  /** The time of the first sample, up to {@link #PHASE_MS}; a multiple of 10 minutes. */
  static final long START_MS = 1_599_999_600_000L;

  static final int SAMPLES = 200;
  static final long INTERVAL_MS = 15_000;
  static final long END_MS = START_MS + SAMPLES * INTERVAL_MS;

  /** Keeps samples off the edges of windows, which are multiples of 5 s. */
  private static final long PHASE_MS = 2_123;

  private static final double COUNTER_BASE = -1_000_000;

  private final Random random;
  private final List<SeriesData> series = new ArrayList<>();

  RandomData(Random random) {
    this.random = random;
    for (String job : List.of("a", "b", "c")) {
      for (String inst : List.of("0", "1")) {
        gauge(Labels.of("__name__", "gauge", "job", job, "inst", inst), false);
        gauge(Labels.of("__name__", "level", "job", job, "inst", inst), false);
        gauge(Labels.of("__name__", "odd", "job", job, "inst", inst), true);
        counter(Labels.of("__name__", "ctr_total", "job", job, "inst", inst, "code", "x"));
        counter(Labels.of("__name__", "ctr_total", "job", job, "inst", inst, "code", "y"));
      }
      gauge(Labels.of("__name__", "meta", "job", job, "version", "v" + job), false);
      histogram(job);
    }
    gauge(Labels.of("__name__", "single"), false);
  }

  List<SeriesData> series() {
    return series;
  }

  private void gauge(Labels labels, boolean odd) {
    double value = random.nextInt(200) / 4.0;
    double[] values = new double[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      value += (random.nextInt(41) - 20) / 4.0;
      values[i] = value;
      if (odd && random.nextInt(20) == 0) {
        double[] strange = {
          Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0, -0.0
        };
        values[i] = strange[random.nextInt(strange.length)];
      }
    }
    series.add(new SeriesData(labels, withGaps(values)));
  }

  private void counter(Labels labels) {
    double value = COUNTER_BASE;
    double[] values = new double[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      value = random.nextInt(40) == 0 ? COUNTER_BASE : value + random.nextInt(50);
      values[i] = value;
    }
    series.add(new SeriesData(labels, withGaps(values)));
  }

  private void histogram(String job) {
    List<String> bounds = List.of("0.1", "0.5", "1", "5", "+Inf");
    double[][] counts = new double[bounds.size()][SAMPLES];
    double[] total = new double[bounds.size()];
    for (int i = 0; i < SAMPLES; i++) {
      double added = 0;
      for (int b = 0; b < total.length; b++) {
        added += random.nextInt(6);
        total[b] += added;
        counts[b][i] = total[b];
      }
    }
    for (int b = 0; b < total.length; b++) {
      List<SeriesData.Sample> samples = new ArrayList<>();
      for (int i = 0; i < SAMPLES; i++) {
        samples.add(new SeriesData.Sample(timeMs(i), counts[b][i]));
      }
      series.add(
          new SeriesData(
              Labels.of("__name__", "hist_bucket", "job", job, "le", bounds.get(b)), samples));
    }
  }

  private static long timeMs(int index) {
    return START_MS + index * INTERVAL_MS + PHASE_MS;
  }

  private List<SeriesData.Sample> withGaps(double[] values) {
    List<SeriesData.Sample> samples = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      switch (random.nextInt(40)) {
        case 0 -> i += random.nextInt(30);
        case 1 -> samples.add(new SeriesData.Sample(timeMs(i), StaleMarker.VALUE));
        default -> samples.add(new SeriesData.Sample(timeMs(i), values[i]));
      }
    }
    return samples;
  }
}
