package io.hmsops.tsdb.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.testing.Buckets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Buckets of classic histograms as differences: what it saves, what depends on what. */
final class BucketChunksTest {
  private static final int SCRAPES = 600;
  private static final int STEP_MS = 15_000;

  private final Disk disk = Disk.real();

  @TempDir private Path directory;

  private static Labels labels(String boundName, String bound, int histogram) {
    // Of the odd ones the buckets alternate.
    return Labels.of(
        "__name__",
        "seconds_bucket",
        histogram % 2 == 0 ? "host" : "path",
        "h" + histogram,
        boundName,
        bound);
  }

  /** {@return buckets of some histograms from a fixed seed, with the bounds in some label} */
  private static SortedMap<Labels, double[]> histograms(String boundName, int rate) {
    SortedMap<Labels, double[]> all = new TreeMap<>();
    Random random = new Random(3);
    for (int i = 0; i < 8; i++) {
      double[][] counts = Buckets.of(random, rate, SCRAPES);
      for (int bucket = 0; bucket < counts.length; bucket++) {
        all.put(labels(boundName, Buckets.BOUNDS.get(bucket), i), counts[bucket]);
      }
    }
    return all;
  }

  private Block write(String name, SortedMap<Labels, double[]> series, boolean cold)
      throws IOException {
    BlockWriter.Plan plan =
        new BlockWriter.Plan(
            0, 1L << 40, 1, cold ? 1 : 0, cold, new BlockSources(List.of(), List.of()));
    try (BlockWriter writer = BlockWriter.create(disk, directory, name, plan)) {
      for (var one : series.entrySet()) {
        boolean[] done = {false};
        writer.add(
            one.getKey(),
            into -> {
              into.clear();
              for (int i = 0; !done[0] && i < one.getValue().length; i++) {
                into.add((long) i * STEP_MS, one.getValue()[i]);
              }
              boolean more = !done[0];
              done[0] = true;
              return more;
            });
      }
      return Block.open(disk, writer.finish());
    }
  }

  private static Map<Labels, BlockChunk> chunks(Block block) throws IOException {
    Map<Labels, BlockChunk> chunks = new TreeMap<>();
    for (int page = 0; page < block.pageCount(); page++) {
      for (SelectedSeries series : block.seriesOfPage(page)) {
        assertThat(series.chunks()).hasSize(1);
        chunks.put(series.labels(), (BlockChunk) series.chunks().getFirst());
      }
    }
    return chunks;
  }

  private static Map<Labels, double[]> values(Block block) throws IOException {
    Map<Labels, double[]> values = new TreeMap<>();
    SampleBatch batch = new SampleBatch();
    for (var chunk : chunks(block).entrySet()) {
      chunk.getValue().decode(batch);
      values.put(chunk.getKey(), Arrays.copyOf(batch.values(), batch.count()));
    }
    return values;
  }

  private static void checkSame(Map<Labels, double[]> found, Map<Labels, double[]> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (labels, values) -> assertThat(found.get(labels)).as("%s", labels).isEqualTo(values));
  }

  private static long differences(Block block) throws IOException {
    return chunks(block).values().stream()
        .filter(chunk -> chunk.kind() == BlockLayout.DIFFERENCES)
        .count();
  }

  private static long chunkBytes(Block block) throws IOException {
    return Files.size(block.directory().resolve(BlockLayout.CHUNKS_FILE));
  }

  /** Bytes a sample of the chunks, and how many of 96 are differences. */
  @Test
  void activeBucketsTakeAsMuchAsTheyShould() throws IOException {
    record Size(int rate, double cumulative, double deCumulated, long differences) {}
    List<Size> sizes = new ArrayList<>();
    for (int rate : new int[] {4, 64, 1024}) {
      Block cumulative = write("level" + rate, histograms("level", rate), true);
      Block apart = write("le" + rate, histograms("le", rate), true);
      assertThat(differences(cumulative)).isZero();
      double samples = apart.sampleCount();
      sizes.add(
          new Size(
              rate,
              Math.round(chunkBytes(cumulative) / samples * 1000) / 1000.0,
              Math.round(chunkBytes(apart) / samples * 1000) / 1000.0,
              differences(apart)));
      checkSame(values(apart), histograms("le", rate));
      cumulative.release();
      apart.release();
    }
    assertThat(sizes)
        .containsExactly(
            new Size(4, 0.289, 0.13, 48),
            new Size(64, 0.736, 0.54, 40),
            new Size(1024, 1.237, 1.031, 37));
  }

  @Test
  void onlyColdBlocksHaveDifferences() throws IOException {
    Block block = write("young", histograms("le", 64), false);
    assertThat(differences(block)).isZero();
    checkSame(values(block), histograms("le", 64));
    block.release();
  }

  @Test
  void statisticsAreThoseOfTheSamples() throws IOException {
    Block block = write("block", histograms("le", 64), true);
    SampleBatch batch = new SampleBatch();
    for (BlockChunk chunk : chunks(block).values()) {
      chunk.decode(batch);
      assertThat(chunk.statistics())
          .contains(FloatStatistics.of(batch.timestampsMs(), batch.values(), batch.count()));
    }
    block.release();
  }

  /** With start timestamps, of which a reset may be known, they do not tell the increase. */
  @Test
  void startTimestampsComeBack() throws IOException {
    BlockWriter.Plan plan =
        new BlockWriter.Plan(0, 1L << 40, 1, 1, true, new BlockSources(List.of(), List.of()));
    double[][] counts = Buckets.of(new Random(3), 64, SCRAPES);
    Block block;
    try (BlockWriter writer = BlockWriter.create(disk, directory, "block", plan)) {
      // The order of their texts.
      for (int bucket : new int[] {11, 0, 1, 2, 3, 4, 5, 6, 7, 10, 8, 9}) {
        boolean[] done = {false};
        writer.add(
            labels("le", Buckets.BOUNDS.get(bucket), 0),
            into -> {
              into.clear();
              for (int i = 0; !done[0] && i < SCRAPES; i++) {
                into.add((long) i * STEP_MS, counts[bucket][i]);
                if (bucket % 3 > 0) {
                  into.setLastStartTimestamp(1 + (i < 300 ? 0 : 4_000_000) + bucket);
                }
              }
              boolean more = !done[0];
              done[0] = true;
              return more;
            });
      }
      block = Block.open(disk, writer.finish());
    }
    SampleBatch batch = new SampleBatch();
    int withStarts = 0;
    for (var chunk : chunks(block).entrySet()) {
      int bucket = Buckets.BOUNDS.indexOf(chunk.getKey().get("le"));
      chunk.getValue().decode(batch);
      assertThat(Arrays.copyOf(batch.values(), batch.count())).isEqualTo(counts[bucket]);
      assertThat(batch.startTimestampMs(299)).isEqualTo(bucket % 3 > 0 ? 1 + bucket : 0);
      assertThat(batch.startTimestampMs(300)).isEqualTo(bucket % 3 > 0 ? 4_000_001 + bucket : 0);
      assertThat(chunk.getValue().statistics().isPresent()).isEqualTo(bucket % 3 == 0);
      boolean difference = chunk.getValue().kind() == BlockLayout.DIFFERENCES;
      withStarts += difference && bucket % 3 > 0 ? 1 : 0;
    }
    assertThat(withStarts).isGreaterThan(1);
    assertThat(differences(block)).isGreaterThan(withStarts);
    block.release();
  }

  /** {@return buckets of many histograms, those of one histogram far apart} */
  private static SortedMap<Labels, double[]> alternating(int histograms) {
    SortedMap<Labels, double[]> all = new TreeMap<>();
    Random random = new Random(5);
    for (int i = 0; i < histograms; i++) {
      double[][] counts = Buckets.of(random, 64, SCRAPES);
      for (int bucket = 0; bucket < counts.length; bucket++) {
        all.put(labels("le", Buckets.BOUNDS.get(bucket), 2 * i + 1), counts[bucket]);
      }
    }
    return all;
  }

  /** More chunks than are in memory while a block is written. */
  @Test
  void basesAreReadFromTheFileThatIsBeingWritten() throws IOException {
    SortedMap<Labels, double[]> all = alternating(150);
    Block block = write("block", all, true);
    assertThat(Files.size(block.directory().resolve("chunks"))).isGreaterThan(2 << 18);
    checkSame(values(block), all);
    // As in a small block: 40 of 96.
    assertThat(differences(block)).isBetween(4L * 150, 6L * 150);
    block.release();
  }

  /** Workers of a query read series side by side; more bases than are remembered. */
  @Test
  void severalReadersShareWhatIsRemembered() throws Exception {
    SortedMap<Labels, double[]> all = alternating(40);
    Block block = write("block", all, true);
    List<SelectedSeries> selected =
        block.select(List.of(), 0, Long.MAX_VALUE, new BucketValues(), _ -> {});
    assertThat(selected).hasSameSizeAs(all.keySet());
    try (ExecutorService workers = Executors.newFixedThreadPool(4)) {
      List<Future<Integer>> results = new ArrayList<>();
      for (int worker = 0; worker < 4; worker++) {
        Random random = new Random(worker);
        results.add(workers.submit(() -> readSome(selected, all, random)));
      }
      for (Future<Integer> result : results) {
        assertThat(result.get()).isEqualTo(2000);
      }
    }
    block.release();
  }

  private static int readSome(
      List<SelectedSeries> selected, Map<Labels, double[]> expected, Random random)
      throws IOException {
    SampleBatch batch = new SampleBatch();
    int read = 0;
    while (read < 2000) {
      SelectedSeries series = selected.get(random.nextInt(selected.size()));
      series.chunks().getFirst().decode(batch);
      assertThat(Arrays.copyOf(batch.values(), batch.count()))
          .isEqualTo(expected.get(series.labels()));
      read++;
    }
    return read;
  }

  /** Whoever reads one bucket alone, in whatever order, reads the same. */
  @Test
  void aBucketIsReadWithoutTheOthers() throws IOException {
    SortedMap<Labels, double[]> expected = histograms("le", 64);
    Block block = write("block", expected, true);
    List<Labels> order = new ArrayList<>(expected.keySet());
    Collections.shuffle(order, new Random(2));
    SampleBatch batch = new SampleBatch();
    for (Labels labels : order) {
      List<LabelMatcher> matchers = new ArrayList<>();
      labels.forEach(label -> matchers.add(LabelMatcher.equal(label.name(), label.value())));
      List<SelectedSeries> found =
          block.select(matchers, 0, Long.MAX_VALUE, new BucketValues(), _ -> {});
      assertThat(found).hasSize(1);
      found.getFirst().chunks().getFirst().decode(batch);
      assertThat(Arrays.copyOf(batch.values(), batch.count())).isEqualTo(expected.get(labels));
    }
    block.release();
  }

  private static BucketReference reference(BlockChunk chunk) throws IOException {
    return BucketReference.read(new ByteReader(chunk.bytes(), 0, chunk.length()));
  }

  /** A base stands as it is, is of the same histogram, and damage to it costs what it must. */
  @Test
  void damageCostsTheChunkAndThoseTakenFromIt() throws IOException {
    SortedMap<Labels, double[]> expected = histograms("le", 64);
    Block block = write("block", expected, true);
    Map<Long, Labels> places = new HashMap<>();
    Map<Labels, Labels> bases = new HashMap<>();
    for (var chunk : chunks(block).entrySet()) {
      places.put(chunk.getValue().offset(), chunk.getKey());
      if (chunk.getValue().kind() == BlockLayout.DIFFERENCES) {
        long offset = chunk.getValue().offset() - reference(chunk.getValue()).distance();
        Labels base = places.getOrDefault(offset, Labels.EMPTY);
        assertThat(base.differOnlyIn("le", chunk.getKey())).as("%s", chunk.getKey()).isTrue();
        bases.put(chunk.getKey(), base);
      }
    }
    assertThat(bases.values()).doesNotContainAnyElementsOf(bases.keySet());
    Map<Labels, BlockChunk> chunks = chunks(block);
    Path file = block.directory().resolve(BlockLayout.CHUNKS_FILE);
    byte[] sound = Files.readAllBytes(file);
    Random random = new Random(4);
    for (var damaged : chunks.entrySet()) {
      byte[] bytes = sound.clone();
      int place =
          (int) damaged.getValue().offset() + random.nextInt(damaged.getValue().length() + 4);
      bytes[place] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, bytes);
      Set<Labels> lost = new TreeSet<>();
      lost.add(damaged.getKey());
      bases.forEach(
          (labels, base) -> {
            if (base.equals(damaged.getKey())) {
              lost.add(labels);
            }
          });
      checkLost(block.directory(), damaged.getValue(), lost, expected);
    }
    Files.write(file, sound);
    block.release();
  }

  private void checkLost(
      Path blockDirectory, BlockChunk damaged, Set<Labels> lost, Map<Labels, double[]> expected)
      throws IOException {
    Block block = Block.open(disk, blockDirectory);
    Set<Labels> found = new TreeSet<>();
    SampleBatch batch = new SampleBatch();
    for (var chunk : chunks(block).entrySet()) {
      try {
        chunk.getValue().decode(batch);
        assertThat(Arrays.copyOf(batch.values(), batch.count()))
            .isEqualTo(expected.get(chunk.getKey()));
      } catch (CorruptFileException e) {
        found.add(chunk.getKey());
        // Its own place, and that of what is damaged.
        assertThat(e)
            .hasMessageContaining("chunks at %d: ", chunk.getValue().offset())
            .hasMessageContaining("chunks at %d: crc of ", damaged.offset());
      }
    }
    assertThat(found).isEqualTo(lost);
    List<TsdbException> damages = new ArrayList<>();
    BlockCheck.check(disk, blockDirectory, damages::add);
    assertThat(damages).hasSameSizeAs(lost);
    block.release();
  }

  private Block merge(String name, Block block, List<String> withoutBounds) throws IOException {
    BlockWriter.Plan plan =
        new BlockWriter.Plan(0, 1L << 40, 1, 2, true, new BlockSources(List.of(), List.of()));
    try (BlockWriter writer = BlockWriter.create(disk, directory, name, plan)) {
      for (int page = 0; page < block.pageCount(); page++) {
        for (SelectedSeries series : block.seriesOfPage(page)) {
          if (!withoutBounds.contains(series.labels().get("le"))) {
            writer.merge(series.labels(), series.chunks());
          }
        }
      }
      return Block.open(disk, writer.finish());
    }
  }

  @Test
  void chunksAreCopiedWithTheirBases() throws IOException {
    Block block = write("block", histograms("le", 64), true);
    Block copy = merge("copy", block, List.of());
    assertThat(Files.readAllBytes(copy.directory().resolve("chunks")))
        .isEqualTo(Files.readAllBytes(block.directory().resolve("chunks")));
    block.release();
    copy.release();
  }

  @Test
  void chunksWhoseBaseIsGoneAreWrittenAnew() throws IOException {
    SortedMap<Labels, double[]> expected = histograms("le", 64);
    Block block = write("block", expected, true);
    for (String gone : Buckets.BOUNDS) {
      Block merged = merge("without" + gone, block, List.of(gone));
      Map<Labels, double[]> left = new TreeMap<>(expected);
      left.keySet().removeIf(labels -> labels.get("le").equals(gone));
      checkSame(values(merged), left);
      assertThat(differences(merged)).isGreaterThan(20);
      List<TsdbException> damages = new ArrayList<>();
      BlockCheck.check(disk, merged.directory(), damages::add);
      assertThat(damages).isEmpty();
      merged.release();
    }
    block.release();
  }

  @Test
  void otherTextsThanNumbersAreNoBounds() throws IOException {
    for (String bound : List.of("low", "NaN", "0x10", "1d", "1.2.3", "--1", "Infinity")) {
      SortedMap<Labels, double[]> series = new TreeMap<>();
      double[][] counts = Buckets.of(new Random(3), 64, SCRAPES);
      series.put(labels("le", bound, 0), counts[8]);
      series.put(labels("le", "0.25", 0), counts[7]);
      Block block = write("of" + bound, series, true);
      assertThat(differences(block)).as(bound).isZero();
      checkSame(values(block), series);
      block.release();
    }
  }
}
