package io.hmsops.tsdb.compaction;

import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.block.BlockPages;
import io.hmsops.tsdb.block.BlockSources;
import io.hmsops.tsdb.block.BlockWriter;
import io.hmsops.tsdb.block.ChunkSource;
import io.hmsops.tsdb.block.SelectedSeries;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.TsdbException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Makes one block of several: series by series, without what is deleted of them. Where samples have
 * the same timestamp, that of the older block is taken.
 */
public final class BlockMerge {
  /** About how much memory the timestamps take that series of the old blocks share. */
  private static final long TIMES_BYTES = 16 << 20;

  private BlockMerge() {}

  /** Walks the series of one block. */
  private static final class Walk {
    private final BlockPages pages;
    private final int order;
    private int page;
    private int index;
    private List<SelectedSeries> series = List.of();

    Walk(BlockPages pages, int order) {
      this.pages = pages;
      this.order = order;
    }

    boolean next() throws TsdbException {
      index++;
      while (index >= series.size()) {
        if (page == pages.count()) {
          return false;
        }
        series = pages.read(page++);
        index = 0;
      }
      return true;
    }

    SelectedSeries current() {
      return series.get(index);
    }

    Labels labels() {
      return current().labels();
    }

    int order() {
      return order;
    }
  }

  /**
   * Writes the merged block. The others are not touched.
   *
   * @param disk where files are written
   * @param directory the blocks' directory
   * @param blocks what to merge, the oldest first; retained by the caller
   * @param name the new block's name
   * @param level the new block's level
   * @param cold whether smaller is worth slower
   * @return the new block's directory, empty if nothing is left
   * @throws IOException if a block is damaged, or the new one cannot be written
   */
  public static Optional<Path> write(
      Disk disk, Path directory, List<Block> blocks, String name, int level, boolean cold)
      throws IOException {
    BlockWriter.Plan plan =
        new BlockWriter.Plan(
            blocks.stream().mapToLong(Block::rangeStartMs).min().orElseThrow(),
            blocks.stream().mapToLong(Block::rangeEndMs).max().orElseThrow(),
            blocks.stream().mapToLong(Block::cutLsn).max().orElseThrow(),
            level,
            cold,
            BlockSources.ofMerged(blocks));
    try (BlockWriter writer = BlockWriter.create(disk, directory, name, plan)) {
      merge(blocks, writer);
      return writer.isEmpty() ? Optional.empty() : Optional.of(writer.finish());
    }
  }

  private static void merge(List<Block> blocks, BlockWriter writer) throws IOException {
    PriorityQueue<Walk> walks =
        new PriorityQueue<>(Comparator.comparing(Walk::labels).thenComparingInt(Walk::order));
    for (int i = 0; i < blocks.size(); i++) {
      Walk walk = new Walk(blocks.get(i).pages(TIMES_BYTES / blocks.size()), i);
      if (walk.next()) {
        walks.add(walk);
      }
    }
    while (!walks.isEmpty()) {
      Labels labels = walks.element().labels();
      List<ChunkSource> chunks = new ArrayList<>();
      while (!walks.isEmpty() && walks.element().labels().equals(labels)) {
        Walk walk = walks.remove();
        chunks.addAll(walk.current().chunks());
        if (walk.next()) {
          walks.add(walk);
        }
      }
      chunks.sort(Comparator.comparingLong(ChunkSource::minTimeMs));
      writer.merge(labels, chunks);
    }
  }
}
