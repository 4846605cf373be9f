package io.hmsops.tsdb.db;

import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.storage.CorruptFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Retention where some series have a rule of their own. Used by one thread at a time. */
final class RuledRetention {
  private final Disk disk;
  private final Options options;
  private final BlockSet blocks;
  private final Compaction compaction;
  private final Consumer<String> problems;

  /** For each block how many of the rules, and of the rest, were over when it was looked at. */
  private final Map<Path, Integer> over = new HashMap<>();

  RuledRetention(
      Disk disk,
      Options options,
      BlockSet blocks,
      Compaction compaction,
      Consumer<String> problems) {
    this.disk = disk;
    this.options = options;
    this.blocks = blocks;
    this.compaction = compaction;
    this.problems = problems;
  }

  /** Drops blocks of which nothing is kept any more, and rewrites those of which a part is. */
  void enforce(long newestMs) throws IOException {
    List<Block> gone = new ArrayList<>();
    List<Block> thinned = new ArrayList<>();
    List<Block> retained = blocks.retainAll();
    try {
      for (Block block : retained) {
        enforce(block, newestMs, gone, thinned);
      }
      blocks.replace(gone, List.of());
      compaction.drop(gone);
      compaction.rewrite(thinned);
      Set<Path> known = retained.stream().map(Block::directory).collect(Collectors.toSet());
      over.keySet().retainAll(known);
    } finally {
      retained.forEach(Block::release);
    }
  }

  private void enforce(Block block, long newestMs, List<Block> gone, List<Block> thinned)
      throws IOException {
    List<Block.Group> groups = new ArrayList<>();
    int count = 0;
    for (RetentionRule rule : options.retentionRules()) {
      boolean isOver = isOver(block, newestMs, rule.keep());
      groups.add(new Block.Group(rule.matchers(), isOver));
      count += isOver ? 1 : 0;
    }
    boolean restIsOver = isOver(block, newestMs, options.retention());
    count += restIsOver ? 1 : 0;
    if (count == over.getOrDefault(block.directory(), 0)) {
      return;
    }
    over.put(block.directory(), count);
    if (count == groups.size() + 1) {
      gone.add(block);
      return;
    }
    try {
      switch (block.expire(disk, groups, restIsOver)) {
        case ALL -> gone.add(block);
        case SOME -> thinned.add(block);
        case NONE -> {}
      }
    } catch (CorruptFileException e) {
      problems.accept("retention leaves a block alone, it is damaged: " + e.getMessage());
    }
  }

  private static boolean isOver(Block block, long newestMs, Duration keep) {
    long keepMs = Tsdb.millis(keep);
    return keepMs < Long.MAX_VALUE
        && newestMs >= Long.MIN_VALUE + keepMs
        && block.maxTimeMs() < newestMs - keepMs;
  }
}
