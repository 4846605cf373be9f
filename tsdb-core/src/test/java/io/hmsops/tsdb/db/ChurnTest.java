package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.CommitResult.Reason;
import io.hmsops.tsdb.storage.CommitResult.Rejection;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.testing.Seeds;
import io.hmsops.tsdb.testing.StoreProbe;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Series that come and go: what ended leaves memory, and nothing of it is lost. */
class ChurnTest {
  private static final long T0 = 1_700_006_400_000L; // a multiple of 2 h
  private static final long MINUTE = 60_000;
  private static final long HOUR = 60 * MINUTE;

  private static final Options QUIET =
      Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20);

  @TempDir Path directory = Path.of("set by JUnit");

  private static StoreProbe probe(Tsdb db) {
    return new StoreProbe(db, db);
  }

  private static Labels pod(int number) {
    return Labels.of(
        "__name__", "requests_total", "job", "web", "pod", "pod-" + number, "code", "200");
  }

  private static final Labels CLOCK = Labels.of("__name__", "clock");

  private static void tick(Tsdb db, long timestampMs) throws IOException {
    assertThat(probe(db).addFloats(CLOCK, timestampMs, 1).accepted()).isEqualTo(1);
    db.maintain();
  }

  @Test
  void aSeriesThatEndedLeavesTheHeadWhenItsRangeIsCut() throws IOException {
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      for (int i = 0; i < 100; i++) {
        probe(db).addFloats(pod(i), T0, 1, 2, StaleMarker.VALUE);
      }
      tick(db, T0 + MINUTE);
      assertThat(db.stats().knownSeries()).isEqualTo(101);
      tick(db, T0 + 3 * HOUR - MINUTE);
      assertThat(db.stats().knownSeries()).as("not in a block yet").isEqualTo(101);
      tick(db, T0 + 3 * HOUR);
      tick(db, T0 + 3 * HOUR + 5 * MINUTE);
      assertThat(db.stats().knownSeries()).isEqualTo(1);
      assertThat(db.stats().labelValueCounts())
          .isEqualTo(Map.of("__name__", 1, "job", 0, "pod", 0, "code", 0));
      assertThat(probe(db).floats(T0, T0 + HOUR, pod(7))).hasSize(3);
    }
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      assertThat(db.stats().knownSeries()).isEqualTo(1);
      assertThat(probe(db).floats(T0, T0 + HOUR, pod(7))).hasSize(3);
    }
  }

  @Test
  void manySeriesThatEndedAreMovedIntoABlockBeforeTheirRangeIsOver() throws IOException {
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      for (int i = 0; i < 400; i++) {
        probe(db).addFloats(pod(i), T0 + MINUTE, i, 2, 3);
      }
      probe(db).addFloats(pod(1000), T0 + MINUTE, 1);
      tick(db, T0 + 2 * MINUTE);
      try (Querier before = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
        probe(db).addFloats(pod(1000), T0 + 12 * MINUTE, 2);
        tick(db, T0 + 13 * MINUTE);
        assertThat(db.stats().blocks()).isEqualTo(1);
        assertThat(db.stats().knownSeries()).as("a querier may need them").isEqualTo(402);
        assertThat(StoreProbe.floats(before, pod(3))).hasSize(3);
        assertThat(StoreProbe.floats(before, pod(1000))).hasSize(1);
      }
      tick(db, T0 + 15 * MINUTE);
      assertThat(db.stats().knownSeries()).isEqualTo(2);
      assertThat(probe(db).floats(T0, T0 + HOUR, pod(3))).hasSize(3);
      assertThat(probe(db).floats(T0, T0 + HOUR, pod(1000))).hasSize(2);
    }
    // The block stands for nothing of the log: what other series have is still read from there.
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      assertThat(db.stats().problems()).isEmpty();
      assertThat(db.stats().knownSeries()).isEqualTo(2);
      assertThat(probe(db).floats(T0, T0 + HOUR, pod(1000))).hasSize(2);
      assertThat(probe(db).floats(T0, T0 + HOUR, pod(3))).hasSize(3);
      assertThat(probe(db).floats(T0, T0 + HOUR, CLOCK)).hasSize(3);
    }
  }

  @Test
  void aReferenceToASeriesThatLeftBringsItBackAndNeverWritesToAnother() throws IOException {
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      Appender appender = db.appender();
      long ref = appender.series(pod(0));
      appender.add(ref, T0, 1);
      appender.commit();
      // The batch is begun before the series leaves and committed after its place is another's.
      Appender open = db.appender();
      open.add(ref, T0 + 4 * HOUR, 4);
      tick(db, T0);
      tick(db, T0 + 3 * HOUR);
      tick(db, T0 + 3 * HOUR + 11 * MINUTE);
      assertThat(db.stats().knownSeries()).isEqualTo(1);
      long other = appender.series(pod(1));
      assertThat(other).isNotEqualTo(ref);
      appender.add(other, T0 + 4 * HOUR, 10);
      appender.commit();
      assertThat(open.commit().accepted()).isEqualTo(1);
      assertThat(appender.series(pod(0))).isNotEqualTo(ref);
      appender.add(ref, T0 + 5 * HOUR, 5);
      appender.add(ref, T0, 9);
      assertThat(appender.commit().rejections())
          .extracting(Rejection::reason)
          .containsExactly(Reason.DUPLICATE_TIMESTAMP);
      assertThat(probe(db).floats(T0, T0 + 9 * HOUR, pod(0)))
          .containsExactly(
              StoreProbe.point(T0, 1),
              StoreProbe.point(T0 + 4 * HOUR, 4),
              StoreProbe.point(T0 + 5 * HOUR, 5));
      assertThat(probe(db).floats(T0, T0 + 9 * HOUR, pod(1)))
          .containsExactly(StoreProbe.point(T0 + 4 * HOUR, 10));
      assertThatThrownBy(() -> appender.add(ref + 77, T0, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected: one from series()");
    }
  }

  @Test
  void aSeriesThatCameBackStillKnowsWhatIsStored() throws IOException {
    for (int restart = 0; restart < 2; restart++) {
      try (Tsdb db = Tsdb.open(directory, QUIET)) {
        if (restart == 0) {
          probe(db).addFloats(pod(0), T0 + HOUR, 1, 2, 3);
          tick(db, T0 + HOUR);
          tick(db, T0 + 4 * HOUR);
          tick(db, T0 + 4 * HOUR + 11 * MINUTE);
        }
        assertThat(db.stats().knownSeries()).isEqualTo(1);
        Appender appender = db.appender();
        long ref = appender.series(pod(0));
        appender.add(ref, T0 + HOUR + 1000, 2);
        appender.add(ref, T0 + HOUR + 2000, 7);
        appender.add(ref, T0 + 5 * MINUTE, 7);
        var result = appender.commit();
        assertThat(result.duplicates()).as("restart %d", restart).isEqualTo(1);
        assertThat(result.rejections())
            .extracting(Rejection::reason)
            .containsExactly(Reason.DUPLICATE_TIMESTAMP, Reason.OUT_OF_ORDER);
      }
    }
  }

  /** Ends with the same series in the head, whatever was in it before; and all can be read. */
  @Test
  void memoryDoesNotGrowWithTheSeriesThatEnded() throws IOException {
    int active = 900;
    long[] bytes = new long[6];
    long[] known = new long[6];
    int next = 0;
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      // A third of the pods is replaced every ten minutes, for 12 hours.
      for (int step = 0; step < 72; step++) {
        long now = T0 + step * 10L * MINUTE;
        Appender appender = db.appender();
        for (int i = 0; i < active; i++) {
          long ref = appender.series(pod(next + i));
          for (int scrape = 0; scrape < 5; scrape++) {
            appender.add(ref, now + scrape * 2L * MINUTE, i + step + scrape);
          }
        }
        assertThat(appender.commit().accepted()).isEqualTo(5 * active);
        db.maintain();
        next += active / 3;
        bytes[step / 12] = Math.max(bytes[step / 12], db.stats().headMemoryBytes());
        known[step / 12] = Math.max(known[step / 12], db.stats().knownSeries());
      }
      int all = next - active / 3 + active;
      System.out.printf(
          "churn: %d series in all, %d active; known %s, bytes %s%n",
          all, active, java.util.Arrays.toString(known), java.util.Arrays.toString(bytes));
      assertThat(known[5]).isLessThan(3L * active);
      assertThat(bytes[5]).isLessThanOrEqualTo(bytes[1] + bytes[1] / 10);
      assertThat(probe(db).select(T0, T0 + 24 * HOUR)).hasSize(all);
      db.compact();
      assertThat(probe(db).select(T0, T0 + 24 * HOUR)).hasSize(all);
    }
  }

  /** Many series, few names for them, so that numbers are used again and again; with restarts. */
  @Test
  void whateverComesAndGoesIsReadLikeTheModel() throws IOException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    Map<Labels, List<StoreProbe.BitPoint>> expected = new HashMap<>();
    Map<Integer, Long> refs = new HashMap<>();
    long now = T0;
    for (int restart = 0; restart < 3; restart++) {
      refs.clear();
      try (Tsdb db = Tsdb.open(directory, QUIET)) {
        Appender appender = db.appender();
        for (int step = 0; step < 40; step++) {
          now += random.nextInt(1, 8) * MINUTE;
          int first = random.nextInt(3000);
          for (int i = first; i < first + 400; i++) {
            long ref = refs.computeIfAbsent(i, number -> reference(appender, number));
            double value = random.nextInt(20) == 0 ? StaleMarker.VALUE : random.nextInt(100);
            appender.add(ref, now, value);
            expected
                .computeIfAbsent(pod(i), _ -> new ArrayList<>())
                .add(StoreProbe.point(now, value));
            if (random.nextInt(2000) == 0) {
              db.maintain();
            }
          }
          assertThat(appender.commit().accepted()).as("seed=%d", seed).isEqualTo(400);
          db.maintain();
          if (random.nextInt(30) == 0) {
            db.checkpoint();
          }
        }
        check(db, expected, "seed=%d restart %d before".formatted(seed, restart));
      }
      try (Tsdb db = Tsdb.open(directory, QUIET)) {
        assertThat(db.stats().problems()).as("seed=%d", seed).isEmpty();
        check(db, expected, "seed=%d restart %d after".formatted(seed, restart));
      }
    }
  }

  private static long reference(Appender appender, int number) {
    try {
      return appender.series(pod(number));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void check(
      Tsdb db, Map<Labels, List<StoreProbe.BitPoint>> expected, String context) throws IOException {
    Map<Labels, List<StoreProbe.ReadSample>> read =
        probe(db).select(Long.MIN_VALUE, Long.MAX_VALUE, LabelMatcher.equal("job", "web"));
    assertThat(read.keySet()).as(context).isEqualTo(expected.keySet());
    read.forEach(
        (labels, samples) ->
            assertThat(
                    samples.stream()
                        .map(s -> new StoreProbe.BitPoint(s.timestampMs(), s.bits()))
                        .toList())
                .as("%s %s", context, labels)
                .isEqualTo(expected.get(labels)));
    int some = 1234;
    assertThat(
            probe(db)
                .select(Long.MIN_VALUE, Long.MAX_VALUE, LabelMatcher.equal("pod", "pod-" + some)))
        .as(context)
        .hasSize(expected.containsKey(pod(some)) ? 1 : 0);
  }
}
