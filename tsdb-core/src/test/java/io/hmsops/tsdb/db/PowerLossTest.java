package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.OutOfSpaceException;
import io.hmsops.tsdb.storage.ReadOnlyException;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.testing.CrashDisk;
import io.hmsops.tsdb.testing.CrashDisk.Loss;
import io.hmsops.tsdb.testing.CrashDisk.Operation;
import io.hmsops.tsdb.testing.Seeds;
import io.hmsops.tsdb.testing.StoreProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The machine stops, or the disk fails, at every step of a life with appends, cuts, checkpoints,
 * compactions and deletions.
 */
final class PowerLossTest {
  private static final long T0 = 1_700_006_400_000L;
  private static final int SERIES = 5;
  private static final int BATCHES = 120;
  private static final long STEP_MS = 20_000;

  @TempDir private Path directory;

  private static Options options(Durability durability) {
    return Options.defaults()
        .withBlockRange(Duration.ofMinutes(5))
        .withDurability(durability)
        .withMaintenance(Duration.ZERO, 2048, 1024);
  }

  private static Labels labels(int series) {
    return Labels.of("__name__", "s" + series);
  }

  /** What the workload has been told. */
  private static final class Told {
    private final Set<Integer> acknowledged = new TreeSet<>();
    private final Set<Integer> forced = new TreeSet<>();
    private final Set<Integer> begun = new TreeSet<>();

    /** Batches whose samples of the series of deletions are deleted for sure. */
    private final Set<Integer> deleted = new HashSet<>();

    private final Set<Integer> beingDeleted = new HashSet<>();

    /** Whether something was promised that the next step must find kept. */
    private boolean toBeChecked;
  }

  private static void append(Tsdb db, int batch, Told told) throws IOException {
    Appender appender = db.appender();
    // Every 8th batch is late.
    long time = T0 + batch * STEP_MS - (batch % 8 == 7 ? 5 * STEP_MS + 1000 : 0);
    for (int i = 0; i < SERIES; i++) {
      long ref = appender.series(labels(i));
      appender.add(ref, time, batch);
      if (batch % 10 == 0) {
        appender.add(ref, new Exemplar(Labels.of("id", "e" + batch), batch, time));
      }
    }
    told.begun.add(batch);
    assertThat(appender.commit().accepted()).isEqualTo(SERIES);
    told.acknowledged.add(batch);
  }

  private static void step(Tsdb db, int batch, Told told) throws IOException {
    append(db, batch, told);
    if (batch % 15 == 14) {
      Set<Integer> ofNow = new TreeSet<>(told.acknowledged);
      db.force();
      told.forced.addAll(ofNow);
    }
    if (batch % 20 == 19) {
      db.maintain();
    }
    if (batch == 50 || batch == 100) {
      db.compact();
    }
    if (batch == 30 || batch == 70) {
      // Series 4 loses the ten batches before these.
      for (int gone = batch - 10; gone < batch; gone++) {
        if (gone % 8 != 7) {
          told.beingDeleted.add(gone);
        }
      }
      db.delete(
          List.of(List.of(LabelMatcher.equal("__name__", "s4"))),
          T0 + (batch - 10) * STEP_MS,
          T0 + (batch - 1) * STEP_MS);
      told.deleted.addAll(told.beingDeleted);
      told.toBeChecked = true;
    }
  }

  /** Opens what is left and holds it against what was promised. */
  private static void check(String context, Path left, Set<Integer> promised, Told told)
      throws IOException {
    Set<Integer> before = null;
    for (int opening = 0; opening < 2; opening++) {
      try (Tsdb db = Tsdb.open(left, options(Durability.OS))) {
        StoreProbe probe = new StoreProbe(db, db);
        Set<Integer> there = batches(probe, 0);
        assertThat(there).as("%s: promised", context).containsAll(promised);
        assertThat(told.begun).as("%s: never written", context).containsAll(there);
        for (int i = 1; i < SERIES - 1; i++) {
          assertThat(batches(probe, i)).as("%s: whole batches", context).isEqualTo(there);
        }
        Set<Integer> ofLast = batches(probe, SERIES - 1);
        // Deletions that lie between can have taken late samples as well: only in their range.
        for (int batch : there) {
          if (!told.beingDeleted.contains(batch) && !isLateInDeletion(batch)) {
            assertThat(ofLast).as("%s: batch %d", context, batch).contains(batch);
          }
        }
        assertThat(ofLast)
            .as("%s: deleted", context)
            .doesNotContainAnyElementsOf(told.deleted);
        if (before != null) {
          assertThat(there).as("%s: opened twice", context).isEqualTo(before);
        }
        before = there;
        if (opening == 1) {
          append(db, 1_000, new Told());
        }
      } catch (TsdbException e) {
        fail(context + ": does not open", e);
      }
    }
  }

  private static boolean isLateInDeletion(int batch) {
    return batch % 8 == 7;
  }

  private static Set<Integer> batches(StoreProbe probe, int series) throws IOException {
    Set<Integer> found = new TreeSet<>();
    for (StoreProbe.BitPoint point : probe.floats(Long.MIN_VALUE, Long.MAX_VALUE, labels(series))) {
      int batch = (int) Double.longBitsToDouble(point.bits());
      assertThat(found.add(batch)).as("batch %d twice", batch).isTrue();
    }
    return found;
  }

  private void crashEverywhere(Durability durability, int every) throws IOException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    Path home = Files.createDirectory(directory.resolve("home"));
    CrashDisk disk = new CrashDisk(home);
    Told told = new Told();
    int[] count = {0};
    int[] checked = {0};
    boolean[] stopped = {false};
    disk.observe(
        (operation, path) -> {
          count[0]++;
          if (stopped[0] || (random.nextInt(every) != 0 && !told.toBeChecked)) {
            return;
          }
          told.toBeChecked = false;
          for (Loss loss : Loss.values()) {
            Path left = directory.resolve("left-%d-%s".formatted(count[0], loss));
            disk.leave(left, loss, random);
            Set<Integer> promised =
                switch (loss) {
                  case NOTHING -> told.acknowledged;
                  case UNFORCED, SOME ->
                      durability == Durability.BATCH ? told.acknowledged : told.forced;
                };
            check(
                "seed=%d step %d before %s of %s, %s"
                    .formatted(seed, count[0], operation, home.relativize(path), loss),
                left.resolve("db"),
                promised,
                told);
            checked[0]++;
            Disks.delete(left);
          }
        });
    try (Tsdb db = Tsdb.open(disk, home.resolve("db"), options(durability))) {
      for (int batch = 0; batch < BATCHES; batch++) {
        step(db, batch, told);
      }
      stopped[0] = true;
      Set<Integer> ofLast = batches(new StoreProbe(db, db), SERIES - 1);
      assertThat(ofLast).doesNotContainAnyElementsOf(told.deleted);
    }
    System.out.printf(
        "PowerLossTest: seed=%d %s, %d steps, %d states opened%n",
        seed, durability, count[0], checked[0]);
    assertThat(checked[0]).isPositive();
  }

  @Test
  void atSomeStepsWhatWasForcedIsThere() throws IOException {
    crashEverywhere(Durability.OS, 12);
  }

  @Test
  void atSomeStepsWhatWasAcknowledgedAfterAForceIsThere() throws IOException {
    crashEverywhere(Durability.BATCH, 12);
  }

  @Test
  @Tag("slow")
  void atEveryStepWhatWasForcedIsThere() throws IOException {
    crashEverywhere(Durability.OS, 1);
  }

  @Test
  @Tag("slow")
  void atEveryStepWhatWasAcknowledgedAfterAForceIsThere() throws IOException {
    crashEverywhere(Durability.BATCH, 1);
  }

  /** A disk that fails once, at one step; for each step of the workload. */
  private void failEverywhere(String message, int every) throws IOException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    int failAt = 1 + random.nextInt(every);
    int failures = 0;
    while (true) {
      Path home = Files.createDirectory(directory.resolve("home-" + failAt));
      CrashDisk disk = new CrashDisk(home);
      Told told = new Told();
      int[] count = {0};
      int at = failAt;
      boolean[] forceFailed = {false};
      String[] where = {""};
      disk.observe(
          (operation, path) -> {
            if (++count[0] == at) {
              where[0] = operation + " of " + home.relativize(path);
              forceFailed[0] = operation == Operation.FORCE && path.toString().endsWith(".wal");
              throw new IOException(message);
            }
          });
      String context = "seed=%d failure %d".formatted(seed, at);
      if (!live(disk, home, told, forceFailed, context)) {
        // The failure met the opening itself; the next one must do.
        try (Tsdb db = Tsdb.open(disk, home.resolve("db"), options(Durability.OS))) {
          append(db, 0, told);
        }
      }
      if (count[0] < at) {
        break;
      }
      failures++;
      check(context + " at " + where[0], home.resolve("db"), told.acknowledged, told);
      Disks.delete(home);
      failAt += 1 + random.nextInt(every);
    }
    System.out.printf("PowerLossTest: seed=%d %d failures: %s%n", seed, failures, message);
    assertThat(failures).isPositive();
  }

  /** {@return whether the database opened} Appends go on after a failure, unless a force failed. */
  private static boolean live(
      CrashDisk disk, Path home, Told told, boolean[] forceFailed, String context)
      throws IOException {
    Tsdb opened;
    try {
      opened = Tsdb.open(disk, home.resolve("db"), options(Durability.OS));
    } catch (IOException e) {
      return false;
    }
    List<String> refused = new ArrayList<>();
    for (int batch = 0; batch < BATCHES; batch++) {
      try {
        step(opened, batch, told);
      } catch (ReadOnlyException e) {
        assertThat(forceFailed[0]).as("%s: %s", context, e.getMessage()).isTrue();
        refused.add(batch + ": " + e);
      } catch (OutOfSpaceException e) {
        assertThat(e).hasMessageContaining("out of space");
        refused.add(batch + ": " + e);
      } catch (IOException e) {
        refused.add(batch + ": " + e);
      }
      // Reads go on whatever happens.
      assertThat(batches(new StoreProbe(opened, opened), 0))
          .as(context)
          .containsAll(told.acknowledged);
    }
    if (!forceFailed[0]) {
      assertThat(refused).as("%s: failed once, refused once", context).hasSizeLessThan(2);
    }
    try {
      opened.close();
    } catch (IOException e) {
      // The failure may meet the closing.
      assertThat(e).hasMessageNotContaining("null");
    }
    return true;
  }

  @Test
  void aFullDiskRefusesAndThenGoesOn() throws IOException {
    failEverywhere("No space left on device", 25);
  }

  @Test
  void anErrorOfTheDeviceLosesNothingAcknowledged() throws IOException {
    failEverywhere("Input/output error", 25);
  }

  @Test
  @Tag("slow")
  void aFullDiskAtEveryStep() throws IOException {
    failEverywhere("No space left on device", 1);
  }

  @Test
  @Tag("slow")
  void anErrorOfTheDeviceAtEveryStep() throws IOException {
    failEverywhere("Input/output error", 1);
  }
}
