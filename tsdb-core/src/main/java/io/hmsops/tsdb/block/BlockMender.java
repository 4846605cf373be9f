package io.hmsops.tsdb.block;

import io.hmsops.tsdb.encoding.PageParity;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.UnreadableFileException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Mends the files of an open block in memory where damage is met; on the disk they stay as they
 * are. Thread-safe.
 */
final class BlockMender {
  /** A file that is damaged is copied into memory; a longer one stays damaged. */
  private static final long MAX_COPY_BYTES = 1L << 30;

  private final Disk disk;
  private final Path block;
  private final Arena arena;
  private final List<String> mended = new CopyOnWriteArrayList<>();
  private @Nullable BlockParity parity;

  /** Creates one for files that are mapped as long as an arena lives. */
  BlockMender(Disk disk, Path block, Arena arena) {
    this.disk = disk;
    this.block = block;
    this.arena = arena;
  }

  /** {@return what was mended so far, with file and offset} */
  List<String> mended() {
    return mended;
  }

  /** Takes note of damage that nothing is lost with. */
  void tell(CorruptFileException damage) {
    mended.add(String.valueOf(damage.getMessage()));
  }

  private BlockParity parity(Path file, long offset) throws UnreadableFileException {
    BlockParity known = parity;
    if (known == null) {
      try {
        known = BlockParity.read(disk, block, this::tell);
      } catch (IOException e) {
        throw new UnreadableFileException(
            file, offset, "damaged, and what it can be mended from cannot be read: " + e);
      }
      parity = known;
    }
    return known;
  }

  /** {@return the header of a file, mended if it is damaged and can be mended} */
  synchronized byte[] header(BlockFile file, MemorySegment bytes) throws UnreadableFileException {
    Path path = block.resolve(file.fileName());
    byte[] group = BlockParity.group(bytes, 0, file.mendableBytes(bytes.byteSize()));
    if (parity(path, 0).mend(file, 0, group) == PageParity.Outcome.MENDED) {
      tell(BlockParity.mended(path, 0, group, bytes));
    }
    return group;
  }

  /**
   * {@return the bytes of a file, in a copy, mended everywhere, if a part of them had to be mended}
   *
   * @param offset of what is damaged, or behind its end
   * @param length of it, or more than there is
   */
  synchronized MemorySegment mend(BlockFile file, MemorySegment bytes, long offset, long length)
      throws UnreadableFileException {
    long end = file.mendableBytes(bytes.byteSize());
    if (offset < 0 || offset >= end || bytes.byteSize() > MAX_COPY_BYTES) {
      return bytes;
    }
    Path path = block.resolve(file.fileName());
    BlockParity from = parity(path, offset);
    long last = length < end - offset ? offset + Math.max(0, length - 1) : end - 1;
    long first = offset - offset % BlockParity.GROUP_BYTES;
    return isMendable(from, file, bytes, first, last) ? mendAll(from, file, bytes) : bytes;
  }

  private static boolean isMendable(
      BlockParity from, BlockFile file, MemorySegment bytes, long first, long last) {
    long end = file.mendableBytes(bytes.byteSize());
    for (long at = first; at <= last; at += BlockParity.GROUP_BYTES) {
      if (from.mend(file, at, BlockParity.group(bytes, at, end)) == PageParity.Outcome.MENDED) {
        return true;
      }
    }
    return false;
  }

  /**
   * {@return a copy in which all that can be mended is} It lives as long as the block is open, and
   * so would others beside it, one for each place where damage is met.
   */
  private MemorySegment mendAll(BlockParity from, BlockFile file, MemorySegment bytes) {
    Path path = block.resolve(file.fileName());
    long end = file.mendableBytes(bytes.byteSize());
    MemorySegment copy = arena.allocate(bytes.byteSize()).copyFrom(bytes);
    for (long at = 0; at < end; at += BlockParity.GROUP_BYTES) {
      byte[] group = BlockParity.group(copy, at, end);
      if (from.mend(file, at, group) == PageParity.Outcome.MENDED) {
        tell(BlockParity.mended(path, at, group, copy));
        MemorySegment.copy(MemorySegment.ofArray(group), 0, copy, at, group.length);
      }
    }
    return copy;
  }
}
