package io.hmsops.tsdb.compaction;

import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.block.BlockWriter;
import io.hmsops.tsdb.block.BlockWriter.SeriesChunks;
import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.head.HeadCut;
import io.hmsops.tsdb.io.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

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
    SortedMap<Long, List<SeriesChunks>> ranges = new TreeMap<>();
    for (HeadCut.CutSeries series : cut.series()) {
      SortedMap<Long, List<Chunk>> ofSeries = new TreeMap<>();
      for (Chunk chunk : series.chunks()) {
        ofSeries
            .computeIfAbsent(
                Math.floorDiv(chunk.minTimeMs(), rangeMs) * rangeMs, _ -> new ArrayList<>())
            .add(chunk);
      }
      ofSeries.forEach(
          (start, chunks) ->
              ranges
                  .computeIfAbsent(start, _ -> new ArrayList<>())
                  .add(new SeriesChunks(series.labels(), chunks)));
    }
    List<Block> blocks = new ArrayList<>();
    boolean complete = false;
    try {
      for (Map.Entry<Long, List<SeriesChunks>> range : ranges.entrySet()) {
        long start = range.getKey();
        String name = "%d-%d-%d".formatted(start, start + rangeMs, cut.lsn());
        BlockWriter.write(
            disk, directory, name, start, start + rangeMs, cut.lsn(), range.getValue());
        blocks.add(Block.open(disk, directory.resolve(name)));
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
}
