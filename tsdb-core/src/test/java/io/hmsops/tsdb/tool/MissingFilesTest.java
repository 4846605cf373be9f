package io.hmsops.tsdb.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.testing.StoreProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of log and checkpoint that are gone as a whole, or damaged, and what a repair leaves. */
class MissingFilesTest {
  private static final long T0 = 1_699_999_200_000L; // a multiple of 2 h
  private static final long HOUR = 3_600_000;

  private static final Options QUIET =
      Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20);

  @TempDir Path directory = Path.of("set by JUnit");

  private static void add(Tsdb db, int batch) throws TsdbException {
    Appender appender = db.appender();
    for (int i = 0; i < 1_500; i++) {
      appender.add(
          appender.series(Labels.of("__name__", "m", "i", "i" + i)), T0 + 1000L * batch, i + batch);
    }
    assertThat(appender.commit().accepted()).isEqualTo(1_500);
  }

  /** A block, a checkpoint of two frames, and three segments of log behind it. */
  private void fill() throws IOException {
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      add(db, 0);
      add(db, (int) (4 * HOUR / 1000));
      db.maintain();
      add(db, (int) (4 * HOUR / 1000) + 1);
      assertThat(db.stats().blocks()).isEqualTo(1);
    }
    for (int batch = 2; batch < 4; batch++) {
      try (Tsdb db = Tsdb.open(directory, QUIET)) {
        add(db, (int) (4 * HOUR / 1000) + batch);
      }
    }
    assertThat(segments()).hasSize(3);
    assertThat(Verification.of(directory).damages()).isEmpty();
  }

  private List<Path> segments() throws IOException {
    return listed(directory.resolve("wal"), ".wal");
  }

  private Path checkpoint() throws IOException {
    return listed(directory.resolve("wal/checkpoint"), ".ckpt").getFirst();
  }

  private static List<Path> listed(Path in, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(in)) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }

  private static List<String> problems(Path data) throws IOException {
    try (Tsdb db = Tsdb.open(data, QUIET)) {
      return db.stats().problems();
    }
  }

  private static Map<Labels, List<StoreProbe.ReadSample>> read(Path data) throws IOException {
    try (Tsdb db = Tsdb.open(data, QUIET)) {
      return new StoreProbe(db, db).select(Long.MIN_VALUE, Long.MAX_VALUE);
    }
  }

  private void checkRepair() throws IOException {
    assertThat(Repair.of(directory).actions()).isNotEmpty();
    assertThat(Verification.of(directory).damages()).isEmpty();
    assertThat(problems(directory)).isEmpty();
    assertThat(Repair.of(directory).actions()).isEmpty();
  }

  @Test
  void aMissingCheckpointIsToldByTheLogBehindIt() throws IOException {
    fill();
    Path gone = checkpoint();
    Files.delete(gone);
    assertThat(Verification.of(directory).damages())
        .singleElement()
        .asString()
        .contains("the log begins with batch", "there is no checkpoint")
        .contains(String.valueOf(segments().getFirst()));
    assertThat(problems(directory)).anyMatch(problem -> problem.contains("there is no checkpoint"));
    checkRepair();
  }

  @Test
  void aGapAmongSegmentsIsTold() throws IOException {
    fill();
    List<Path> before = segments();
    Files.delete(before.get(1));
    assertThat(Verification.of(directory).damages())
        .singleElement()
        .asString()
        .contains("before it are in no segment")
        .contains(String.valueOf(before.get(2)));
    assertThat(problems(directory)).anyMatch(problem -> problem.contains("in no segment"));
    checkRepair();
  }

  @Test
  void theFirstSegmentIsToldByTheCheckpointBeforeIt() throws IOException {
    fill();
    Files.delete(segments().getFirst());
    assertThat(Verification.of(directory).damages())
        .singleElement()
        .asString()
        .contains("the log begins with batch");
    checkRepair();
  }

  @Test
  void aLogWithoutSegmentsIsTold() throws IOException {
    fill();
    for (Path segment : segments()) {
      Files.delete(segment);
    }
    assertThat(Verification.of(directory).damages())
        .singleElement()
        .asString()
        .contains("no segment (expected: one from batch");
    checkRepair();
  }

  /** After a compaction, only what is not data is in it. */
  @Test
  void aLogThatWasTakenAwayIsNotMissing() throws IOException {
    fill();
    int later = (int) (5 * HOUR / 1000);
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      db.compact();
    }
    try (Stream<Path> files = Files.walk(directory.resolve("wal"))) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    assertThat(Verification.of(directory).damages()).isEmpty();
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      assertThat(db.stats().problems()).isEmpty();
      add(db, later);
    }
    assertThat(Verification.of(directory).damages()).isEmpty();
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      assertThat(db.stats().problems()).isEmpty();
      assertThat(
              new StoreProbe(db, db)
                  .floats(Long.MIN_VALUE, Long.MAX_VALUE, Labels.of("__name__", "m", "i", "i7")))
          .hasSize(6);
    }
  }

  @Test
  void whatSnapshotsLeaveOutIsNotMissing() throws IOException {
    fill();
    Path whole = directory.resolve("snapshots/whole");
    Path withoutHead = directory.resolve("snapshots/without-head");
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      db.snapshot(whole);
      db.snapshot(withoutHead, true);
    }
    for (Path copy : List.of(whole, withoutHead)) {
      assertThat(Verification.of(copy).damages()).isEmpty();
      for (int batch = 10; batch < 12; batch++) {
        try (Tsdb db = Tsdb.open(copy, QUIET)) {
          assertThat(db.stats().problems()).isEmpty();
          add(db, (int) (4 * HOUR / 1000) + batch);
        }
        assertThat(Verification.of(copy).damages()).isEmpty();
      }
    }
    assertThat(read(whole).values()).allMatch(samples -> samples.size() == 7);
    assertThat(read(withoutHead).values()).allMatch(samples -> samples.size() == 3);
  }

  @Test
  void repairEndsTheWarningsOfADamagedCheckpoint() throws IOException {
    fill();
    Path file = checkpoint();
    byte[] bytes = Files.readAllBytes(file);
    // In more pages than can be mended.
    for (int i = 2_000; i < 20_000; i += 1_000) {
      bytes[i] ^= 4;
    }
    Files.write(file, bytes);
    assertThat(problems(directory))
        .anyMatch(problem -> problem.contains("samples dropped"))
        .anyMatch(problem -> problem.contains("no valid frame"));
    Map<Labels, List<StoreProbe.ReadSample>> readable = read(directory);
    assertThat(Repair.of(directory).actions())
        .anyMatch(action -> action.contains("samples dropped"))
        .anyMatch(action -> action.contains("no valid frame"));
    assertThat(listed(directory.resolve("quarantine"), ""))
        .contains(directory.resolve("quarantine").resolve(file.getFileName()));
    assertThat(listed(directory.resolve("quarantine"), ".wal")).isNotEmpty();
    assertThat(Verification.of(directory).damages()).isEmpty();
    assertThat(problems(directory)).isEmpty();
    assertThat(read(directory)).isEqualTo(readable);
    assertThat(Repair.of(directory).actions()).isEmpty();
  }

  @Test
  void repairEndsTheReportsOfADamagedCheckpointOfWhichNothingIsLost() throws IOException {
    fill();
    Map<Labels, List<StoreProbe.ReadSample>> all = read(directory);
    Path file = checkpoint();
    byte[] bytes = Files.readAllBytes(file);
    bytes[2_000] ^= 4;
    Files.write(file, bytes);
    assertThat(Verification.of(directory).damages())
        .singleElement()
        .asString()
        .contains(file.toString(), "nothing is lost");
    assertThat(problems(directory)).singleElement().asString().contains("nothing is lost");
    assertThat(read(directory)).isEqualTo(all);
    checkRepair();
    assertThat(read(directory)).isEqualTo(all);
  }
}
