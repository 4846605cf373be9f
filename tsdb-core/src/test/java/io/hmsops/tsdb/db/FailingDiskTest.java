package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.OutOfSpaceException;
import io.hmsops.tsdb.storage.ReadOnlyException;
import io.hmsops.tsdb.testing.CrashDisk;
import io.hmsops.tsdb.testing.CrashDisk.Operation;
import io.hmsops.tsdb.testing.Seeds;
import io.hmsops.tsdb.testing.StoreProbe;
import io.hmsops.tsdb.tool.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The disk is full, or fails, from any operation of a life on and for some operations: with
 * appends, cuts, checkpoints, compactions, deletions, retention, snapshots and a restart. Reads go
 * on, what fails says so, and all goes on when the disk is well again.
 */
final class FailingDiskTest {
  private static final long T0 = 1_700_006_400_000L;
  private static final long STEP_MS = 30_000;
  private static final int SERIES = 3;
  private static final int BATCHES = 64;
  private static final int RESTART_AT = 40;
  private static final long RETENTION_MS = 12 * 60_000;
  private static final int DELETED_BATCHES = 4;

  /** Longer than the header of a segment, shorter than one with a batch. */
  private static final long EMPTY_SEGMENT_BYTES = 24;

  private static final String FULL = "No space left on device";
  private static final String BROKEN = "Input/output error";

  /** What needs room. */
  private static final Set<Operation> WRITING =
      EnumSet.of(Operation.CREATE, Operation.WRITE, Operation.CREATE_DIRECTORIES, Operation.LINK);

  @TempDir private Path directory;

  private static Options options() {
    return Options.defaults()
        .withBlockRange(Duration.ofMinutes(3))
        .withRetention(Duration.ofMillis(RETENTION_MS))
        .withDurability(Durability.OS)
        .withMaintenance(Duration.ZERO, 1500, 1024);
  }

  /** A life over a disk that fails from one operation on, and what it was told. */
  private final class Life {
    private final Path home;
    private final CrashDisk disk;
    private final String context;
    private final Set<Integer> acknowledged = new TreeSet<>();
    private final Set<Integer> begun = new TreeSet<>();

    /** Batches of which the last series may be deleted. */
    private final Set<Integer> deleted = new TreeSet<>();

    private int operations;
    private int failures;
    private boolean forceFailed;

    /** Whether that was one of batches, so that nothing more may be taken. */
    private boolean readOnly;

    private int newest = -1;

    Life(String message, Set<Operation> failing, int failAt, int lasting, String context)
        throws IOException {
      this.home = Files.createDirectory(directory.resolve("home-" + failAt));
      this.disk = new CrashDisk(home);
      this.context = context;
      disk.observe(
          (operation, path) -> {
            if (++operations >= failAt && failures < lasting && failing.contains(operation)) {
              failures++;
              // Of segments that hold batches: a new one's failure costs only itself.
              boolean ofLog = operation == Operation.FORCE && path.toString().endsWith(".wal");
              forceFailed |= ofLog;
              readOnly |= ofLog && Files.size(path) > EMPTY_SEGMENT_BYTES;
              throw new IOException(message);
            }
          });
    }

    private Tsdb open() throws IOException {
      while (true) {
        int before = failures;
        try {
          return Tsdb.open(disk, home.resolve("db"), options());
        } catch (IOException e) {
          assertThat(failures).as("%s: %s", context, e).isGreaterThan(before);
          assertThat(e instanceof OutOfSpaceException)
              .as("%s: %s", context, e)
              .isEqualTo(String.valueOf(e.getMessage()).contains(FULL));
        }
      }
    }

    void live() throws IOException {
      Tsdb db = open();
      for (int batch = 0; batch < BATCHES; batch++) {
        step(db, batch);
        // Reads go on whatever happens.
        check(db, "after batch " + batch);
        if (batch == RESTART_AT) {
          attempt(db::close, "close");
          forceFailed = false;
          readOnly = false;
          db = open();
          check(db, "after the restart");
        }
      }
      attempt(db::close, "close");
    }

    private void step(Tsdb db, int batch) throws IOException {
      boolean refuses = readOnly;
      boolean appended = attempt(() -> append(db, batch), "append");
      assertThat(appended && refuses).as("%s: taken after a failed force", context).isFalse();
      if (batch % 9 == 8) {
        attempt(db::force, "force");
      }
      if (batch % 8 == 7) {
        attempt(db::maintain, "maintain");
      }
      if (batch % 30 == 29) {
        attempt(db::compact, "compact");
      }
      if (batch % 20 == 15) {
        for (int gone = batch - DELETED_BATCHES; gone < batch; gone++) {
          deleted.add(gone);
        }
        attempt(
            () ->
                db.delete(
                    List.of(List.of(LabelMatcher.equal("__name__", "s" + (SERIES - 1)))),
                    time(batch - DELETED_BATCHES),
                    time(batch - 1)),
            "delete");
      }
      if (batch % 25 == 20) {
        Path copy = home.resolve("copy-" + batch);
        if (attempt(() -> db.snapshot(copy), "snapshot")) {
          try (Tsdb of = Tsdb.open(disk, copy, options())) {
            check(of, "snapshot");
          } catch (IOException e) {
            assertThat(failures).as("%s: snapshot: %s", context, e).isPositive();
          }
        }
      }
    }

    private void append(Tsdb db, int batch) throws IOException {
      Appender appender = db.appender();
      for (int i = 0; i < SERIES; i++) {
        long ref = appender.series(labels(i));
        appender.add(ref, time(batch), batch);
        appender.add(ref, new Exemplar(Labels.of("id", "e" + batch), batch, time(batch)));
      }
      appender.metadata("s0", new Metadata("gauge", "", "help " + batch % 3));
      begun.add(batch);
      assertThat(appender.commit().accepted()).isEqualTo(SERIES);
      acknowledged.add(batch);
      newest = batch;
    }

    private boolean attempt(Work work, String what) throws IOException {
      int before = failures;
      try {
        work.run();
        return true;
      } catch (ReadOnlyException e) {
        assertThat(forceFailed).as("%s: %s: %s", context, what, e.getMessage()).isTrue();
      } catch (OutOfSpaceException e) {
        assertThat(failures).as("%s: %s: %s", context, what, e).isGreaterThan(before);
        assertThat(e).as(context).hasMessageContaining("out of space");
      } catch (IOException e) {
        assertThat(failures).as("%s: %s: %s", context, what, e).isGreaterThan(before);
        assertThat(e).as(context).hasMessageNotContaining("null");
      }
      return false;
    }

    /**
     * Everything acknowledged that retention keeps is there, and nothing that was never written.
     */
    private void check(Tsdb db, String when) throws IOException {
      StoreProbe probe = new StoreProbe(db, db);
      Set<Integer> there = batches(probe, 0);
      Set<Integer> kept = new TreeSet<>(acknowledged);
      kept.removeIf(batch -> time(batch) < time(newest) - RETENTION_MS);
      assertThat(there).as("%s %s", context, when).containsAll(kept);
      assertThat(begun).as("%s %s", context, when).containsAll(there);
      assertThat(batches(probe, 1)).as("%s %s: whole batches", context, when).isEqualTo(there);
      Set<Integer> ofLast = batches(probe, SERIES - 1);
      kept.removeAll(deleted);
      assertThat(ofLast).as("%s %s: of the last", context, when).containsAll(kept);
    }

    /** With a disk that is well: nothing is damaged, all is there, and writing goes on. */
    void checkAfterwards() throws IOException {
      disk.observe((_, _) -> {});
      Path db = home.resolve("db");
      try (Tsdb opened = Tsdb.open(db, options())) {
        assertThat(opened.stats().problems())
            .as(context)
            .allMatch(problem -> problem.contains("torn by a crash"));
        check(opened, "at the end");
        append(opened, BATCHES);
        opened.compact();
        check(opened, "after a compaction at the end");
      }
      assertThat(Verification.of(db).damages()).as(context).isEmpty();
      Disks.delete(home);
    }
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private static Labels labels(int series) {
    return Labels.of("__name__", "s" + series);
  }

  private static long time(int batch) {
    return T0 + batch * STEP_MS;
  }

  private static Set<Integer> batches(StoreProbe probe, int series) throws IOException {
    Set<Integer> found = new TreeSet<>();
    for (StoreProbe.BitPoint point : probe.floats(Long.MIN_VALUE, Long.MAX_VALUE, labels(series))) {
      int batch = (int) Double.longBitsToDouble(point.bits());
      assertThat(found.add(batch)).as("batch %d twice", batch).isTrue();
    }
    return found;
  }

  private void failEverywhere(String message, Set<Operation> failing, int every)
      throws IOException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    int failAt = 1 + random.nextInt(every);
    int lives = 0;
    while (true) {
      int lasting = random.nextInt(3) == 0 ? 1 : random.nextInt(2, 40);
      String context =
          "seed=%d: %s from operation %d on, %d times".formatted(seed, message, failAt, lasting);
      Life life = new Life(message, failing, failAt, lasting, context);
      life.live();
      if (life.failures == 0) {
        break;
      }
      lives++;
      life.checkAfterwards();
      failAt += 1 + random.nextInt(2 * every - 1);
    }
    System.out.printf("FailingDiskTest: seed=%d %d lives: %s%n", seed, lives, message);
    assertThat(lives).isPositive();
  }

  @Test
  void aDatabaseOpensOnAFullDiskAndGoesOnWhenThereIsRoom() throws IOException {
    Path home = Files.createDirectory(directory.resolve("home"));
    CrashDisk disk = new CrashDisk(home);
    Path path = home.resolve("db");
    try (Tsdb db = Tsdb.open(disk, path, options())) {
      appendTo(db, 0);
    }
    boolean[] full = {true};
    disk.observe(
        (operation, _) -> {
          if (full[0] && WRITING.contains(operation)) {
            throw new IOException(FULL);
          }
        });
    for (int opening = 1; opening < 3; opening++) {
      full[0] = true;
      try (Tsdb db = Tsdb.open(disk, path, options())) {
        int batch = opening;
        StoreProbe probe = new StoreProbe(db, db);
        assertThat(batches(probe, 0)).hasSize(opening);
        assertThatThrownBy(() -> appendTo(db, batch))
            .isInstanceOf(OutOfSpaceException.class)
            .hasMessageContaining("out of space, new log segment refused: " + FULL);
        db.force();
        assertThatThrownBy(db::compact).isInstanceOf(OutOfSpaceException.class);
        full[0] = false;
        appendTo(db, batch);
        db.force();
        assertThat(batches(probe, 0)).hasSize(opening + 1);
      }
    }
    full[0] = true;
    Tsdb.open(disk, path, options()).close();
    full[0] = false;
    try (Tsdb db = Tsdb.open(disk, path, options())) {
      assertThat(db.stats().problems()).isEmpty();
      assertThat(batches(new StoreProbe(db, db), 0)).containsExactly(0, 1, 2);
    }
    assertThat(Verification.of(path).damages()).isEmpty();
  }

  private static void appendTo(Tsdb db, int batch) throws IOException {
    Appender appender = db.appender();
    appender.add(appender.series(labels(0)), time(batch), batch);
    assertThat(appender.commit().accepted()).isEqualTo(1);
  }

  @Test
  void aFullDiskRefusesUntilThereIsRoom() throws IOException {
    failEverywhere(FULL, WRITING, 20);
  }

  @Test
  void aBrokenDiskNeverDamagesAnything() throws IOException {
    failEverywhere(BROKEN, EnumSet.allOf(Operation.class), 20);
  }

  @Test
  @Tag("slow")
  void aDiskThatIsFullFromEachOperationOn() throws IOException {
    failEverywhere(FULL, WRITING, 1);
  }

  @Test
  @Tag("slow")
  void aDiskThatIsBrokenFromEachOperationOn() throws IOException {
    failEverywhere(BROKEN, EnumSet.allOf(Operation.class), 1);
  }

  @Test
  void aBlockThatCouldNotBeWrittenGivesItsRoomBack() throws IOException {
    CrashDisk disk = new CrashDisk(directory);
    Path blocks = directory.resolve("db").resolve("blocks");
    Set<Path> failing = new HashSet<>();
    disk.observe(
        (operation, path) -> {
          if (WRITING.contains(operation) && failing.stream().anyMatch(path::endsWith)) {
            throw new IOException(FULL);
          }
        });
    try (Tsdb db = Tsdb.open(disk, directory.resolve("db"), options())) {
      Appender appender = db.appender();
      appender.add(appender.series(Labels.of("__name__", "m")), T0, 1);
      assertThat(appender.commit().accepted()).isOne();
      for (String file : List.of("chunks", "times", "index", "parity", "meta.json")) {
        failing.add(Path.of(file));
        assertThatThrownBy(db::compact).isInstanceOf(OutOfSpaceException.class);
        assertThat(disk.list(blocks)).as(file).isEmpty();
        failing.clear();
      }
      db.compact();
      assertThat(disk.list(blocks)).hasSize(1);
    }
  }

  @Test
  void whatWasDeletedStaysSoIfAnOldBlockCannotBeDeletedAtOnce() throws IOException {
    CrashDisk disk = new CrashDisk(directory);
    Path home = directory.resolve("db");
    Set<Operation> failing = EnumSet.noneOf(Operation.class);
    disk.observe(
        (operation, path) -> {
          // Blocks that are written have temporary names.
          if (failing.contains(operation) && home.resolve("blocks").equals(path.getParent())) {
            if (!path.toString().endsWith(".tmp")) {
              throw new IOException(BROKEN);
            }
          }
        });
    List<LabelMatcher> matchers = List.of(LabelMatcher.equal("__name__", "m"));
    try (Tsdb db = Tsdb.open(disk, home, options())) {
      Appender appender = db.appender();
      for (int i = 0; i < 3; i++) {
        appender.add(appender.series(Labels.of("__name__", "m")), T0 + i, i);
      }
      appender.commit();
      failing.add(Operation.RENAME);
      // The merged block is there, and the one it was made of could not be deleted.
      assertThatThrownBy(db::compact).hasMessageContaining(BROKEN);
      failing.clear();
      db.delete(List.of(matchers), T0, T0 + 1);
      db.cleanTombstones();
    }
    try (Tsdb db = Tsdb.open(disk, home, options())) {
      assertThat(new StoreProbe(db, db).select(Long.MIN_VALUE, Long.MAX_VALUE).values())
          .singleElement()
          .satisfies(samples -> assertThat(samples).hasSize(1));
    }
  }
}
