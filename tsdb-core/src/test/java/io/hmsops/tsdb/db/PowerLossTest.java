package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.storage.OutOfSpaceException;
import io.hmsops.tsdb.storage.ReadOnlyException;
import io.hmsops.tsdb.testing.CrashDisk;
import io.hmsops.tsdb.testing.CrashDisk.Loss;
import io.hmsops.tsdb.testing.CrashDisk.Operation;
import io.hmsops.tsdb.testing.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The machine stops, or the disk fails, at every step of a life ({@link PowerLossLife}). */
final class PowerLossTest {
  @TempDir private Path directory;

  /** Whether something is being written beside which commits go on. */
  private static boolean isBesideCommits(Operation operation, Path path) {
    return (operation == Operation.CREATE
            || operation == Operation.WRITE
            || operation == Operation.FORCE)
        && (path.toString().contains(".tmp" + path.getFileSystem().getSeparator())
            || path.endsWith("new.tmp"));
  }

  private void crashEverywhere(Durability durability, int every) throws IOException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    Path home = Files.createDirectory(directory.resolve("home"));
    CrashDisk disk = new CrashDisk(home);
    PowerLossLife life = new PowerLossLife(home);
    int[] count = {0};
    int[] checked = {0};
    boolean[] committing = {false};
    @Nullable Tsdb[] database = {null};
    disk.observe(
        (operation, path) -> {
          int step = ++count[0];
          Tsdb db = database[0];
          if (db != null
              && !committing[0]
              && isBesideCommits(operation, path)
              && random.nextInt(4) == 0) {
            // As another thread does while blocks and checkpoints are written.
            committing[0] = true;
            life.appendMeanwhile(db);
            committing[0] = false;
          }
          if (random.nextInt(every) != 0 && !life.hasPromised()) {
            return;
          }
          for (Loss loss : Loss.values()) {
            Path left = directory.resolve("left-%d-%s".formatted(step, loss));
            disk.leave(left, loss, random);
            boolean all = loss == Loss.NOTHING || durability == Durability.BATCH;
            life.check(
                "seed=%d step %d before %s of %s, %s"
                    .formatted(seed, step, operation, home.relativize(path), loss),
                left,
                all ? life.acknowledged() : life.forced());
            checked[0]++;
            Disks.delete(left);
          }
        });
    try (Tsdb db = Tsdb.open(disk, home.resolve("db"), PowerLossLife.options(durability))) {
      database[0] = db;
      for (int batch = 0; batch < PowerLossLife.BATCHES; batch++) {
        life.step(db, batch);
      }
      disk.observe((_, _) -> {});
      Set<Integer> there = life.check("seed=" + seed, db, life.acknowledged());
      // That the life has had all that it is said to have.
      assertThat(there).as("retention").hasSizeLessThan(life.acknowledged().size());
      assertThat(life.committedMeanwhile()).as("commits beside other work").isGreaterThan(10);
      assertThat(db.stats().knownSeries()).as("series have left").isLessThan(20);
    }
    System.out.printf(
        "PowerLossTest: seed=%d %s, %d steps, %d states opened%n",
        seed, durability, count[0], checked[0]);
    assertThat(checked[0]).isPositive();
  }

  /** Whether retention drops it or it was merged: half of one, by its name, would be damage. */
  @Test
  void ofABlockThatIsDeletedThereIsAllOrNothing() throws IOException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    Path home = Files.createDirectory(directory.resolve("home"));
    CrashDisk disk = new CrashDisk(home);
    PowerLossLife life = new PowerLossLife(home);
    Path blocks = home.resolve("db", "blocks");
    int[] checked = {0};
    disk.observe(
        (operation, path) -> {
          for (int i = 0; operation == Operation.DELETE && path.startsWith(blocks) && i < 3; i++) {
            Path left = directory.resolve("left");
            disk.leave(left, Loss.SOME, random);
            life.check("seed=%d before %s goes".formatted(seed, path), left, life.forced());
            Disks.delete(left);
            checked[0]++;
          }
        });
    try (Tsdb db = Tsdb.open(disk, home.resolve("db"), PowerLossLife.options(Durability.OS))) {
      for (int batch = 0; batch <= 60; batch++) {
        life.step(db, batch);
      }
      disk.observe((_, _) -> {});
    }
    assertThat(checked[0]).isGreaterThan(30);
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
      PowerLossLife life = new PowerLossLife(home);
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
      if (!live(disk, home, life, forceFailed, context)) {
        // The failure met the opening itself; the next one must do.
        try (Tsdb db = Tsdb.open(disk, home.resolve("db"), PowerLossLife.options(Durability.OS))) {
          life.step(db, 0);
        }
      }
      if (count[0] < at) {
        break;
      }
      failures++;
      life.check(context + " at " + where[0], home, life.acknowledged());
      Disks.delete(home);
      failAt += 1 + random.nextInt(every);
    }
    System.out.printf("PowerLossTest: seed=%d %d failures: %s%n", seed, failures, message);
    assertThat(failures).isPositive();
  }

  /** {@return whether the database opened} Appends go on after a failure, unless a force failed. */
  private static boolean live(
      CrashDisk disk, Path home, PowerLossLife life, boolean[] forceFailed, String context)
      throws IOException {
    Tsdb opened;
    try {
      opened = Tsdb.open(disk, home.resolve("db"), PowerLossLife.options(Durability.OS));
    } catch (IOException e) {
      return false;
    }
    List<String> refused = new ArrayList<>();
    for (int batch = 0; batch < PowerLossLife.BATCHES; batch++) {
      try {
        life.step(opened, batch);
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
      var _ = life.check(context + " batch " + batch, opened, life.acknowledged());
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
