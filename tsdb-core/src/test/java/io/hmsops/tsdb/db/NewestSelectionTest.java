package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.testing.Histograms;
import io.hmsops.tsdb.testing.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever wants the newest sample of each series only is given that one, whatever else there is.
 */
class NewestSelectionTest {
  private static final long T0 = 1_700_006_400_000L; // a multiple of 2 h
  private static final int SERIES = 20;
  private static final long STEP_MS = 60_000;

  @TempDir Path directory = Path.of("set by JUnit");

  /** The last sample that a cursor gave, and how many it gave. */
  private record Last(long timestampMs, Object value, int count) {
    boolean isOf(@Nullable Last other) {
      return other != null && timestampMs == other.timestampMs && value.equals(other.value);
    }
  }

  private static Options options() {
    return Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20).toBuilder()
        .maxAhead(Duration.ofDays(3650))
        .outOfOrderWindow(Duration.ofHours(1))
        .build();
  }

  private static Labels labels(int series) {
    return Labels.of("__name__", "newest", "series", "s" + series);
  }

  private static SelectHints hints(long fromMs, long toMs, boolean newestOnly, boolean anyOrder) {
    return new SelectHints(
        fromMs, toMs, 0, 0, "", List.of(), false, anyOrder, newestOnly, _ -> {}, Cancellation.NONE);
  }

  private static Map<Labels, Last> last(Querier querier, SelectHints hints) throws TsdbException {
    Map<Labels, Last> found = new HashMap<>();
    SampleBatch batch = new SampleBatch();
    SeriesSet set = querier.select(hints, List.of());
    while (set.next()) {
      Last last = null;
      int count = 0;
      SampleCursor cursor = set.series().samples();
      while (cursor.next(batch)) {
        int end = batch.count() - 1;
        count += batch.count();
        Object value =
            batch.holdsHistograms()
                ? batch.histograms()[end]
                : Double.doubleToRawLongBits(batch.values()[end]);
        last = new Last(batch.timestampsMs()[end], value, count);
      }
      if (last != null) {
        found.put(set.series().labels(), last);
      }
    }
    return found;
  }

  /** {@return how many series were given with fewer samples} */
  private static int check(
      Querier querier, long fromMs, long toMs, boolean anyOrder, String context)
      throws TsdbException {
    Map<Labels, Last> all = last(querier, hints(fromMs, toMs, false, anyOrder));
    Map<Labels, Last> newest = last(querier, hints(fromMs, toMs, true, anyOrder));
    assertThat(newest.keySet()).as(context).isEqualTo(all.keySet());
    int fewer = 0;
    for (Map.Entry<Labels, Last> entry : newest.entrySet()) {
      Last expected = all.get(entry.getKey());
      assertThat(entry.getValue().isOf(expected))
          .as("%s %s: %s, expected %s", context, entry.getKey(), entry.getValue(), expected)
          .isTrue();
      fewer += expected != null && entry.getValue().count() < expected.count() ? 1 : 0;
    }
    return fewer;
  }

  @Test
  void theNewestSampleIsTheLastOfAllOfThem() throws IOException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    int fewer = 0;
    int step = 0;
    for (int restart = 0; restart < 3; restart++) {
      try (Tsdb db = Tsdb.open(directory, options())) {
        for (int round = 0; round < 80; round++) {
          String context = "seed=%d restart %d round %d".formatted(seed, restart, round);
          try (Querier before = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
            for (int i = random.nextInt(4); i >= 0; i--) {
              append(db, random, T0 + step++ * STEP_MS);
            }
            change(db, random, step);
            for (int i = 0; i < 3; i++) {
              // Also before the newest sample, and behind all of them.
              long toMs = T0 + step * STEP_MS - random.nextInt(-300_000, 600_000);
              long fromMs = toMs - random.nextInt(1_200_000);
              fewer += check(before, fromMs, toMs, i == 0, context + " before");
              try (Querier now = db.querier(fromMs, toMs)) {
                fewer += check(now, fromMs, toMs, i == 0, context + " now");
              }
            }
          }
        }
      }
    }
    assertThat(fewer).as("seed=%d", seed).isGreaterThan(1000);
  }

  /** Series 0 to 11 are of floats; of the others some samples are late or histograms. */
  private static void append(Tsdb db, Random random, long timeMs) throws TsdbException {
    Appender appender = db.appender();
    for (int series = 0; series < SERIES; series++) {
      if (random.nextInt(5) == 0) {
        continue;
      }
      long ref = appender.series(labels(series));
      if (series >= 16 && random.nextInt(3) == 0) {
        appender.add(ref, timeMs, Histograms.of(CounterResetHint.UNKNOWN, series, 2));
      } else {
        long lateMs = series >= 12 && random.nextInt(4) == 0 ? random.nextInt(3_000_000) : 0;
        double value = random.nextInt(20) == 0 ? StaleMarker.VALUE : random.nextInt(1000) / 8.0;
        appender.add(ref, timeMs - lateMs, value);
      }
    }
    appender.commit();
  }

  private static void change(Tsdb db, Random random, int step) throws IOException {
    switch (random.nextInt(20)) {
      case 0 -> db.maintain();
      case 1 -> db.checkpoint();
      case 2 -> db.compact();
      case 3 -> {
        long fromMs = T0 + step * STEP_MS - random.nextInt(600_000);
        db.delete(
            List.of(List.of(LabelMatcher.equal("series", "s9"))),
            fromMs,
            fromMs + random.nextInt(600_000));
      }
      default -> {}
    }
  }

  @Test
  void aBatchIsSeenWholeOrNotAtAllBesideCommits() throws Exception {
    try (Tsdb db = Tsdb.open(directory, options())) {
      AtomicBoolean done = new AtomicBoolean();
      Thread writer =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      for (int i = 0; i < 3_000; i++) {
                        Appender appender = db.appender();
                        for (int series = 0; series < SERIES; series++) {
                          appender.add(appender.series(labels(series)), T0 + i, i);
                        }
                        appender.commit();
                      }
                    } catch (TsdbException e) {
                      throw new AssertionError(e);
                    } finally {
                      done.set(true);
                    }
                  });
      long newest = 0;
      while (!done.get()) {
        try (Querier querier = db.querier(T0, T0 + 10_000)) {
          Map<Labels, Last> found = last(querier, hints(T0, T0 + 10_000, true, false));
          assertThat(found)
              .satisfiesAnyOf(f -> assertThat(f).isEmpty(), f -> assertThat(f).hasSize(SERIES));
          for (Last last : found.values()) {
            Last first = found.get(labels(0));
            assertThat(last.isOf(first)).as("%s, expected %s", last, first).isTrue();
            double value = (double) (last.timestampMs() - T0);
            assertThat(last.value()).isEqualTo(Double.doubleToRawLongBits(value));
            assertThat(last.timestampMs()).isGreaterThanOrEqualTo(newest);
            newest = last.timestampMs();
          }
        }
      }
      writer.join();
    }
  }
}
