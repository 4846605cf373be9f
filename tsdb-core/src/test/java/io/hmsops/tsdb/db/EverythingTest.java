package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.CommitResult;
import io.hmsops.tsdb.testing.Histograms;
import io.hmsops.tsdb.testing.MemoryStore;
import io.hmsops.tsdb.testing.Seeds;
import io.hmsops.tsdb.testing.StoreProbe;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever can be appended, at whatever time, in whatever order, is read bit for bit as the naive
 * model reads it: from the head, from blocks of all levels, and after restarts.
 */
class EverythingTest {
  private static final long T0 = 1_700_006_400_000L; // a multiple of 2 h
  private static final Duration FOREVER = Duration.ofMillis(Long.MAX_VALUE);
  private static final int SERIES = 8;

  private static final double[] HARD_VALUES = {
    0.0,
    -0.0,
    1,
    -1,
    0.1,
    1e-300,
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN,
    StaleMarker.VALUE,
    Double.longBitsToDouble(0x7ff8_dead_beef_0001L),
    Double.longBitsToDouble(0xfff8_0000_0000_0000L),
    Double.longBitsToDouble(0x7ff0_0000_0000_0001L),
    1L << 53,
    0x1p53 + 2,
  };

  private static final long[] EXTREMES = {
    Long.MIN_VALUE,
    Long.MIN_VALUE + 1,
    Long.MIN_VALUE / 2,
    -T0,
    -1,
    0,
    1,
    Integer.MAX_VALUE,
    Long.MAX_VALUE / 2,
    Long.MAX_VALUE - 1,
    Long.MAX_VALUE,
  };

  @TempDir Path directory = Path.of("set by JUnit");

  private static Options options() {
    return Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20).toBuilder()
        .retention(FOREVER)
        .maxAhead(FOREVER)
        .outOfOrderWindow(FOREVER)
        .build();
  }

  private static Labels labels(int series) {
    return Labels.of("__name__", "any", "kind", "k" + series % 4, "series", "s" + series);
  }

  private record Sample(
      int series, long timestampMs, double value, @Nullable Histogram histogram, long startMs) {
    void addTo(Appender appender) throws IOException {
      long ref = appender.series(labels(series));
      if (histogram != null) {
        appender.add(ref, timestampMs, histogram);
      } else {
        appender.add(ref, timestampMs, value);
      }
      if (startMs != 0) {
        appender.startTimestamp(startMs);
      }
    }
  }

  private static double value(Random random, int series, int step) {
    return switch (random.nextInt(8)) {
      case 0 -> HARD_VALUES[random.nextInt(HARD_VALUES.length)];
      case 1 -> Double.longBitsToDouble(random.nextLong());
      case 2 -> random.nextGaussian();
      default -> series % 2 == 0 ? step * 10.0 : step / 10.0;
    };
  }

  private static Histogram histogram(Random random, int step) {
    return switch (random.nextInt(7)) {
      case 0 -> Histogram.STALE;
      case 1 -> Histograms.random(random);
      case 2 -> Histograms.of(CounterResetHint.GAUGE, random.nextInt(9), 3);
      case 3 -> Histograms.of(CounterResetHint.RESET, step, 2 * step, 7);
      default -> Histograms.of(CounterResetHint.UNKNOWN, step, 2 * step, 7);
    };
  }

  /** Kinds 0 and 1 are floats, 2 histograms, 3 both; some have start timestamps, some come late. */
  private static Sample sample(Random random, int step, long timestampMs) {
    int series = random.nextInt(SERIES);
    boolean float64 = series % 4 < 2 || (series % 4 == 3 && random.nextInt(3) > 0);
    long start =
        random.nextInt(series % 4 == 0 ? 200 : 4) == 0 ? timestampMs - random.nextInt(100_000) : 0;
    return new Sample(
        series,
        timestampMs,
        float64 ? value(random, series, step) : 0,
        float64 ? null : histogram(random, step),
        start);
  }

  private static void commit(List<StoreProbe> stores, List<Sample> samples, String context)
      throws IOException {
    CommitResult expected = new CommitResult(0, 0, List.of());
    for (int i = 0; i < stores.size(); i++) {
      Appender appender = stores.get(i).appender();
      for (Sample sample : samples) {
        sample.addTo(appender);
      }
      CommitResult result = appender.commit();
      if (i == 0) {
        expected = result;
      }
      assertThat(result.accepted()).as(context).isEqualTo(expected.accepted());
      assertThat(result.duplicates()).as(context).isEqualTo(expected.duplicates());
      assertThat(positions(result)).as(context).isEqualTo(positions(expected));
    }
  }

  private static List<Object> positions(CommitResult result) {
    return Arrays.asList(
        result.rejections().stream().map(r -> List.of(r.position(), r.reason())).toArray());
  }

  private static Map<Labels, List<StoreProbe.ReadSample>> read(StoreProbe store)
      throws IOException {
    Map<Labels, List<StoreProbe.ReadSample>> read = store.select(Long.MIN_VALUE, Long.MAX_VALUE);
    // Where chunks end is the engine's own affair, and hints follow it.
    read.replaceAll(
        (_, samples) -> samples.stream().map(EverythingTest::withoutCounterHint).toList());
    return read;
  }

  private static StoreProbe.ReadSample withoutCounterHint(StoreProbe.ReadSample sample) {
    Histogram histogram = sample.histogram();
    return histogram == null || histogram.resetHint() != CounterResetHint.NOT_RESET
        ? sample
        : new StoreProbe.ReadSample(
            sample.timestampMs(),
            sample.bits(),
            histogram.withResetHint(CounterResetHint.UNKNOWN),
            sample.startTimestampMs());
  }

  private static void checkSame(String context, Tsdb db, StoreProbe model) throws IOException {
    Map<Labels, List<StoreProbe.ReadSample>> expected = read(model);
    Map<Labels, List<StoreProbe.ReadSample>> found = read(new StoreProbe(db, db));
    assertThat(found.keySet()).as(context).isEqualTo(expected.keySet());
    expected.forEach(
        (labels, samples) -> {
          List<StoreProbe.ReadSample> of = found.getOrDefault(labels, List.of());
          for (int i = 0; i < Math.min(samples.size(), of.size()); i++) {
            if (!of.get(i).equals(samples.get(i))) {
              assertThat(of.get(i))
                  .as("%s %s sample %d", context, labels, i)
                  .isEqualTo(samples.get(i));
            }
          }
          assertThat(of).as("%s %s", context, labels).hasSameSizeAs(samples);
        });
  }

  @Test
  void whateverIsAppendedIsReadBitForBitFromEverywhere() throws IOException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    MemoryStore memory = new MemoryStore(FOREVER);
    StoreProbe model = new StoreProbe(memory, memory);
    int step = 0;
    for (int restart = 0; restart < 4; restart++) {
      try (Tsdb db = Tsdb.open(directory, options())) {
        String context = "seed=%d restart %d".formatted(seed, restart);
        assertThat(db.stats().problems()).as(context).isEmpty();
        checkSame(context + " opened", db, model);
        for (int batch = 0; batch < 40; batch++) {
          List<Sample> samples = new ArrayList<>();
          for (int i = 0; i < 50; i++) {
            step++;
            // Two days; one in ten comes late, by up to six hours.
            long time = T0 + step * 15_000L + random.nextInt(3);
            if (random.nextInt(10) == 0) {
              time -= random.nextInt(6 * 3_600_000);
            }
            samples.add(sample(random, step, time));
            if (random.nextInt(50) == 0) {
              samples.add(samples.getLast());
            }
          }
          commit(List.of(model, new StoreProbe(db, db)), samples, context);
          if (random.nextInt(15) == 0) {
            db.maintain();
          }
        }
        checkSame(context + " written", db, model);
        switch (restart) {
          case 0 -> db.maintain();
          case 1 -> db.compact();
          case 2 -> db.checkpoint();
          default -> {
            db.compact();
            db.compact();
          }
        }
        checkSame(context + " then", db, model);
      }
    }
    try (Tsdb db = Tsdb.open(directory, options())) {
      checkSame("seed=%d at last".formatted(seed), db, model);
    }
  }

  @Test
  void everyTimestampFromTheFirstToTheLastIsStored() throws IOException {
    MemoryStore memory = new MemoryStore(FOREVER);
    StoreProbe model = new StoreProbe(memory, memory);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < EXTREMES.length; i++) {
      samples.add(new Sample(0, EXTREMES[i], i, null, 0));
      samples.add(new Sample(1, EXTREMES[EXTREMES.length - 1 - i], i, null, 0));
      samples.add(new Sample(2, EXTREMES[i], 0, Histograms.of(CounterResetHint.UNKNOWN, i, 2), 0));
      samples.add(new Sample(3, EXTREMES[i], i, null, EXTREMES[EXTREMES.length - 1 - i]));
    }
    try (Tsdb db = Tsdb.open(directory, options())) {
      commit(List.of(model, new StoreProbe(db, db)), samples, "extremes");
      checkSame("head", db, model);
    }
    try (Tsdb db = Tsdb.open(directory, options())) {
      checkSame("replayed", db, model);
      db.checkpoint();
    }
    try (Tsdb db = Tsdb.open(directory, options())) {
      checkSame("from the checkpoint", db, model);
      db.maintain();
      checkSame("maintained", db, model);
      db.compact();
      checkSame("compacted", db, model);
    }
    try (Tsdb db = Tsdb.open(directory, options())) {
      checkSame("opened compacted", db, model);
      commit(List.of(model, new StoreProbe(db, db)), samples, "again");
      checkSame("again", db, model);
      db.compact();
    }
    Disks.delete(directory.resolve("wal"));
    try (Tsdb db = Tsdb.open(directory, options())) {
      assertThat(db.stats().problems()).isEmpty();
      checkSame("without the log", db, model);
    }
  }
}
