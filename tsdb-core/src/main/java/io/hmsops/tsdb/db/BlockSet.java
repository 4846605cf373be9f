package io.hmsops.tsdb.db;

import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.block.BlockWriter;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.storage.CorruptFileException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The blocks of a database. Thread-safe. */
final class BlockSet implements AutoCloseable {
  record Totals(int count, long sizeBytes, long minTimeMs) {}

  private List<Block> blocks = List.of();

  private BlockSet() {}

  /** Opens all blocks. A damaged one is left out and named among the losses. */
  static BlockSet open(Disk disk, Path directory, List<DataLoss> losses) throws IOException {
    BlockSet set = new BlockSet();
    List<Block> opened = new ArrayList<>();
    boolean complete = false;
    try {
      Map<String, String> failed = new TreeMap<>();
      for (Path entry : disk.list(directory)) {
        if (entry.toString().endsWith(BlockWriter.TEMPORARY_SUFFIX)) {
          // Left by a crash while it was written: the log, or other blocks, still have all of it.
          disk.delete(entry);
          continue;
        }
        try {
          opened.add(Block.open(disk, entry));
        } catch (CorruptFileException | NoSuchFileException e) {
          failed.put(entry.getFileName().toString(), String.valueOf(e.getMessage()));
        }
      }
      Set<String> replaced = deleteReplaced(disk, opened);
      for (Map.Entry<String, String> failure : failed.entrySet()) {
        if (replaced.contains(failure.getKey())) {
          // The crash came while it was deleted.
          Block.delete(disk, directory.resolve(failure.getKey()));
        } else {
          losses.add(
              DataLoss.ofBlock(
                  directory.resolve(failure.getKey()), "block left out: " + failure.getValue()));
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

  /**
   * Deletes what a crash has left between the birth of a merged block and the end of those it was
   * made of.
   *
   * @return the names of all blocks that were replaced
   */
  private static Set<String> deleteReplaced(Disk disk, List<Block> opened) throws IOException {
    Set<String> replaced = new HashSet<>();
    opened.forEach(block -> replaced.addAll(block.replaced()));
    for (Block block : List.copyOf(opened)) {
      if (replaced.contains(String.valueOf(block.directory().getFileName()))) {
        opened.remove(block);
        block.release();
        Block.delete(disk, block.directory());
      }
    }
    return replaced;
  }

  /** Puts one block in the place of others, which the caller releases. */
  synchronized void replace(List<Block> old, List<Block> merged) {
    List<Block> all = new ArrayList<>(blocks);
    all.removeAll(old);
    all.addAll(merged);
    blocks = List.copyOf(all);
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

  /** Takes out the oldest blocks until the others have at most so many bytes. */
  synchronized List<Block> removeBeyond(long bytes) {
    List<Block> oldestFirst = new ArrayList<>(blocks);
    oldestFirst.sort(Comparator.comparingLong(Block::maxTimeMs));
    long size = oldestFirst.stream().mapToLong(Block::sizeBytes).sum();
    List<Block> old = new ArrayList<>();
    for (Block block : oldestFirst) {
      if (size <= bytes) {
        break;
      }
      size -= block.sizeBytes();
      old.add(block);
    }
    replace(old, List.of());
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

  /** {@return whether a block holds everything of its range up to this batch, and nothing newer} */
  synchronized boolean isCutAt(long lsn) {
    return blocks.stream().anyMatch(block -> block.cutLsn() == lsn);
  }

  /** {@return what of blocks was damaged and has been mended in memory} */
  synchronized List<String> mended() {
    return blocks.stream().flatMap(block -> block.mended().stream()).toList();
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
