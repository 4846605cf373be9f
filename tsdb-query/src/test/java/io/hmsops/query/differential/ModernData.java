package io.hmsops.query.differential;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * {@link RandomData} and what 2.42 does not know: native histograms (counters {@code nh}, gauges
 * {@code nhg}, custom bounds {@code nhc}), series that change between floats and histograms ({@code
 * mixed}), and info series with what they describe.
 */
final class ModernData {
  private record Sample(long timeMs, double value, @Nullable Histogram histogram) {}

  private record Series(Labels labels, List<Sample> samples) {}

  private final Random random;
  private final RandomData floats;
  private final List<Series> series = new ArrayList<>();

  ModernData(Random random) {
    this.random = random;
    this.floats = new RandomData(random);
    for (String job : List.of("a", "b")) {
      for (String inst : List.of("0", "1")) {
        histograms(Labels.of("__name__", "nh", "job", job, "inst", inst), 0, false);
        histograms(Labels.of("__name__", "nhg", "job", job, "inst", inst), 1, false);
        histograms(Labels.of("__name__", "nhc", "job", job, "inst", inst), 2, false);
        histograms(Labels.of("__name__", "mixed", "job", job, "inst", inst), 0, true);
      }
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
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < RandomData.SAMPLES; i++) {
      if (random.nextInt(20) > 0) {
        samples.add(new Sample(timeMs(i), i % 50, null));
      }
    }
    series.add(new Series(labels, samples));
  }

  private void info(String name, String job, String instance) {
    int change = random.nextInt(RandomData.SAMPLES);
    List<Sample> before = new ArrayList<>();
    List<Sample> after = new ArrayList<>();
    for (int i = 0; i < RandomData.SAMPLES; i++) {
      (i < change ? before : after).add(new Sample(timeMs(i), 1, null));
    }
    String label = name.equals("target_info") ? "version" : "revision";
    Labels labels = Labels.of("__name__", name, "instance", instance, "job", job, label, "v1");
    series.add(new Series(labels, before));
    series.add(new Series(labels.with(label, "v2"), after));
  }

  private void histograms(Labels labels, int kind, boolean mixed) {
    List<Sample> samples = new ArrayList<>();
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
          new Sample(
              timeMs(i),
              asFloat ? i : 0,
              asFloat ? null : stale ? Histogram.STALE : histogram(kind, schema, zero, buckets)));
    }
    series.add(new Series(labels, samples));
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

  void writeTo(Appender appender) throws TsdbException {
    for (RandomData.Series plain : floats.series()) {
      long ref = appender.series(plain.labels());
      plain.samples().forEach(sample -> appender.add(ref, sample.timeMs(), sample.value()));
    }
    for (Series one : series) {
      long ref = appender.series(one.labels());
      for (Sample sample : one.samples()) {
        Histogram histogram = sample.histogram;
        if (histogram == null) {
          appender.add(ref, sample.timeMs(), sample.value());
        } else {
          appender.add(ref, sample.timeMs(), histogram);
        }
      }
    }
    appender.commit();
  }
}
