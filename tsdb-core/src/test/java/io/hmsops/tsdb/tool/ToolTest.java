package io.hmsops.tsdb.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.LockedException;
import io.hmsops.tsdb.storage.NewerVersionException;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.testing.StoreProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tools for closed data directories. */
class ToolTest {
  private static final long T0 = 1_699_999_200_000L; // a multiple of 2 h
  private static final long HOUR = 3_600_000;
  private static final int SERIES = 20; // more than a page

  private static final Options QUIET =
      Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20);

  @TempDir Path temporary = Path.of("set by JUnit");
  private Path directory = Path.of("set below");

  private static Labels labels(int series) {
    return Labels.of("__name__", "m" + series % 2, "instance", "i" + series);
  }

  /** A block with something deleted, a checkpoint, and a log behind it. */
  @BeforeEach
  void fill() throws IOException {
    directory = temporary.resolve("data");
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      add(db, T0);
      add(db, T0 + 4 * HOUR);
      addExtras(db);
      db.maintain();
      db.delete(List.of(List.of(LabelMatcher.equal("instance", "i7"))), T0, T0 + 5_000);
      add(db, T0 + 5 * HOUR);
      assertThat(db.stats().blocks()).isEqualTo(1);
    }
  }

  private static void add(Tsdb db, long startMs) throws TsdbException {
    Appender appender = db.appender();
    for (int i = 0; i < SERIES; i++) {
      long ref = appender.series(labels(i));
      for (int sample = 0; sample < 10; sample++) {
        appender.add(ref, startMs + 1000L * sample, i + sample / 8.0);
      }
    }
    assertThat(appender.commit().accepted()).isEqualTo(10 * SERIES);
  }

  private static void addExtras(Tsdb db) throws TsdbException {
    Appender appender = db.appender();
    appender.add(
        appender.series(labels(3)), new Exemplar(Labels.of("trace_id", "t"), 0.5, T0 + 1000));
    appender.metadata("m1", new Metadata("counter", "bytes", "What was sent."));
    appender.commit();
  }

  private static Map<Labels, List<StoreProbe.ReadSample>> read(Path data) throws IOException {
    try (Tsdb db = Tsdb.open(data, QUIET)) {
      return new StoreProbe(db, db).select(Long.MIN_VALUE, Long.MAX_VALUE);
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.endsWith("LOCK"))
          .sorted()
          .toList();
    }
  }

  private static void flip(Path file, int offset, int bit) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[offset] ^= (byte) (1 << bit);
    Files.write(file, bytes);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path source : all.toList()) {
        Path target = to.resolve(from.relativize(source).toString());
        if (Files.isDirectory(source)) {
          Files.createDirectories(target);
        } else {
          Files.copy(source, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  @Test
  void aSoundDirectoryVerifiesAndRepairChangesNothing() throws IOException {
    assertThat(Verification.of(directory)).isEqualTo(new Verification(1, List.of()));
    Map<Labels, List<StoreProbe.ReadSample>> before = read(directory);
    assertThat(before).hasSize(SERIES);
    assertThat(Repair.of(directory).actions()).isEmpty();
    assertThat(directory.resolve("quarantine")).doesNotExist();
    assertThat(read(directory)).isEqualTo(before);
  }

  @Test
  void everyFlippedBitIsFound() throws IOException {
    List<Path> files = files();
    assertThat(files)
        .extracting(file -> String.valueOf(file.getFileName()))
        .contains("HMS-TSDB", "extras", "index", "chunks", "times", "meta.json", "tombstones");
    assertThat(files).anyMatch(file -> file.toString().endsWith(".wal"));
    assertThat(files).anyMatch(file -> file.toString().endsWith(".ckpt"));
    for (Path file : files) {
      long length = Files.size(file);
      for (int offset = 0; offset < length; offset++) {
        flip(file, offset, offset % 8);
        assertThat(Verification.of(directory).damages())
            .as("bit %d of byte %d of %s", offset % 8, offset, file)
            .isNotEmpty()
            .allMatch(line -> line.contains(" at ") || line.contains("version"));
        flip(file, offset, offset % 8);
      }
    }
    assertThat(Verification.of(directory).damages()).isEmpty();
  }

  @Test
  void whatIsRepairedIsSoundAndNothingInItIsNew() throws IOException {
    Map<Labels, List<StoreProbe.ReadSample>> whole = read(directory);
    for (Path file : files()) {
      if (file.endsWith("HMS-TSDB")) {
        continue;
      }
      long length = Files.size(file);
      for (int offset = 0; offset < length; offset += Math.max(1, (int) length / 12)) {
        Path damaged = temporary.resolve("damaged-" + file.getFileName() + offset);
        copy(directory, damaged);
        flip(damaged.resolve(directory.relativize(file).toString()), offset, 2);
        checkRepair(damaged, whole, "%s at %d".formatted(file.getFileName(), offset));
      }
    }
  }

  private static void checkRepair(
      Path damaged, Map<Labels, List<StoreProbe.ReadSample>> whole, String context)
      throws IOException {
    try {
      assertThat(Repair.of(damaged).actions()).as(context).isNotEmpty();
    } catch (NewerVersionException e) {
      // Nobody knows whether that is a damage.
      return;
    }
    assertThat(Verification.of(damaged).damages()).as(context).isEmpty();
    try (Stream<Path> aside = Files.list(damaged.resolve("quarantine"))) {
      assertThat(aside).as(context).isNotEmpty();
    }
    Map<Labels, List<StoreProbe.ReadSample>> left = read(damaged);
    assertThat(left).as(context).isNotEmpty();
    left.forEach(
        (labels, samples) ->
            assertThat(whole.getOrDefault(labels, List.of()))
                .as("%s: %s", context, labels)
                .containsAll(samples));
    assertThat(Repair.of(damaged).actions()).as("%s, again", context).isEmpty();
  }

  @Test
  void aDamagedChunkCostsItselfAlone() throws IOException {
    Map<Labels, List<StoreProbe.ReadSample>> whole = read(directory);
    Path chunks =
        files().stream().filter(file -> file.endsWith("chunks")).findFirst().orElseThrow();
    flip(chunks, 20, 0);
    assertThat(Repair.of(directory).actions())
        .anyMatch(action -> action.contains("without 1 chunks and 0 pages"));
    Map<Labels, List<StoreProbe.ReadSample>> left = read(directory);
    assertThat(left).hasSize(SERIES);
    long changed =
        whole.entrySet().stream()
            .filter(one -> !one.getValue().equals(left.get(one.getKey())))
            .count();
    assertThat(changed).isEqualTo(1);
  }

  @Test
  void inspectionAndAnalysisCountWhatIsThere() throws IOException {
    Inspection inspection = Inspection.of(directory);
    assertThat(inspection.problems()).isEmpty();
    Inspection.BlockEntry block = inspection.blocks().getFirst();
    assertThat(block.series()).isEqualTo(SERIES);
    assertThat(block.samples()).isEqualTo(10 * SERIES);
    assertThat(block.minTimeMs()).isEqualTo(T0);
    assertThat(block.maxTimeMs()).isEqualTo(T0 + 9_000);
    assertThat(block.hasTombstones()).isTrue();
    assertThat(block.files())
        .extracting(Inspection.FileEntry::name)
        .containsExactly("chunks", "index", "meta.json", "parity", "times", "tombstones");
    assertThat(block.files()).allMatch(file -> file.sizeBytes() > 0);
    assertThat(inspection.walBytes()).isPositive();
    assertThat(inspection.checkpointBytes()).isPositive();

    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      Appender appender = db.appender();
      appender.add(appender.series(Labels.of("__name__", "late")), T0 + 9 * HOUR, 1);
      appender.commit();
      db.maintain();
    }
    Analysis analysis = Analysis.of(directory);
    assertThat(analysis.series()).isEqualTo(SERIES);
    assertThat(analysis.metrics())
        .extracting(Analysis.MetricEntry::name, Analysis.MetricEntry::series)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("m0", 10L),
            org.assertj.core.groups.Tuple.tuple("m1", 10L));
    assertThat(analysis.metrics()).allMatch(metric -> metric.valueBytes() > 0);
    assertThat(analysis.labels().getFirst())
        .isEqualTo(new Analysis.LabelEntry("instance", SERIES, SERIES));
    assertThat(analysis.churn()).hasSize(2);
    assertThat(analysis.churn().getFirst().appeared()).isEqualTo(SERIES);
    assertThat(analysis.churn().getLast().appeared()).isZero();
    assertThat(analysis.churn().getLast().disappeared()).isZero();
  }

  @Test
  void anOpenOrForeignDirectoryIsRefused() throws IOException {
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      assertThat(db.stats().blocks()).isEqualTo(1);
      assertThatThrownBy(() -> Verification.of(directory)).isInstanceOf(LockedException.class);
    }
    assertThatThrownBy(() -> Verification.of(temporary))
        .isInstanceOf(TsdbException.class)
        .hasMessageContaining("expected: a data directory");
    assertThat(temporary.resolve("LOCK")).doesNotExist();
  }
}
