package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.testing.Seeds;
import io.hmsops.tsdb.testing.StoreProbe;
import io.hmsops.tsdb.testing.StoreProbe.BitPoint;
import io.hmsops.tsdb.testing.StoreProbe.ReadSample;
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

/** What a start finds of the series of the time before, and when a checkpoint makes it quick. */
class RestartTest {
  private static final long T0 = 1_700_006_400_000L; // a multiple of 2 h
  private static final LabelMatcher ALL =
      LabelMatcher.of(LabelMatcher.Type.NOT_EQUAL, "__name__", "");

  @TempDir Path directory = Path.of("set by JUnit");

  private static Options quiet(long checkpointBytes) {
    return Options.defaults().withMaintenance(Duration.ZERO, checkpointBytes, 64 << 20);
  }

  private static Labels series(int number) {
    return Labels.of(
        "__name__", "requests_total", "instance", "é" + number, "path", "/" + "x".repeat(number));
  }

  private static double value(Random random, int sample) {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextDouble();
      case 1 -> -0.0;
      case 2 -> Double.longBitsToDouble(0x7ff0_0000_0000_0002L);
      case 3 -> Double.longBitsToDouble(random.nextLong());
      default -> sample;
    };
  }

  /** Every other series counts in whole numbers; most chunks are stopped in the middle. */
  @Test
  void openChunksGoOnAfterEveryRestart() throws IOException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    int seriesCount = 40;
    long chunks = 0;
    Map<Labels, List<BitPoint>> written = new HashMap<>();
    for (int restart = 0; restart < 6; restart++) {
      try (Tsdb db = Tsdb.open(directory, quiet(64 << 20))) {
        assertThat(db.stats().problems()).as("seed=%d", seed).isEmpty();
        check(seed, restart, db, written);
        assertThat(db.stats().headChunks()).as("seed=%d", seed).isEqualTo(chunks);
        Appender appender = db.appender();
        for (int i = 0; i < seriesCount; i++) {
          Labels labels = series(i);
          List<BitPoint> points = written.computeIfAbsent(labels, _ -> new ArrayList<>());
          long ref = appender.series(labels);
          for (int left = random.nextInt(120); left > 0; left--) {
            long time = T0 + points.size() * 1000L + random.nextInt(i < 20 ? 1 : 900);
            double value = i % 2 == 0 ? points.size() : value(random, points.size());
            appender.add(ref, time, value);
            points.add(StoreProbe.point(time, value));
          }
        }
        assertThat(appender.commit().rejections()).as("seed=%d", seed).isEmpty();
        chunks = db.stats().headChunks();
        db.checkpoint();
        if (restart > 2) {
          // Some chunks have ended by themselves.
          assertThat(chunks).as("seed=%d", seed).isGreaterThan(seriesCount);
        }
      }
    }
  }

  private static void check(long seed, int restart, Tsdb db, Map<Labels, List<BitPoint>> written)
      throws IOException {
    Map<Labels, List<BitPoint>> read = new HashMap<>();
    for (Map.Entry<Labels, List<ReadSample>> found :
        new StoreProbe(db, db).select(Long.MIN_VALUE, Long.MAX_VALUE, ALL).entrySet()) {
      read.put(
          found.getKey(),
          found.getValue().stream().map(s -> new BitPoint(s.timestampMs(), s.bits())).toList());
    }
    Map<Labels, List<BitPoint>> expected = new HashMap<>(written);
    expected.values().removeIf(List::isEmpty);
    assertThat(read).as("seed=%d, restart %d", seed, restart).isEqualTo(expected);
  }

  @Test
  void aSampleThatIsSentAgainAfterARestartIsADuplicate() throws IOException {
    Labels labels = series(1);
    try (Tsdb db = Tsdb.open(directory, quiet(64 << 20))) {
      new StoreProbe(db, db).addFloats(labels, T0, 1, 2, 3);
      db.checkpoint();
    }
    try (Tsdb db = Tsdb.open(directory, quiet(64 << 20))) {
      assertThat(new StoreProbe(db, db).addFloats(labels, T0 + 2000, 3).rejections()).isEmpty();
      assertThat(new StoreProbe(db, db).addFloats(labels, T0 + 2000, 4).rejections()).hasSize(1);
      assertThat(new StoreProbe(db, db).addFloats(labels, T0 + 3000, 4).accepted()).isEqualTo(1);
    }
  }

  /** Five frames of a checkpoint: tables are made for all, and filled frame by frame. */
  @Test
  void seriesOfManyFramesAreFoundByTheirLabels() throws IOException {
    int count = 5_000;
    try (Tsdb db = Tsdb.open(directory, quiet(64 << 20))) {
      addSeries(db, 0, count);
      db.checkpoint();
    }
    try (Tsdb db = Tsdb.open(directory, quiet(64 << 20))) {
      assertThat(db.stats().problems()).isEmpty();
      assertThat(db.stats().knownSeries()).isEqualTo(count);
      assertThat(db.stats().labelValueCounts()).containsEntry("pod", count);
      // Sent again: known series, known samples.
      Appender appender = db.appender();
      for (int i = 0; i < count; i++) {
        appender.add(appender.series(pod(i)), T0, i);
      }
      assertThat(appender.commit().rejections()).isEmpty();
      assertThat(db.stats().knownSeries()).isEqualTo(count);
      assertThat(db.stats().samplesAppended()).isZero();
      addSeries(db, count, 10);
      assertThat(db.stats().knownSeries()).isEqualTo(count + 10);
      for (int i = 0; i < count; i += 371) {
        LabelMatcher pod = LabelMatcher.equal("pod", "pod-" + i);
        assertThat(new StoreProbe(db, db).select(T0, T0, pod)).containsOnlyKeys(pod(i));
      }
    }
  }

  @Test
  void manyNewSeriesMakeACheckpointDue() throws IOException {
    try (Tsdb db = Tsdb.open(directory, quiet(1 << 20))) {
      addSeries(db, 0, 1_000);
      db.maintain();
      assertThat(db.stats().checkpoints()).isZero();
      assertThat(db.stats().walBytes()).isLessThan(1 << 17);
      addSeries(db, 1_000, 4_000);
      db.maintain();
      assertThat(db.stats().walBytes()).isLessThan(1 << 19);
      assertThat(db.stats().checkpoints()).isEqualTo(1);
      db.maintain();
      assertThat(db.stats().checkpoints()).isEqualTo(1);
    }
  }

  /** What a start has read of the log counts as well, or many crashes would make it ever longer. */
  @Test
  void theLogThatAStartHasReadCountsForTheNextCheckpoint() throws IOException {
    try (Tsdb db = Tsdb.open(directory, quiet(1 << 20))) {
      addSeries(db, 0, 3_000);
      db.maintain();
      assertThat(db.stats().checkpoints()).isZero();
    }
    try (Tsdb db = Tsdb.open(directory, quiet(1 << 20))) {
      addSeries(db, 3_000, 2_000);
      db.maintain();
      assertThat(db.stats().checkpoints()).isEqualTo(1);
    }
  }

  private static Labels pod(int number) {
    return Labels.of("__name__", "requests_total", "pod", "pod-" + number);
  }

  private static void addSeries(Tsdb db, int from, int count) throws IOException {
    Appender appender = db.appender();
    for (int i = from; i < from + count; i++) {
      long ref = appender.series(pod(i));
      appender.add(ref, T0, i);
    }
    assertThat(appender.commit().accepted()).isEqualTo(count);
  }
}
