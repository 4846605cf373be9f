package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.CommitResult;
import io.hmsops.tsdb.testing.HastyDisk;
import io.hmsops.tsdb.testing.Histograms;
import io.hmsops.tsdb.testing.MemoryStore;
import io.hmsops.tsdb.testing.Seeds;
import io.hmsops.tsdb.testing.StoreProbe;
import io.hmsops.tsdb.testing.StoreProbe.ReadSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is deleted can be written again, wherever it was stored, and nothing that is written later
 * is deleted: random lives against the naive model.
 */
final class DeletedAgainTest {
  private static final long T0 = 1_700_006_400_000L;
  private static final long STEP_MS = 500;
  private static final int SERIES = 6;
  private static final int LIFE = 200;
  private static final Duration FOREVER = Duration.ofMillis(Long.MAX_VALUE);

  @TempDir private Path directory;

  private static Options options() {
    return Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20).toBuilder()
        .blockRange(Duration.ofSeconds(10))
        .durability(Durability.OS)
        .retention(FOREVER)
        .outOfOrderWindow(FOREVER)
        .seriesIdle(Duration.ofSeconds(30))
        .build();
  }

  private static Labels labels(int series) {
    return Labels.of("__name__", "m" + series % 3, "series", "s" + series);
  }

  /** Series 0 to 2 are floats, 3 and 4 have histograms as well, 5 has start timestamps. */
  private static void add(Appender appender, int series, long timeMs, int value)
      throws IOException {
    long ref = appender.series(labels(series));
    if ((series == 3 || series == 4) && value == 1) {
      appender.add(ref, timeMs, Histograms.of(CounterResetHint.GAUGE, series, 3));
      return;
    }
    appender.add(ref, timeMs, value);
    if (series == 5 && value == 2) {
      appender.startTimestamp(T0 - 1);
    }
  }

  private final class Life {
    private final Random random;
    private final String context;
    private final MemoryStore memory = new MemoryStore(FOREVER);
    private Path home;
    private Tsdb db;
    private long nowMs = T0;
    private int copies;

    Life(long seed) throws IOException {
      this.random = new Random(seed);
      this.context = "seed=" + seed;
      this.home = directory.resolve("life-" + seed);
      this.db = Tsdb.open(new HastyDisk(), home, options());
    }

    private long someTime() {
      // Often the newest there are.
      long back = random.nextInt(3) == 0 ? random.nextInt(60) : random.nextInt(4);
      return nowMs - back * STEP_MS;
    }

    private String append() throws IOException {
      Appender engine = db.appender();
      Appender model = memory.appender();
      int count = 1 + random.nextInt(4);
      for (int i = 0; i < count; i++) {
        int series = random.nextInt(SERIES);
        long timeMs = someTime();
        int value = random.nextInt(3);
        add(engine, series, timeMs, value);
        add(model, series, timeMs, value);
      }
      CommitResult found = engine.commit();
      CommitResult expected = model.commit();
      assertThat(List.of(found.accepted(), found.duplicates()))
          .as("%s: accepted and duplicates: %s", context, found)
          .isEqualTo(List.of(expected.accepted(), expected.duplicates()));
      return "append";
    }

    private String delete() throws IOException {
      long fromMs = someTime();
      long toMs = random.nextInt(4) == 0 ? Long.MAX_VALUE : fromMs + random.nextInt(6) * STEP_MS;
      LabelMatcher matcher =
          random.nextBoolean()
              ? LabelMatcher.equal("series", "s" + random.nextInt(SERIES))
              : LabelMatcher.equal("__name__", "m" + random.nextInt(3));
      db.delete(List.of(List.of(matcher)), fromMs, toMs);
      memory.delete(List.of(matcher), fromMs, toMs);
      return "delete";
    }

    private String reopen() throws IOException {
      db.close();
      db = Tsdb.open(new HastyDisk(), home, options());
      return "reopen";
    }

    /** As if the process had been killed: what is open is copied, and the copy opened. */
    private String kill() throws IOException {
      Path copy = directory.resolve(home.getFileName() + "-" + copies++);
      Disks.copy(home, copy);
      db.close();
      Disks.delete(home);
      home = copy;
      db = Tsdb.open(new HastyDisk(), home, options());
      return "kill";
    }

    private String step() throws IOException {
      return switch (random.nextInt(20)) {
        case 0 -> {
          db.maintain();
          yield "maintain";
        }
        case 1 -> {
          db.compact();
          yield "compact";
        }
        case 2 -> {
          db.checkpoint();
          yield "checkpoint";
        }
        case 3 -> {
          db.cleanTombstones();
          yield "clean";
        }
        case 4 -> reopen();
        case 5 -> kill();
        case 6, 7, 8, 9 -> delete();
        default -> append();
      };
    }

    void live() throws IOException {
      List<String> steps = new ArrayList<>();
      for (int i = 0; i < LIFE; i++) {
        // Seldom, so that deletions meet the newest samples.
        nowMs += random.nextInt(5) == 0 ? random.nextInt(8) * STEP_MS : 0;
        try {
          steps.add(step());
          assertThat(read(new StoreProbe(db, db)))
              .as("%s", context)
              .isEqualTo(read(new StoreProbe(memory, memory)));
        } catch (AssertionError e) {
          throw new AssertionError(
              "%s step %d: %s".formatted(context, i, steps.subList(Math.max(0, i - 12), i)), e);
        }
      }
      assertThat(db.stats().problems()).as(context).isEmpty();
      db.close();
      Disks.delete(home);
    }
  }

  private static Map<Labels, List<ReadSample>> read(StoreProbe store) throws IOException {
    return store.select(Long.MIN_VALUE, Long.MAX_VALUE);
  }

  @Test
  void whatIsWrittenAfterADeletionStaysWhateverHappens() throws IOException {
    long first = Seeds.next();
    System.out.printf("DeletedAgainTest: -Dseed=%d%n", first);
    for (int i = 0; i < 8; i++) {
      new Life(first + i).live();
    }
  }

  /** What happens between the appending, the deletion and the second appending. */
  private enum Between {
    NOTHING,
    COMPACT,
    CHECKPOINT,
    REOPEN,
    COMPACT_AND_REOPEN,
    KILL;

    Tsdb on(Tsdb db, Path home) throws IOException {
      if (this == COMPACT || this == COMPACT_AND_REOPEN) {
        db.compact();
      }
      if (this == CHECKPOINT) {
        db.checkpoint();
      }
      if (this == REOPEN || this == COMPACT_AND_REOPEN) {
        db.close();
        return Tsdb.open(new HastyDisk(), home, options());
      }
      if (this == KILL) {
        Path copy = home.resolveSibling("killed");
        Disks.copy(home, copy);
        db.close();
        Disks.delete(home);
        Files.move(copy, home);
        return Tsdb.open(new HastyDisk(), home, options());
      }
      return db;
    }
  }

  private static CommitResult commit(Tsdb db, long timeMs, double value, Histogram histogram)
      throws IOException {
    Appender appender = db.appender();
    long float0 = appender.series(labels(0));
    appender.add(float0, timeMs, value);
    appender.add(appender.series(labels(3)), timeMs, histogram);
    return appender.commit();
  }

  @Test
  void theNewestSampleIsWrittenAgainWithAnyValueWhereverItWas() throws IOException {
    Histogram first = Histograms.of(CounterResetHint.GAUGE, 1, 3);
    Histogram other = Histograms.of(CounterResetHint.GAUGE, 2, 3);
    for (Between before : Between.values()) {
      for (Between after : Between.values()) {
        for (Histogram again : List.of(first, other)) {
          double value = again.equals(first) ? 4 : 44;
          String context = "%s, deletion, %s, %s again".formatted(before, after, value);
          Path home = directory.resolve("home");
          Tsdb db = Tsdb.open(new HastyDisk(), home, options());
          commit(db, T0 - 1, 1, first);
          commit(db, T0, 4, first);
          db = before.on(db, home);
          db.delete(List.of(List.of()), T0, T0);
          db = after.on(db, home);
          assertThat(commit(db, T0, value, again))
              .as(context)
              .isEqualTo(new CommitResult(2, 0, List.of()));
          StoreProbe probe = new StoreProbe(db, db);
          assertThat(probe.floats(T0, T0, labels(0)))
              .as(context)
              .containsExactly(StoreProbe.point(T0, value));
          assertThat(probe.histograms(T0, T0, labels(3))).as(context).containsExactly(again);
          assertThat(commit(db, T0, value, again).duplicates()).as(context).isEqualTo(2);
          db.close();
          Disks.delete(home);
        }
      }
    }
  }
}
