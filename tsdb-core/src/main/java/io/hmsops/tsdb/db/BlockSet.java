package io.hmsops.tsdb.db;

import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.block.BlockWriter;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.storage.CorruptFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The blocks of a database. Thread-safe. */
final class BlockSet implements AutoCloseable {
  record Totals(int count, long sizeBytes, long minTimeMs) {}

  private List<Block> blocks = List.of();

  private BlockSet() {}

  /** Opens all blocks. A damaged one is left out and named among the problems. */
  static BlockSet open(Disk disk, Path directory, List<String> problems) throws IOException {
    BlockSet set = new BlockSet();
    List<Block> opened = new ArrayList<>();
    boolean complete = false;
    try {
      for (Path entry : disk.list(directory)) {
        if (entry.toString().endsWith(BlockWriter.TEMPORARY_SUFFIX)) {
          // Left by a crash while it was written: the log still has all of it.
          disk.delete(entry);
          continue;
        }
        try {
          opened.add(Block.open(disk, entry));
        } catch (CorruptFileException e) {
          problems.add("block left out: " + e.getMessage());
        }
      }
      set.add(opened);
      complete = true;
      return set;
    } finally {
      if (!complete) {
        opened.forEach(Block::release);
      }
    }
  }

  synchronized void add(List<Block> added) {
    List<Block> all = new ArrayList<>(blocks);
    all.addAll(added);
    blocks = List.copyOf(all);
  }

  synchronized List<Block> retainAll() {
    blocks.forEach(Block::retain);
    return blocks;
  }

  /** Takes out the blocks that end before a time; the caller releases them. */
  synchronized List<Block> removeBefore(long timestampMs) {
    List<Block> old = blocks.stream().filter(b -> b.maxTimeMs() < timestampMs).toList();
    blocks = blocks.stream().filter(b -> b.maxTimeMs() >= timestampMs).toList();
    return old;
  }

  synchronized boolean holds(long lsn, long timestampMs) {
    for (Block block : blocks) {
      if (block.holds(lsn, timestampMs)) {
        return true;
      }
    }
    return false;
  }

  synchronized long maxTimeMs() {
    return blocks.stream().mapToLong(Block::maxTimeMs).max().orElse(Long.MIN_VALUE);
  }

  synchronized long maxCutLsn() {
    return blocks.stream().mapToLong(Block::cutLsn).max().orElse(0);
  }

  synchronized Totals totals() {
    return new Totals(
        blocks.size(),
        blocks.stream().mapToLong(Block::sizeBytes).sum(),
        blocks.stream().mapToLong(Block::minTimeMs).min().orElse(Long.MAX_VALUE));
  }

  @Override
  public synchronized void close() {
    blocks.forEach(Block::release);
    blocks = List.of();
  }
}
