package io.hmsops.tsdb.tool;

import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.io.LockHeldException;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.LockedException;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.wal.ExtrasReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A data directory, locked so that no database is opened on it meanwhile. Specified in {@code
 * docs/format/directory.md}.
 */
final class ClosedDirectory implements Closeable {
  private final Disk disk;
  private final Path root;
  private final Closeable lock;

  private ClosedDirectory(Disk disk, Path root, Closeable lock) {
    this.disk = disk;
    this.root = root;
    this.lock = lock;
  }

  static ClosedDirectory open(Path root) throws IOException {
    Disk disk = Disk.real();
    if (!disk.list(root).contains(root.resolve("HMS-TSDB"))) {
      throw new TsdbException(
          "%s: no file HMS-TSDB in it (expected: a data directory)".formatted(root));
    }
    try {
      return new ClosedDirectory(disk, root, disk.lock(root.resolve("LOCK")));
    } catch (LockHeldException e) {
      throw new LockedException(root, e.owner());
    }
  }

  Disk disk() {
    return disk;
  }

  Path version() {
    return root.resolve("HMS-TSDB");
  }

  Path wal() {
    return root.resolve("wal");
  }

  Path checkpoints() {
    return wal().resolve("checkpoint");
  }

  Path extras() {
    return root.resolve("extras");
  }

  Path quarantine() {
    return root.resolve("quarantine");
  }

  Path blocksDirectory() {
    return root.resolve("blocks");
  }

  /** {@return the blocks, half-written ones left out} */
  List<Path> blocks() throws IOException {
    return disk.list(blocksDirectory()).stream()
        .filter(block -> !block.toString().endsWith(".tmp"))
        .toList();
  }

  /**
   * {@return whether a block or {@code extras} is of exactly this batch} Asked only where the log
   * has a gap.
   */
  boolean isKnown(long lsn) throws IOException {
    if (ExtrasReader.lsn(disk, extras()) == lsn) {
      return true;
    }
    for (Path path : blocks()) {
      try {
        Block block = Block.open(disk, path);
        try {
          if (block.cutLsn() == lsn) {
            return true;
          }
        } finally {
          block.release();
        }
      } catch (CorruptFileException | NoSuchFileException _) {
        // Reported with the block.
      }
    }
    return false;
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
