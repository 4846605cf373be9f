package io.hmsops.tsdb.compaction;

import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.block.BlockSources;
import io.hmsops.tsdb.block.BlockWriter;
import io.hmsops.tsdb.block.ChunkCursor;
import io.hmsops.tsdb.block.ChunkSource;
import io.hmsops.tsdb.head.HeadCut;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.storage.Cancellation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Writes what was cut from the head, one block for each range. */
public final class HeadToBlocks {
  private HeadToBlocks() {}

  /**
   * {@return the new blocks, open}
   *
   * @param disk where files are written
   * @param directory the blocks' directory
   * @param cut what to write
   * @param rangeMs the length of a block's range, which no chunk crosses
   * @throws IOException if a block could not be written; none of them is left then
   */
  public static List<Block> write(Disk disk, Path directory, HeadCut cut, long rangeMs)
      throws IOException {
    SortedSet<Long> starts = new TreeSet<>();
    for (int i = 0; i < cut.size(); i++) {
      for (ChunkSource source : cut.series(i).sources()) {
        starts.add(start(source.minTimeMs(), rangeMs));
      }
    }
    List<Block> blocks = new ArrayList<>();
    List<Path> paths = new ArrayList<>();
    boolean complete = false;
    try {
      for (long start : starts) {
        Optional<Path> written = writeRange(disk, directory, cut, start, rangeMs);
        if (written.isPresent()) {
          paths.add(written.get());
          blocks.add(Block.open(disk, written.get()));
        }
      }
      complete = true;
      return blocks;
    } finally {
      if (!complete) {
        // The head keeps what is in them and will write it again.
        blocks.forEach(Block::release);
        for (Path path : paths) {
          Block.delete(disk, path);
        }
      }
    }
  }

  private static long start(long timestampMs, long rangeMs) {
    long range = Math.floorDiv(timestampMs, rangeMs);
    // The first range of all begins before the first timestamp.
    return range == Math.floorDiv(Long.MIN_VALUE, rangeMs) ? Long.MIN_VALUE : range * rangeMs;
  }

  /** {@return the end of a range; the last of all ends with the last timestamp and has it} */
  private static long end(long startMs, long rangeMs) {
    long range = Math.floorDiv(startMs, rangeMs);
    return range == Math.floorDiv(Long.MAX_VALUE, rangeMs) ? Long.MAX_VALUE : (range + 1) * rangeMs;
  }

  private static Optional<Path> writeRange(
      Disk disk, Path directory, HeadCut cut, long start, long rangeMs) throws IOException {
    long end = end(start, rangeMs);
    long last = end == Long.MAX_VALUE ? end : end - 1;
    BlockWriter.Plan plan = BlockWriter.Plan.ofCut(start, end, cut.lsn());
    if (!cut.whole()) {
      // It stands for nothing in the log: what a replay finds there is in the head once more.
      plan =
          new BlockWriter.Plan(
              plan.rangeStartMs(),
              plan.rangeEndMs(),
              plan.cutLsn(),
              plan.level(),
              plan.cold(),
              new BlockSources(List.of(), List.of()));
    }
    String name = "%d-%d-%d".formatted(start, end, cut.lsn());
    try (BlockWriter writer = BlockWriter.create(disk, directory, name, plan)) {
      for (int i = 0; i < cut.size(); i++) {
        HeadCut.CutSeries series = cut.series(i);
        writer.add(
            series.labels(), new ChunkCursor(series.sources(), start, last, Cancellation.NONE));
      }
      return writer.isEmpty() ? Optional.empty() : Optional.of(writer.finish());
    }
  }
}
