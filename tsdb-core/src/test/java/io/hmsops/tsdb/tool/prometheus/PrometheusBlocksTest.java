package io.hmsops.tsdb.tool.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.testing.Histograms;
import io.hmsops.tsdb.testing.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exported blocks come back as they were, and damaged ones say so. */
class PrometheusBlocksTest {
  private static final long T0 = 1_699_999_200_000L; // a multiple of 2 h
  private static final long HOUR = 3_600_000;

  private final long seed = Seeds.next();
  private final Random random = new Random(seed);

  @TempDir Path temporary = Path.of("set by JUnit");

  private double value() {
    return switch (random.nextInt(6)) {
      case 0 -> random.nextInt(3);
      case 1 -> Double.longBitsToDouble(random.nextLong());
      case 2 -> -0.0;
      case 3 -> StaleMarker.VALUE;
      case 4 -> random.nextInt(1000) / 100.0;
      default -> Double.POSITIVE_INFINITY;
    };
  }

  /** Floats and histograms of every kind, in one series too, in blocks and in the head. */
  private Path fill(int series, boolean customBuckets) throws IOException {
    Path data = temporary.resolve("data");
    try (Tsdb db = Tsdb.open(data, RealPrometheusTest.forever())) {
      for (int s = 0; s < series; s++) {
        Appender appender = db.appender();
        long ref =
            appender.series(
                Labels.of("__name__", "m" + s % 3, "i", "ü" + s, "é".repeat(s + 1), "x"));
        long time = T0 + random.nextInt(100);
        for (int i = 0; i < 300; i++) {
          time += 1 + random.nextInt(i % 50 == 0 ? 600_000 : 30_000);
          Histogram histogram = Histograms.random(random);
          if (s % 3 > 0 && (i / 20 + s) % 2 == 0 && (customBuckets || !histogram.isCustom())) {
            appender.add(ref, time, random.nextInt(10) == 0 ? Histogram.STALE : histogram);
          } else {
            appender.add(ref, time, value());
          }
        }
        assertThat(appender.commit().rejections()).isEmpty();
      }
      db.maintain();
      db.delete(List.of(List.of(LabelMatcher.equal("i", "ü1"))), T0, T0 + HOUR);
    }
    return data;
  }

  private Path export(Path data, boolean customBuckets) throws IOException {
    Path exported = temporary.resolve("exported");
    try (Tsdb db = Tsdb.open(data, RealPrometheusTest.forever())) {
      PrometheusExport done =
          PrometheusExport.of(
              db,
              exported,
              new PrometheusExport.Plan(
                  Long.MIN_VALUE, Long.MAX_VALUE, Duration.ofHours(2), customBuckets, random),
              _ -> {});
      assertThat(done.blocks()).isPositive();
    }
    return exported;
  }

  private PrometheusImport importFrom(Path source, Path target, boolean skipDamaged)
      throws IOException {
    return PrometheusImport.of(source, target, RealPrometheusTest.forever(), skipDamaged, _ -> {});
  }

  @Test
  void everythingComesBackBitForBit() throws IOException {
    Path data = fill(12, true);
    // In two windows for certain, so that compaction merges what it has merged before.
    try (Tsdb db = Tsdb.open(data, RealPrometheusTest.forever())) {
      Appender appender = db.appender();
      long ref = appender.series(Labels.of("__name__", "two_windows"));
      appender.add(ref, T0 + HOUR, 1);
      appender.add(ref, T0 + 3 * HOUR, 2);
      assertThat(appender.commit().rejections()).isEmpty();
    }
    Map<Labels, NavigableMap<Long, Object>> stored = RealPrometheusTest.read(data);
    Path exported = export(data, true);
    Path back = temporary.resolve("back");

    PrometheusImport done = importFrom(exported, back, false);

    assertThat(done.damages()).as("seed=%d", seed).isEmpty();
    assertThat(RealPrometheusTest.read(back)).as("seed=%d", seed).isEqualTo(stored);
    PrometheusImport again = importFrom(exported, back, false);
    assertThat(again.blocks()).isZero();
    assertThat(again.knownBlocks()).isEqualTo(done.blocks());
    try (Tsdb db = Tsdb.open(back, RealPrometheusTest.forever())) {
      db.compact();
    }
    assertThat(importFrom(exported, back, false).blocks()).isZero();
    assertThat(RealPrometheusTest.read(back)).as("seed=%d", seed).isEqualTo(stored);
  }

  @Test
  void whatIsImportedStandsBesideWhatWasThere() throws IOException {
    Path data = fill(3, true);
    Path exported = export(data, true);
    Path target = temporary.resolve("target");
    Labels own = Labels.of("__name__", "own");
    try (Tsdb db = Tsdb.open(target, RealPrometheusTest.forever())) {
      Appender appender = db.appender();
      appender.add(appender.series(own), T0 + 5 * HOUR, 1);
      var _ = appender.commit();
    }

    var _ = importFrom(exported, target, false);

    Map<Labels, NavigableMap<Long, Object>> all = RealPrometheusTest.read(target);
    assertThat(all.remove(own)).hasSize(1);
    assertThat(all).as("seed=%d", seed).isEqualTo(RealPrometheusTest.read(data));
  }

  @Test
  void customBucketsEndAnExportThatMayNotHaveThem() throws IOException {
    Path data = temporary.resolve("data");
    try (Tsdb db = Tsdb.open(data, RealPrometheusTest.forever())) {
      Appender appender = db.appender();
      Histogram custom = Histograms.random(random);
      while (!custom.isCustom()) {
        custom = Histograms.random(random);
      }
      appender.add(appender.series(Labels.of("__name__", "custom")), T0, custom);
      var _ = appender.commit();
    }

    assertThatThrownBy(() -> export(data, false))
        .isInstanceOf(TsdbException.class)
        .hasMessage(
            ("{__name__=\"custom\"} at %d: a histogram with custom buckets, which is not supported by"
                    + " Prometheus before 3.0 (for later ones: --custom-buckets, Plan.customBuckets)")
                .formatted(T0));
    try (Stream<Path> left = Files.list(temporary.resolve("exported"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aFlippedBitIsFoundOrChangesNothing() throws IOException {
    Path data = fill(4, true);
    Map<Labels, NavigableMap<Long, Object>> stored = RealPrometheusTest.read(data);
    Path exported = export(data, true);
    int found = 0;
    for (Path file : files(exported)) {
      byte[] content = Files.readAllBytes(file);
      for (int round = 0; round < 25; round++) {
        byte[] damaged = content.clone();
        int at = random.nextInt(damaged.length);
        damaged[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        Files.write(file, damaged);
        Path target = temporary.resolve("target-%s-%d".formatted(file.getFileName(), round));
        PrometheusImport done = importFrom(exported, target, false);
        if (done.damages().isEmpty()) {
          // A posting list, padding: nothing that is read.
          assertThat(RealPrometheusTest.read(target))
              .as("seed=%d, %s, byte %d", seed, file, at)
              .isEqualTo(stored);
        } else {
          found++;
          assertThat(done.damages().getFirst()).contains(" at ");
          // The other blocks are there, and nothing else.
          RealPrometheusTest.read(target)
              .forEach(
                  (labels, samples) ->
                      assertThat(Objects.requireNonNull(stored.get(labels)).entrySet())
                          .containsAll(samples.entrySet()));
        }
        delete(target);
      }
      Files.write(file, content);
    }
    assertThat(found).as("seed=%d", seed).isPositive();
  }

  @Test
  void aDamagedChunkMayBeLeftOut() throws IOException {
    Path data = fill(4, true);
    Path exported = export(data, true);
    Path chunks =
        files(exported).stream()
            .filter(file -> file.endsWith("chunks/000001"))
            .findFirst()
            .orElseThrow();
    byte[] content = Files.readAllBytes(chunks);
    content[20] ^= 1;
    Files.write(chunks, content);
    Path target = temporary.resolve("target");
    PrometheusImport refused = importFrom(exported, target, false);
    assertThat(refused.damages()).hasSize(1);
    assertThat(refused.damages().getFirst()).startsWith(chunks + " at ").contains("crc is");

    PrometheusImport done = importFrom(exported, target, true);

    assertThat(done.damages()).hasSize(1);
    assertThat(done.blocks()).isEqualTo(1);
    Map<Labels, NavigableMap<Long, Object>> stored = RealPrometheusTest.read(data);
    Map<Labels, NavigableMap<Long, Object>> imported = RealPrometheusTest.read(target);
    assertThat(imported.keySet()).isEqualTo(stored.keySet());
    assertThat(imported).as("seed=%d", seed).isNotEqualTo(stored);
  }

  @Test
  void whatIsNoDirectoryOfPrometheusIsRefused() {
    assertThatThrownBy(() -> importFrom(temporary, temporary.resolve("target"), false))
        .isInstanceOf(TsdbException.class)
        .hasMessage(
            temporary
                + ": neither blocks nor wal/ in it (expected: a data directory of Prometheus)");
    assertThat(temporary.resolve("target")).doesNotExist();
  }

  /** All but the descriptions, which have no checksum. */
  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.endsWith(SourceBlock.META))
          .sorted()
          .toList();
    }
  }

  private static void delete(Path directory) throws IOException {
    List<Path> all = new ArrayList<>();
    try (Stream<Path> found = Files.walk(directory)) {
      found.forEach(all::add);
    }
    for (Path path : all.reversed()) {
      Files.delete(path);
    }
  }
}
