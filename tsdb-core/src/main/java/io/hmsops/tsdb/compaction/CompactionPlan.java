package io.hmsops.tsdb.compaction;

import io.hmsops.tsdb.block.Block;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which blocks become one. Each level has a window of time, aligned to multiples of its length; all
 * blocks within one window are merged once the window is over.
 */
public final class CompactionPlan {
  /** Lengths of the windows, in block ranges: 12 h, 24 h and 7 d of blocks of 2 h. */
  private static final long[] WINDOW_RANGES = {6, 12, 84};

  /** A large block is rewritten for small ones only if these are together 1/4 of it, or many. */
  private static final int WORTH_SHARE = 4;

  private static final int MANY = 8;

  /** So many parts of one range become one as soon as the range is over. */
  private static final int MANY_PARTS = 4;

  private CompactionPlan() {}

  /**
   * Blocks that become one.
   *
   * @param blocks the blocks, the oldest cut first
   * @param level the level of the new block
   */
  public record Group(List<Block> blocks, int level) {}

  /**
   * {@return the next blocks to merge, none if all is done}
   *
   * @param blocks all blocks
   * @param rangeMs the range of blocks that are cut from the head
   * @param overMs windows that end at this time or before are over
   * @param everything whether also windows that are not over are merged, blocks of level 0 are
   *     rewritten, and what is deleted is dropped
   */
  public static Optional<Group> next(
      List<Block> blocks, long rangeMs, long overMs, boolean everything) {
    Optional<Group> parts = everything ? Optional.empty() : parts(blocks, overMs);
    if (parts.isPresent()) {
      return parts;
    }
    for (int level = 1; level <= WINDOW_RANGES.length; level++) {
      long windowMs = rangeMs * WINDOW_RANGES[level - 1];
      SortedMap<Long, List<Block>> windows = new TreeMap<>();
      for (Block block : blocks) {
        long window = Math.floorDiv(block.rangeStartMs(), windowMs);
        if (window == Math.floorDiv(block.rangeEndMs() - 1, windowMs)) {
          windows.computeIfAbsent(window, _ -> new ArrayList<>()).add(block);
        }
      }
      for (var window : windows.entrySet()) {
        boolean over = (window.getKey() + 1) * windowMs <= overMs;
        if (everything ? mustChange(window.getValue()) : over && isWorthIt(window.getValue())) {
          return Optional.of(new Group(oldestFirst(window.getValue()), level));
        }
      }
    }
    return Optional.empty();
  }

  /** {@return blocks of one range: what was moved into blocks before the range was cut} */
  private static Optional<Group> parts(List<Block> blocks, long overMs) {
    SortedMap<Long, List<Block>> ranges = new TreeMap<>();
    for (Block block : blocks) {
      if (block.level() == 0 && block.rangeEndMs() <= overMs) {
        ranges.computeIfAbsent(block.rangeStartMs(), _ -> new ArrayList<>()).add(block);
      }
    }
    return ranges.values().stream()
        .filter(range -> range.size() >= MANY_PARTS)
        .findFirst()
        .map(range -> new Group(oldestFirst(range), 0));
  }

  private static List<Block> oldestFirst(List<Block> blocks) {
    List<Block> sorted = new ArrayList<>(blocks);
    sorted.sort(Comparator.comparingLong(Block::cutLsn).thenComparing(Block::directory));
    return sorted;
  }

  private static boolean mustChange(List<Block> window) {
    return window.size() > 1 || window.getFirst().level() == 0 || window.getFirst().hasTombstones();
  }

  private static boolean isWorthIt(List<Block> window) {
    if (window.size() < 2) {
      return false;
    }
    long largest = window.stream().mapToLong(Block::sizeBytes).max().orElse(0);
    long all = window.stream().mapToLong(Block::sizeBytes).sum();
    return window.size() >= MANY || (all - largest) * WORTH_SHARE >= largest;
  }
}
