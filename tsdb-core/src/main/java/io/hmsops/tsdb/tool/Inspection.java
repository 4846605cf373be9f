package io.hmsops.tsdb.tool;

import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.storage.TsdbException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What is in a data directory.
 *
 * @param blocks its blocks, by time
 * @param walBytes the size of the log
 * @param checkpointBytes the size of the checkpoint
 * @param problems blocks that cannot be opened, and why
 */
public record Inspection(
    List<BlockEntry> blocks, long walBytes, long checkpointBytes, List<String> problems) {
  /**
   * A block.
   *
   * @param name its directory's name
   * @param level 0 for what was cut from the head, more for what was compacted
   * @param minTimeMs its first timestamp
   * @param maxTimeMs its last timestamp
   * @param series how many series it has
   * @param samples how many samples
   * @param hasTombstones whether something of it is deleted but still stored
   * @param files its files, by name
   */
  public record BlockEntry(
      String name,
      int level,
      long minTimeMs,
      long maxTimeMs,
      long series,
      long samples,
      boolean hasTombstones,
      List<FileEntry> files) {
    /** Copies the list. */
    public BlockEntry {
      files = List.copyOf(files);
    }

    /** {@return the size of all its files} */
    public long sizeBytes() {
      return files.stream().mapToLong(FileEntry::sizeBytes).sum();
    }
  }

  /**
   * A file.
   *
   * @param name its name
   * @param sizeBytes its size
   */
  public record FileEntry(String name, long sizeBytes) {}

  /** Copies the lists. */
  public Inspection {
    blocks = List.copyOf(blocks);
    problems = List.copyOf(problems);
  }

  /**
   * {@return what is in a directory} Nothing is changed, no samples are read.
   *
   * @param directory a data directory that nobody has open
   * @throws io.hmsops.tsdb.storage.LockedException if it is open elsewhere
   * @throws IOException if it is no data directory or cannot be read
   */
  public static Inspection of(Path directory) throws IOException {
    try (ClosedDirectory closed = ClosedDirectory.open(directory)) {
      Disk disk = closed.disk();
      List<BlockEntry> entries = new ArrayList<>();
      List<String> problems = new ArrayList<>();
      for (Path path : closed.blocks()) {
        Block block;
        try {
          block = Block.open(disk, path);
        } catch (TsdbException e) {
          problems.add(String.valueOf(e.getMessage()));
          continue;
        } catch (NoSuchFileException e) {
          problems.add("%s at 0: missing".formatted(e.getFile()));
          continue;
        }
        try {
          entries.add(entry(disk, block));
        } finally {
          block.release();
        }
      }
      entries.sort(Comparator.comparingLong(BlockEntry::minTimeMs).thenComparing(BlockEntry::name));
      long checkpointBytes = disk.sizeBytes(closed.checkpoints());
      return new Inspection(
          entries, disk.sizeBytes(closed.wal()) - checkpointBytes, checkpointBytes, problems);
    }
  }

  private static BlockEntry entry(Disk disk, Block block) throws IOException {
    List<FileEntry> files = new ArrayList<>();
    for (Path file : disk.list(block.directory())) {
      files.add(new FileEntry(String.valueOf(file.getFileName()), Files.size(file)));
    }
    return new BlockEntry(
        String.valueOf(block.directory().getFileName()),
        block.level(),
        block.minTimeMs(),
        block.maxTimeMs(),
        block.seriesCount(),
        block.sampleCount(),
        block.hasTombstones(),
        files);
  }
}
