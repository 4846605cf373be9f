package io.hmsops.tsdb.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.block.BlockSources;
import io.hmsops.tsdb.block.BlockWriter;
import io.hmsops.tsdb.block.ChunkCursor;
import io.hmsops.tsdb.block.SelectedSeries;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.testing.Histograms;
import io.hmsops.tsdb.testing.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks of any chunks become one that has the same samples; what need not change is copied. */
final class BlockMergeTest {
  private static final int FLOATS = 0;
  private static final int FLOATS_WITH_STARTS = 1;
  private static final int HISTOGRAMS = 2;

  private final Disk disk = Disk.real();

  @TempDir private Path directory;

  /** A sample as text: what must come back. */
  private final Map<Labels, Map<Long, String>> expected = new TreeMap<>();

  private static Labels labels(int i) {
    return Labels.of("__name__", "m", "i", "v" + i);
  }

  private static SampleBatch batch(Random random, int kind, long fromMs, int count, int stepMs) {
    SampleBatch batch = new SampleBatch();
    double value = 0;
    for (int i = 0; i < count; i++) {
      long time = fromMs + (long) i * stepMs;
      if (kind == HISTOGRAMS) {
        batch.add(time, Histograms.random(random));
      } else {
        value += random.nextInt(50) / 4.0;
        batch.add(time, value);
      }
      if (kind == FLOATS_WITH_STARTS) {
        batch.setLastStartTimestamp(1 + time / 1000);
      }
    }
    return batch;
  }

  private static SampleCursor cursor(List<SampleBatch> batches) {
    int[] next = {0};
    return into -> {
      into.clear();
      if (next[0] == batches.size()) {
        return false;
      }
      SampleBatch batch = batches.get(next[0]++);
      for (int i = 0; i < batch.count(); i++) {
        into.addFrom(batch, i);
      }
      return true;
    };
  }

  /** What a chunk knows of a reset depends on where it begins. */
  private static Histogram withoutCounterHint(Histogram histogram) {
    return histogram.resetHint() != CounterResetHint.NOT_RESET
        ? histogram
        : histogram.withResetHint(CounterResetHint.UNKNOWN);
  }

  private static String text(SampleBatch batch, int i) {
    String value =
        batch.holdsHistograms()
            ? withoutCounterHint(batch.histograms()[i]).toString()
            : Long.toHexString(Double.doubleToRawLongBits(batch.values()[i]));
    return value + " from " + batch.startTimestampMs(i);
  }

  private static Map<Long, String> texts(SampleCursor cursor) throws IOException {
    Map<Long, String> texts = new TreeMap<>();
    SampleBatch batch = new SampleBatch();
    while (cursor.next(batch)) {
      for (int i = 0; i < batch.count(); i++) {
        texts.put(batch.timestampsMs()[i], text(batch, i));
      }
    }
    return texts;
  }

  private static Map<Labels, Map<Long, String>> texts(Block block) throws IOException {
    Map<Labels, Map<Long, String>> all = new TreeMap<>();
    for (int page = 0; page < block.pageCount(); page++) {
      for (SelectedSeries series : block.seriesOfPage(page)) {
        all.put(
            series.labels(),
            texts(
                new ChunkCursor(
                    series.chunks(), Long.MIN_VALUE, Long.MAX_VALUE, Cancellation.NONE)));
      }
    }
    return all;
  }

  private Block write(String name, int level, Map<Labels, List<SampleBatch>> series)
      throws IOException {
    BlockWriter.Plan plan =
        new BlockWriter.Plan(
            0, 1L << 40, 1, level, level > 0, new BlockSources(List.of(), List.of()));
    try (BlockWriter writer = BlockWriter.create(disk, directory, name, plan)) {
      for (var one : series.entrySet()) {
        writer.add(one.getKey(), cursor(one.getValue()));
      }
      return Block.open(disk, writer.finish());
    }
  }

  private Block merge(List<Block> blocks, int level) throws IOException {
    return Block.open(
        disk, BlockMerge.write(disk, directory, blocks, "merged", level, level > 0).orElseThrow());
  }

  @Test
  void samplesOfAnyBlocksComeBack() throws IOException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    for (int round = 0; round < 12; round++) {
      expected.clear();
      List<Block> blocks = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        blocks.add(random(random, "b%d-%d".formatted(round, i), i));
      }
      if (random.nextBoolean()) {
        delete(blocks.get(random.nextInt(4)), random);
      }
      Block merged = merge(blocks, random.nextInt(3));

      checkSame("seed=%d round=%d".formatted(seed, round), texts(merged), expected(blocks));

      for (Block block : blocks) {
        block.release();
      }
      merged.release();
      Block.delete(disk, merged.directory());
    }
  }

  /** A failure names the first difference, not all samples. */
  private static void checkSame(
      String context,
      Map<Labels, Map<Long, String>> found,
      Map<Labels, Map<Long, String>> expected) {
    assertThat(found.keySet()).as(context).isEqualTo(expected.keySet());
    expected.forEach(
        (labels, samples) -> {
          Map<Long, String> here = found.getOrDefault(labels, new TreeMap<>());
          assertThat(here.keySet()).as("%s %s", context, labels).isEqualTo(samples.keySet());
          samples.forEach(
              (time, text) ->
                  assertThat(here.get(time))
                      .as("%s %s at %d", context, labels, time)
                      .isEqualTo(text));
        });
  }

  /** Blocks follow one another, but a series may reach into the next one. */
  private Block random(Random random, String name, int place) throws IOException {
    Map<Labels, List<SampleBatch>> series = new TreeMap<>();
    for (int i = 0; i < 20; i++) {
      if (random.nextInt(4) > 0) {
        int kind = i % 5 == 0 ? HISTOGRAMS : i % 5 == 1 ? FLOATS_WITH_STARTS : FLOATS;
        int most = kind == HISTOGRAMS ? 40 : 5000;
        int count = 1 + random.nextInt(random.nextBoolean() ? most : 20);
        long fromMs = place * 5_000_000L + random.nextInt(3) * 1000L;
        series.put(labels(i), List.of(batch(random, kind, fromMs, count, 1000 + i % 2)));
      }
    }
    return write(name, random.nextInt(3), series);
  }

  private void delete(Block block, Random random) throws IOException {
    long fromMs = block.minTimeMs() + random.nextInt(3_000_000);
    block.delete(
        disk,
        List.of(List.of(LabelMatcher.equal("i", "v" + random.nextInt(20)))),
        fromMs,
        fromMs + random.nextInt(2_000_000));
  }

  /** Of samples with one timestamp that of the first block counts. */
  private Map<Labels, Map<Long, String>> expected(List<Block> blocks) throws IOException {
    for (Block block : blocks) {
      texts(block)
          .forEach(
              (labels, samples) -> {
                Map<Long, String> known = expected.computeIfAbsent(labels, _ -> new TreeMap<>());
                samples.forEach(known::putIfAbsent);
              });
    }
    return expected;
  }

  @Test
  void largeColdChunksAreCopied() throws IOException {
    Random random = new Random(5);
    Map<Labels, List<SampleBatch>> early = new TreeMap<>();
    Map<Labels, List<SampleBatch>> late = new TreeMap<>();
    for (int i = 0; i < 20; i++) {
      early.put(labels(i), List.of(batch(random, FLOATS, 0, 2880, 15_000)));
      late.put(labels(i), List.of(batch(random, FLOATS, 43_200_000, 2880, 15_000)));
    }
    Block first = write("first", 1, early);
    Block second = write("second", 1, late);
    Block merged = merge(List.of(first, second), 2);

    // A header of 16 bytes less.
    assertThat(Files.size(merged.directory().resolve("chunks")))
        .isEqualTo(
            Files.size(first.directory().resolve("chunks"))
                + Files.size(second.directory().resolve("chunks"))
                - 16);
    checkSame("copied", texts(merged), expected(List.of(first, second)));
    List.of(first, second, merged).forEach(Block::release);
  }
}
