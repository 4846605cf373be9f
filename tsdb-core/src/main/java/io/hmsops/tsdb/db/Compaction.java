package io.hmsops.tsdb.db;

import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.block.BlockWriter;
import io.hmsops.tsdb.compaction.BlockMerge;
import io.hmsops.tsdb.compaction.CompactionPlan;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.storage.CorruptFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Merges blocks and drops them. Used by one thread at a time. */
final class Compaction {
  private final Disk disk;
  private final Path directory;
  private final long rangeMs;
  private final BlockSet blocks;
  private final Consumer<String> problems;

  /**
   * A block that counts no more, but is there as long as it cannot be deleted.
   *
   * @param replaced names of the blocks that it stands for
   */
  private record Doomed(Path directory, List<String> replaced) {
    private String name() {
      return String.valueOf(directory.getFileName());
    }

    private boolean standsFor(Doomed other) {
      return replaced.contains(other.name());
    }
  }

  /**
   * In the order in which they have to go: without the block that stands for it, a start would take
   * one for a block that counts, with all that was deleted since.
   */
  private final List<Doomed> doomed = new ArrayList<>();

  /** Damaged blocks are not merged: what of them can be read stays readable where it is. */
  private final Set<Block> leftAlone = new HashSet<>();

  Compaction(Disk disk, Path directory, long rangeMs, BlockSet blocks, Consumer<String> problems) {
    this.disk = disk;
    this.directory = directory;
    this.rangeMs = rangeMs;
    this.blocks = blocks;
    this.problems = problems;
  }

  /** Merges until nothing is left to merge. */
  void run(long overMs, boolean everything) throws IOException {
    while (true) {
      List<Block> retained = blocks.retainAll();
      try {
        List<Block> candidates =
            retained.stream().filter(block -> !leftAlone.contains(block)).toList();
        Optional<CompactionPlan.Group> group =
            CompactionPlan.next(candidates, rangeMs, overMs, everything);
        if (group.isEmpty()) {
          return;
        }
        merge(group.get().blocks(), group.get().level());
      } finally {
        retained.forEach(Block::release);
      }
    }
  }

  /** Rewrites the blocks of which something is deleted. */
  void cleanTombstones() throws IOException {
    List<Block> retained = blocks.retainAll();
    try {
      for (Block block : retained) {
        if (block.hasTombstones() && !leftAlone.contains(block)) {
          merge(List.of(block), block.level());
        }
      }
    } finally {
      retained.forEach(Block::release);
    }
  }

  /** Rewrites some blocks without what is deleted of them. */
  void rewrite(List<Block> thinned) throws IOException {
    for (Block block : thinned) {
      if (!leftAlone.contains(block)) {
        merge(List.of(block), block.level());
      }
    }
  }

  private void merge(List<Block> old, int level) throws IOException {
    List<Block> merged = new ArrayList<>();
    String name = name(old, level);
    try {
      Optional<Path> written = BlockMerge.write(disk, directory, old, name, level, level > 0);
      if (written.isPresent()) {
        merged.add(Block.open(disk, written.get()));
      }
    } catch (CorruptFileException e) {
      leftAlone.addAll(old);
      problems.accept("blocks are not merged, one is damaged: " + e.getMessage());
      return;
    }
    blocks.replace(old, merged);
    drop(old);
  }

  /** {@return a name that no block has had} */
  private String name(List<Block> old, int level) {
    long start = old.stream().mapToLong(Block::rangeStartMs).min().orElseThrow();
    long end = old.stream().mapToLong(Block::rangeEndMs).max().orElseThrow();
    long lsn = old.stream().mapToLong(Block::cutLsn).max().orElseThrow();
    String base = "%d-%d-%d-l%d".formatted(start, end, lsn, level);
    String name = base;
    for (int i = 1; names(old).contains(name) || isDoomed(name); i++) {
      name = base + "-" + i;
    }
    return name;
  }

  private boolean isDoomed(String name) {
    return doomed.stream().anyMatch(block -> block.name().equals(name));
  }

  private static Set<String> names(List<Block> old) {
    Set<String> names = new HashSet<>();
    for (Block block : old) {
      names.add(String.valueOf(block.directory().getFileName()));
      names.addAll(block.replaced());
    }
    return names;
  }

  /**
   * Deletes blocks that are no longer among the others; queries that read them keep them mapped.
   * What cannot be deleted is tried again with the next ones.
   *
   * @throws IOException if one of these could not be deleted; the others are
   */
  void drop(List<Block> old) throws IOException {
    int told = doomed.size();
    for (Block block : old) {
      doomed.add(new Doomed(block.directory(), block.replaced()));
      block.release();
    }
    List<IOException> failures = new ArrayList<>();
    List<Doomed> left = new ArrayList<>();
    for (int i = 0; i < doomed.size(); i++) {
      Doomed block = doomed.get(i);
      if (left.stream().anyMatch(block::standsFor)) {
        left.add(block);
        continue;
      }
      try {
        delete(block.directory);
      } catch (IOException e) {
        left.add(block);
        if (i >= told) {
          failures.add(e);
        }
      }
    }
    doomed.clear();
    doomed.addAll(left);
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }

  private void delete(Path block) throws IOException {
    if (disk.list(directory).contains(block)) {
      Block.delete(disk, block);
    } else {
      // An attempt before has taken its name away.
      disk.forceDirectory(directory);
      disk.delete(directory.resolve(block.getFileName() + BlockWriter.TEMPORARY_SUFFIX));
    }
  }
}
