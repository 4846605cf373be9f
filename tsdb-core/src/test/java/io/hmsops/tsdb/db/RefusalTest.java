package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.CommitResult;
import io.hmsops.tsdb.storage.CommitResult.Reason;
import io.hmsops.tsdb.storage.CommitResult.Rejection;
import io.hmsops.tsdb.storage.LockedException;
import io.hmsops.tsdb.testing.StoreProbe;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused, and what must not be. */
class RefusalTest {
  private static final long T0 = 1_700_006_400_000L;
  private static final long MINUTE = 60_000;
  private static final Labels LABELS = Labels.of("__name__", "test");

  @TempDir Path directory = Path.of("set by JUnit");

  private long nowMs = T0;

  private Options options() {
    return Options.defaults()
        .withRetention(Duration.ofHours(12))
        .withMaintenance(Duration.ZERO, 64 << 20, 64 << 20)
        .withClock(() -> Instant.ofEpochMilli(nowMs));
  }

  @Test
  void everyRefusalHasItsPositionAndItsReasonAndTheOthersAreStored() throws IOException {
    try (Tsdb db = Tsdb.open(directory, options())) {
      Appender appender = db.appender();
      long ref = appender.series(LABELS);
      appender.add(ref, T0, 1);
      appender.commit();
      appender.add(ref, T0 + 1, 2); // 0: good
      appender.add(ref, T0 - 31 * MINUTE, 3); // 1: behind the window
      appender.add(ref, T0 - 29 * MINUTE, 4); // 2: late and good
      appender.add(ref, T0, 1); // 3: the same again
      appender.add(ref, T0, 9); // 4: something else
      appender.add(ref, T0 - 13 * 60 * MINUTE, 5); // 5: older than all that is kept
      appender.add(ref, T0 + 10 * MINUTE + 1, 6); // 6: ahead of the clock
      appender.add(ref, T0 + 10 * MINUTE, 7); // 7: good
      CommitResult result = appender.commit();
      assertThat(result.accepted()).isEqualTo(3);
      assertThat(result.duplicates()).isEqualTo(1);
      assertThat(result.rejections()).extracting(Rejection::position).containsExactly(1, 4, 5, 6);
      assertThat(result.rejections())
          .extracting(Rejection::reason)
          .containsExactly(
              Reason.OUT_OF_ORDER,
              Reason.DUPLICATE_TIMESTAMP,
              Reason.TOO_OLD,
              Reason.TOO_FAR_IN_FUTURE);
      assertThat(result.rejections())
          .allMatch(rejection -> rejection.message().startsWith("{__name__=\"test\"} at "));
      assertThat(new StoreProbe(db, db).floats(Long.MIN_VALUE, Long.MAX_VALUE, LABELS))
          .containsExactly(
              StoreProbe.point(T0 - 29 * MINUTE, 4),
              StoreProbe.point(T0, 1),
              StoreProbe.point(T0 + 1, 2),
              StoreProbe.point(T0 + 10 * MINUTE, 7));
    }
  }

  /** Whatever the order within the batch; and no value changes later. */
  @Test
  void aBatchIsHeldAgainstItself() throws IOException {
    try (Tsdb db = Tsdb.open(directory, options())) {
      Appender appender = db.appender();
      long ref = appender.series(LABELS);
      long other = appender.series(Labels.of("__name__", "other"));
      appender.add(ref, T0 - 5, 1); // 0: good
      appender.add(ref, T0, 2); // 1: good
      appender.add(other, T0 - 5, 3); // 2: another series
      appender.add(ref, T0 - 5, 3); // 3: something else
      appender.add(ref, T0 - 5, 1); // 4: the same again
      appender.add(ref, T0 - 7, 4); // 5: late and good
      appender.add(ref, T0 - 7, 5); // 6: something else
      appender.add(ref, T0, 2); // 7: the same again
      appender.add(ref, T0 + 3, 6); // 8: good
      appender.add(ref, T0, 7); // 9: something else
      CommitResult result = appender.commit();
      assertThat(result.accepted()).isEqualTo(5);
      assertThat(result.duplicates()).isEqualTo(2);
      assertThat(result.rejections()).extracting(Rejection::position).containsExactly(3, 6, 9);
      appender.add(ref, T0 - 6, 8);
      appender.commit();
      db.compact();
      assertThat(new StoreProbe(db, db).floats(Long.MIN_VALUE, Long.MAX_VALUE, LABELS))
          .containsExactly(
              StoreProbe.point(T0 - 7, 4),
              StoreProbe.point(T0 - 6, 8),
              StoreProbe.point(T0 - 5, 1),
              StoreProbe.point(T0, 2),
              StoreProbe.point(T0 + 3, 6));
    }
  }

  @Test
  @SuppressWarnings("NullAway") // The point.
  void nothingIsNoSample() throws IOException {
    try (Tsdb db = Tsdb.open(directory, options())) {
      Appender appender = db.appender();
      long ref = appender.series(LABELS);
      assertThatThrownBy(() -> appender.add(ref, T0, (Histogram) null))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("histogram");
      assertThatThrownBy(() -> appender.add(ref, (Exemplar) null))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("exemplar");
      assertThatThrownBy(() -> appender.metadata("test", null))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("metadata");
      assertThat(appender.size()).isZero();
      appender.add(ref, T0, 1);
      assertThat(appender.commit().accepted()).isEqualTo(1);
    }
  }

  /** The sender's clock is right; ours is set by an hour, and back. */
  @Test
  void aClockThatIsSetLosesNothing() throws IOException {
    long time = T0;
    int expected = 0;
    for (long offset : new long[] {0, 60 * MINUTE, 0, -60 * MINUTE, 0}) {
      try (Tsdb db = Tsdb.open(directory, options())) {
        for (int sample = 0; sample < 100; sample++) {
          // Set while it is open, and over a restart.
          nowMs = time + (sample < 50 ? 0 : offset);
          Appender appender = db.appender();
          appender.add(appender.series(LABELS), time, sample);
          CommitResult result = appender.commit();
          assertThat(result.rejections()).as("offset %d, sample %d", offset, sample).isEmpty();
          expected++;
          time += 15_000;
        }
        nowMs = time + offset;
        db.maintain();
      }
      try (Tsdb db = Tsdb.open(directory, options())) {
        Appender appender = db.appender();
        appender.add(appender.series(LABELS), time, -1);
        assertThat(appender.commit().rejections()).as("after a restart, %d", offset).isEmpty();
        expected++;
        time += 15_000;
        assertThat(new StoreProbe(db, db).floats(Long.MIN_VALUE, Long.MAX_VALUE, LABELS))
            .hasSize(expected);
      }
    }
  }

  /**
   * The sender stamps with the clock that is set, as a scraper in this process does; by some
   * seconds more than an hour, so that no two samples have the same timestamp.
   */
  @Test
  void whatIsStampedByAClockThatIsSetIsTaken() throws IOException {
    for (long[] offsets : new long[][] {{0, 1, 0, 0}, {0, -1, -1, 0}, {0, -1, 0, 1, 0}, {1, 0}}) {
      for (boolean restart : new boolean[] {false, true}) {
        String context = Arrays.toString(offsets) + (restart ? " with restarts" : "");
        Path home = directory.resolve(context);
        long time = T0;
        int expected = 0;
        nowMs = time + offsets[0] * (60 * MINUTE + 7000);
        Tsdb db = Tsdb.open(home, options());
        for (long offset : offsets) {
          for (int sample = 0; sample < 150; sample++) {
            nowMs = time + offset * (60 * MINUTE + 7000);
            if (restart && sample == 0) {
              db.close();
              db = Tsdb.open(home, options());
            }
            Appender appender = db.appender();
            appender.add(appender.series(LABELS), nowMs, sample);
            assertThat(appender.commit().accepted()).as("%s, sample %d", context, sample).isOne();
            expected++;
            time += 15_000;
          }
          db.maintain();
        }
        assertThat(new StoreProbe(db, db).floats(Long.MIN_VALUE, Long.MAX_VALUE, LABELS))
            .as(context)
            .hasSize(expected);
        db.close();
      }
    }
  }

  /** As long as the clock is behind what it has said, and by that much, at most two hours. */
  @Test
  void theWindowIsWiderOnlyWhileTheClockIsSetBack() throws IOException {
    try (Tsdb db = Tsdb.open(directory, options())) {
      Appender appender = db.appender();
      long ref = appender.series(LABELS);
      appender.add(ref, T0, 0);
      appender.commit();
      for (long backMs : new long[] {0, 20 * MINUTE, 120 * MINUTE, 180 * MINUTE, 1000, 0}) {
        nowMs = T0 - backMs;
        long oldestMs = T0 - 30 * MINUTE - Math.min(backMs, 120 * MINUTE);
        appender.add(ref, oldestMs - 1, (double) backMs);
        CommitResult result = appender.commit();
        assertThat(result.rejections())
            .as("set back by %d", backMs)
            .singleElement()
            .satisfies(
                rejection -> {
                  assertThat(rejection.reason()).isEqualTo(Reason.OUT_OF_ORDER);
                  assertThat(rejection.message()).contains("at least " + oldestMs);
                });
      }
    }
  }

  @Test
  void aSecondProcessIsRefusedWithThePidOfTheFirst() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                CrashAppender.class.getName(),
                directory.toString(),
                "0",
                "0",
                "0",
                "0")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader ledger = process.inputReader(StandardCharsets.US_ASCII)) {
      assertThat(ledger.readLine()).as("it has the directory").isNotEmpty();
      assertThatThrownBy(() -> Tsdb.open(directory, CrashAppender.options()))
          .isInstanceOf(LockedException.class)
          .hasMessageContaining(Long.toString(process.pid()));
      process.toHandle().destroyForcibly();
      while (ledger.readLine() != null) {
        // Until it has ended.
      }
    } finally {
      process.destroyForcibly();
      process.waitFor();
    }
    Tsdb.open(directory, CrashAppender.options()).close();
  }
}
