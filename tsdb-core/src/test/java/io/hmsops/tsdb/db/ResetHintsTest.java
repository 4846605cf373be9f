package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.testing.Histograms;
import io.hmsops.tsdb.testing.StoreProbe;
import io.hmsops.tsdb.tool.prometheus.PrometheusExport;
import io.hmsops.tsdb.tool.prometheus.PrometheusImport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a writer said of a counter reset is read on every way that a histogram may take. */
final class ResetHintsTest {
  private static final long T0 = 1_700_006_400_000L; // a multiple of 2 h
  private static final long STEP = 60_000;
  private static final Labels SERIES = Labels.of("__name__", "native");
  private static final Options OPTIONS =
      Options.defaults().withMaintenance(Duration.ZERO, 1 << 20, 64 << 20).toBuilder()
          .retention(Duration.ofDays(36_500))
          .outOfOrderWindow(Duration.ofHours(5))
          .build();

  private static final CounterResetHint UNKNOWN = CounterResetHint.UNKNOWN;
  private static final CounterResetHint NOT_RESET = CounterResetHint.NOT_RESET;
  private static final CounterResetHint RESET = CounterResetHint.RESET;
  private static final CounterResetHint GAUGE = CounterResetHint.GAUGE;

  /** Nothing ever falls: only the writer knows of these resets. */
  private static final List<CounterResetHint> WRITTEN =
      List.of(UNKNOWN, NOT_RESET, RESET, RESET, UNKNOWN, GAUGE, UNKNOWN, RESET, NOT_RESET);

  private static final List<CounterResetHint> READ =
      List.of(UNKNOWN, NOT_RESET, RESET, RESET, NOT_RESET, GAUGE, UNKNOWN, RESET, NOT_RESET);

  @TempDir Path temporary = Path.of("set by JUnit");

  private static long time(int i) {
    // In two ranges of blocks: that of the gauge begins the second.
    return T0 + 115 * STEP + i * STEP;
  }

  private static Histogram histogram(int i, CounterResetHint hint) {
    return Histograms.of(hint, 5 + i, 2 * i);
  }

  private static void append(Tsdb db, int i) throws IOException {
    Appender appender = db.appender();
    appender.add(appender.series(SERIES), time(i), histogram(i, WRITTEN.get(i)));
    assertThat(appender.commit().accepted()).isEqualTo(1);
  }

  private static void fill(Tsdb db) throws IOException {
    for (int i = 0; i < WRITTEN.size(); i++) {
      append(db, i);
    }
  }

  private static List<CounterResetHint> hints(Tsdb db) throws IOException {
    return new StoreProbe(db, db)
        .histograms(Long.MIN_VALUE, Long.MAX_VALUE, SERIES).stream()
            .map(Histogram::resetHint)
            .toList();
  }

  private Path data() {
    return temporary.resolve("data");
  }

  private static Tsdb open(Path directory) throws IOException {
    return Tsdb.open(directory, OPTIONS);
  }

  @Test
  void theHeadItsLogAndItsCheckpointHaveWhatWasWritten() throws IOException {
    try (Tsdb db = open(data())) {
      fill(db);
      assertThat(hints(db)).isEqualTo(READ);
    }
    try (Tsdb db = open(data())) {
      assertThat(hints(db)).as("log").isEqualTo(READ);
      db.checkpoint();
    }
    try (Tsdb db = open(data())) {
      assertThat(hints(db)).as("checkpoint").isEqualTo(READ);
    }
  }

  @Test
  void blocksHaveIt() throws IOException {
    try (Tsdb db = open(data())) {
      fill(db);
      db.compact();
      assertThat(db.stats().headChunks()).isZero();
      assertThat(hints(db)).isEqualTo(READ);
      db.delete(List.of(List.of(LabelMatcher.equal("no", "such"))), T0, T0 + STEP);
      db.compact();
      assertThat(hints(db)).as("compacted twice").isEqualTo(READ);
      db.snapshot(temporary.resolve("copy"));
    }
    try (Tsdb db = open(temporary.resolve("copy"))) {
      assertThat(hints(db)).as("snapshot").isEqualTo(READ);
    }
  }

  @Test
  void samplesThatComeLateAreMergedAndTakeNothingFromIt() throws IOException {
    try (Tsdb db = open(data())) {
      for (int i = 0; i < WRITTEN.size(); i += 2) {
        append(db, i);
      }
      for (int i = 1; i < WRITTEN.size(); i += 2) {
        append(db, i);
      }
      check("head", hints(db), READ);
      db.compact();
      check("blocks", hints(db), READ);
    }
    try (Tsdb db = open(temporary.resolve("merged"))) {
      append(db, 0);
      append(db, 8);
      db.compact();
      for (int i = 1; i < 8; i++) {
        append(db, i);
      }
      check("beside blocks", hints(db), READ);
      db.compact();
      check("merged blocks", hints(db), READ);
    }
  }

  /** Resets and gauges are as they were written; that there was no reset may be unknown. */
  private static void check(
      String context, List<CounterResetHint> found, List<CounterResetHint> expected) {
    assertThat(found).as(context).hasSameSizeAs(expected);
    for (int i = 0; i < found.size(); i++) {
      boolean merelyUnknown = expected.get(i) == NOT_RESET && found.get(i) == UNKNOWN;
      if (!merelyUnknown) {
        assertThat(found.get(i)).as("%s: histogram %d", context, i).isEqualTo(expected.get(i));
      }
    }
  }

  @Test
  void whatFollowsADeletedResetIsTheResetThen() throws IOException {
    List<CounterResetHint> left = new ArrayList<>(READ);
    left.remove(3);
    // Number 4 stood behind number 3, which had started anew.
    left.set(3, RESET);
    try (Tsdb db = open(data())) {
      fill(db);
      db.delete(List.of(List.of(LabelMatcher.equal("__name__", "native"))), time(3), time(3));
      assertThat(hints(db)).as("head").isEqualTo(left);
      db.compact();
      assertThat(hints(db)).as("blocks").isEqualTo(left);
    }
    try (Tsdb db = open(temporary.resolve("blocks"))) {
      fill(db);
      db.compact();
      db.delete(List.of(List.of(LabelMatcher.equal("__name__", "native"))), time(3), time(3));
      assertThat(hints(db)).as("tombstones").isEqualTo(left);
      db.cleanTombstones();
      assertThat(hints(db)).as("cleaned").isEqualTo(left);
    }
  }

  @Test
  void nothingIsSaidOfAResetThatADeletionHides() throws IOException {
    List<Histogram> written =
        List.of(Histograms.of(UNKNOWN, 100), Histograms.of(UNKNOWN, 5), Histograms.of(UNKNOWN, 6));
    for (boolean block : new boolean[] {false, true}) {
      try (Tsdb db = open(temporary.resolve("block " + block))) {
        Appender appender = db.appender();
        long ref = appender.series(SERIES);
        for (int i = 0; i < written.size(); i++) {
          appender.add(ref, T0 + i, written.get(i));
        }
        assertThat(appender.commit().accepted()).isEqualTo(3);
        if (block) {
          db.compact();
        }
        db.delete(List.of(List.of(LabelMatcher.equal("__name__", "native"))), T0 + 1, T0 + 1);
        assertThat(hints(db)).as("block: %s", block).containsExactly(UNKNOWN, UNKNOWN);
      }
    }
  }

  @Test
  void markersOfStalenessSayNothing() throws IOException {
    List<CounterResetHint> expected = List.of(UNKNOWN, UNKNOWN, UNKNOWN, GAUGE, UNKNOWN, UNKNOWN);
    try (Tsdb db = open(data())) {
      Appender appender = db.appender();
      long ref = appender.series(SERIES);
      appender.add(ref, T0, histogram(0, UNKNOWN));
      appender.add(ref, T0 + 1, Histogram.STALE);
      appender.add(ref, T0 + 2, Histogram.STALE.withResetHint(RESET));
      appender.add(ref, T0 + 3, histogram(0, GAUGE));
      appender.add(ref, T0 + 4, Histogram.STALE.withResetHint(GAUGE));
      appender.add(ref, T0 + 5, histogram(1, UNKNOWN));
      assertThat(appender.commit().accepted()).isEqualTo(6);
      assertThat(hints(db)).as("head").isEqualTo(expected);
      db.checkpoint();
    }
    try (Tsdb db = open(data())) {
      assertThat(hints(db)).as("checkpoint").isEqualTo(expected);
      db.compact();
      assertThat(hints(db)).as("blocks").isEqualTo(expected);
    }
  }

  @Test
  void exportsAndImportsCarryIt() throws IOException {
    Path exported = temporary.resolve("exported");
    try (Tsdb db = open(data())) {
      fill(db);
      var plan =
          new PrometheusExport.Plan(
              Long.MIN_VALUE, Long.MAX_VALUE, Duration.ofHours(2), false, new Random(1));
      assertThat(PrometheusExport.of(db, exported, plan, _ -> {}).samples())
          .isEqualTo(WRITTEN.size());
    }
    Path back = temporary.resolve("back");
    assertThat(PrometheusImport.of(exported, back, OPTIONS, false, _ -> {}).damages()).isEmpty();
    try (Tsdb db = open(back)) {
      assertThat(hints(db)).isEqualTo(READ);
      db.compact();
      assertThat(hints(db)).as("compacted").isEqualTo(READ);
    }
    try (Stream<Path> blocks = Files.list(back.resolve("blocks"))) {
      assertThat(blocks.count()).isPositive();
    }
  }
}
