package io.hmsops.tsdb.compaction;

import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.block.BlockWriter;
import io.hmsops.tsdb.block.ChunkCursor;
import io.hmsops.tsdb.block.HeadChunk;
import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.head.HeadCut;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.storage.Cancellation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
    List<HeadCut.CutSeries> sorted = new ArrayList<>(cut.series());
    sorted.sort(Comparator.comparing(HeadCut.CutSeries::labels));
    SortedSet<Long> starts = new TreeSet<>();
    for (HeadCut.CutSeries series : sorted) {
      for (Chunk chunk : series.chunks()) {
        starts.add(start(chunk, rangeMs));
      }
    }
    List<Block> blocks = new ArrayList<>();
    boolean complete = false;
    try {
      for (long start : starts) {
        Path written = writeRange(disk, directory, cut.lsn(), sorted, start, rangeMs);
        blocks.add(Block.open(disk, written));
      }
      complete = true;
      return blocks;
    } finally {
      if (!complete) {
        // The head keeps what is in them and will write it again.
        for (Block block : blocks) {
          block.release();
          disk.delete(block.directory());
        }
      }
    }
  }

  private static long start(Chunk chunk, long rangeMs) {
    return Math.floorDiv(chunk.minTimeMs(), rangeMs) * rangeMs;
  }

  private static Path writeRange(
      Disk disk, Path directory, long lsn, List<HeadCut.CutSeries> sorted, long start, long rangeMs)
      throws IOException {
    BlockWriter.Plan plan = new BlockWriter.Plan(start, start + rangeMs, lsn, 0, false);
    String name = "%d-%d-%d".formatted(start, start + rangeMs, lsn);
    try (BlockWriter writer = BlockWriter.create(disk, directory, name, plan)) {
      for (HeadCut.CutSeries series : sorted) {
        List<HeadChunk> chunks =
            series.chunks().stream()
                .filter(chunk -> start(chunk, rangeMs) == start)
                .map(chunk -> new HeadChunk(chunk, chunk.count()))
                .sorted(Comparator.comparingLong(HeadChunk::minTimeMs))
                .toList();
        if (!chunks.isEmpty()) {
          writer.add(
              series.labels(),
              new ChunkCursor(chunks, Long.MIN_VALUE, Long.MAX_VALUE, Cancellation.NONE));
        }
      }
      return writer.finish();
    }
  }
}
