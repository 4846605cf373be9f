package io.hmsops.query.differential;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.ExponentialBounds;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * {@link RandomData} and what 2.42 does not know: native histograms (counters {@code nh}, gauges
 * {@code nhg}, custom bounds {@code nhc}, of floats with negative buckets {@code nhf}), series that
 * change between floats and histograms ({@code mixed}), info series with what they describe, types
 * and units, and names that need quotes.
 */
final class ModernData {
  private final Random random;
  private final RandomData floats;
  private final List<SeriesData> series = new ArrayList<>();

  ModernData(Random random) {
    this.random = random;
    this.floats = new RandomData(random);
    for (String job : List.of("a", "b")) {
      for (String inst : List.of("0", "1")) {
        histograms(Labels.of("__name__", "nh", "job", job, "inst", inst), 0, false);
        histograms(Labels.of("__name__", "nhg", "job", job, "inst", inst), 1, false);
        histograms(Labels.of("__name__", "nhc", "job", job, "inst", inst), 2, false);
        histograms(Labels.of("__name__", "mixed", "job", job, "inst", inst), 0, true);
        floatHistograms(Labels.of("__name__", "nhf", "job", job, "inst", inst));
        String type = inst.equals("0") ? "counter" : "gauge";
        plain(
            Labels.of(
                "__name__",
                "typed",
                "__type__",
                type,
                "__unit__",
                "seconds",
                "inst",
                inst,
                "job",
                job));
      }
      plain(Labels.of("__name__", "ünits per.second", "job", job, "lábel/x", "v " + job));
      for (String instance : List.of("i1", "i2")) {
        plain(Labels.of("__name__", "up_total", "instance", instance, "job", job));
        info("target_info", job, instance);
        info("build_info", job, instance);
      }
    }
  }

  private static long timeMs(int index) {
    return RandomData.START_MS + index * 15_000L + 2_123;
  }

  private void plain(Labels labels) {
    List<SeriesData.Sample> samples = new ArrayList<>();
    for (int i = 0; i < RandomData.SAMPLES; i++) {
      if (random.nextInt(20) > 0) {
        samples.add(new SeriesData.Sample(timeMs(i), i % 50, null));
      }
    }
    series.add(new SeriesData(labels, samples));
  }

  private void info(String name, String job, String instance) {
    int change = random.nextInt(RandomData.SAMPLES);
    List<SeriesData.Sample> before = new ArrayList<>();
    List<SeriesData.Sample> after = new ArrayList<>();
    for (int i = 0; i < RandomData.SAMPLES; i++) {
      (i < change ? before : after).add(new SeriesData.Sample(timeMs(i), 1, null));
    }
    String label = name.equals("target_info") ? "version" : "revision";
    Labels labels = Labels.of("__name__", name, "instance", instance, "job", job, label, "v1");
    series.add(new SeriesData(labels, before));
    series.add(new SeriesData(labels.with(label, "v2"), after));
  }

  private void histograms(Labels labels, int kind, boolean mixed) {
    List<SeriesData.Sample> samples = new ArrayList<>();
    double[] buckets = new double[4];
    double zero = 0;
    int schema = random.nextInt(3);
    for (int i = 0; i < RandomData.SAMPLES; i++) {
      if (random.nextInt(50) == 0) {
        buckets = new double[4];
        zero = 0;
        schema = random.nextInt(3);
      }
      for (int b = 0; b < buckets.length; b++) {
        buckets[b] = kind == 1 ? random.nextInt(9) : buckets[b] + random.nextInt(5);
      }
      zero += random.nextInt(2);
      boolean gap = random.nextInt(30) == 0;
      if (gap) {
        continue;
      }
      boolean asFloat = mixed && i / 25 % 2 == 1;
      boolean stale = random.nextInt(60) == 0;
      samples.add(
          new SeriesData.Sample(
              timeMs(i),
              asFloat ? i : 0,
              asFloat ? null : stale ? Histogram.STALE : histogram(kind, schema, zero, buckets)));
    }
    series.add(new SeriesData(labels, samples));
  }

  private static Histogram histogram(int kind, int schema, double zero, double[] buckets) {
    boolean custom = kind == 2;
    double count = custom ? 0 : zero;
    for (double bucket : buckets) {
      count += bucket;
    }
    return new Histogram(
        custom ? Histogram.CUSTOM_SCHEMA : schema,
        custom ? 0 : 0.001,
        custom ? 0 : zero,
        count,
        count * 1.5,
        custom ? new int[] {0, 4} : new int[] {schema, 2, 1, 2},
        buckets.clone(),
        new int[0],
        new double[0],
        custom
            ? schema == 1 ? new double[] {0.5, 1, 2.5} : new double[] {0.5, 1, 2}
            : new double[0],
        kind == 1 ? CounterResetHint.GAUGE : CounterResetHint.UNKNOWN,
        true);
  }

  /**
   * Any populations from one sample to the next; of every other series resolution and zero bucket
   * change with them. Counters have any buckets. Those of gauges depend on resolution and zero
   * bucket, and may be empty: a chunk of Prometheus holds empty ones where another sample has some
   * ({@code docs/query/differences.md}).
   */
  private void floatHistograms(Labels labels) {
    List<SeriesData.Sample> samples = new ArrayList<>();
    boolean gauge = random.nextBoolean();
    int schema = random.nextInt(4) - 1;
    double zeroThreshold = zeroThreshold();
    boolean changing = random.nextBoolean();
    int sides = 1 + random.nextInt(3);
    for (int i = 0; i < RandomData.SAMPLES; i++) {
      if (changing && random.nextInt(3) == 0) {
        schema = random.nextInt(4) - 1;
        zeroThreshold = zeroThreshold();
      }
      if (random.nextInt(20) > 0) {
        Histogram histogram = floatHistogram(gauge, schema, zeroThreshold, sides);
        samples.add(new SeriesData.Sample(timeMs(i), 0, histogram));
      }
    }
    series.add(new SeriesData(labels, samples));
  }

  private double zeroThreshold() {
    return List.of(0.0, 0.001, 0.25, 0.6, 1.0).get(random.nextInt(5));
  }

  private Histogram floatHistogram(boolean gauge, int schema, double zeroThreshold, int sides) {
    double[] positive = (sides & 1) != 0 ? populations(gauge) : new double[0];
    double[] negative = (sides & 2) != 0 ? populations(gauge) : new double[0];
    double zero = random.nextInt(3) / 2.0;
    double count = zero;
    for (double population : positive) {
      count += population;
    }
    for (double population : negative) {
      count += population;
    }
    boolean strange = random.nextInt(12) == 0;
    int offset = gauge ? -3 : random.nextInt(6) - 3;
    while (ExponentialBounds.upper(schema, offset - 1) < zeroThreshold) {
      offset++;
    }
    return new Histogram(
        schema,
        zeroThreshold,
        zero,
        // Observations of NaN are in no bucket.
        strange ? count + random.nextInt(3) : count,
        strange ? Double.NaN : (random.nextInt(200) - 50) / 4.0,
        spans(gauge, positive.length, offset),
        positive,
        spans(gauge, negative.length, offset),
        negative,
        new double[0],
        gauge ? CounterResetHint.GAUGE : CounterResetHint.UNKNOWN,
        false);
  }

  private double[] populations(boolean gauge) {
    double[] populations = new double[gauge ? 6 : 1 + random.nextInt(4)];
    for (int i = 0; i < populations.length; i++) {
      // The last one is where a quantile beside observations of NaN ends up.
      boolean empty = gauge && i + 1 < populations.length && random.nextInt(3) == 0;
      populations[i] = empty ? 0 : (1 + random.nextInt(8)) / 2.0;
    }
    return populations;
  }

  private int[] spans(boolean gauge, int length, int offset) {
    if (length == 0) {
      return new int[0];
    }
    if (gauge) {
      return new int[] {offset, 2, 1, length - 2};
    }
    return length == 1 || random.nextBoolean()
        ? new int[] {offset, length}
        : new int[] {offset, 1, 1 + random.nextInt(3), length - 1};
  }

  /** {@return all series, those of {@link RandomData} first} */
  List<SeriesData> series() {
    List<SeriesData> all = new ArrayList<>(floats.series());
    all.addAll(series);
    return all;
  }

  void writeTo(Appender appender) throws TsdbException {
    SeriesData.write(series(), appender);
  }
}
