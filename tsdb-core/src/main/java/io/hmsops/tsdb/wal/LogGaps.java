package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.wal.FrameScanner.Frame;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Finds files of a log, and its checkpoint, that are missing as a whole, by what the others say.
 * Specified in {@code docs/format/wal.md}.
 */
public final class LogGaps {
  private final Disk disk;
  private final Consumer<TsdbException> damages;

  private LogGaps(Disk disk, Consumer<TsdbException> damages) {
    this.disk = disk;
    this.damages = damages;
  }

  /**
   * Checks that a log goes on where its checkpoint ends, and each segment where the one before
   * ends.
   *
   * @param disk where the files are
   * @param log the log's directory
   * @param checkpoints the checkpoints' directory
   * @param known says what is in other files, behind which the log may have gone on
   * @param damages told of what is missing
   * @throws IOException if a file cannot be read
   */
  public static void check(
      Disk disk, Path log, Path checkpoints, KnownBatches known, Consumer<TsdbException> damages)
      throws IOException {
    Optional<Path> checkpoint = CheckpointReader.newest(disk, checkpoints);
    long lsn = checkpoint.isPresent() ? CheckpointReader.lsn(checkpoint.get()) : 0;
    List<Path> segments = Wal.segments(disk, log);
    if (!segments.isEmpty()) {
      new LogGaps(disk, damages).check(segments, lsn, known);
    } else if (checkpoint.isPresent()) {
      damages.accept(
          new CorruptFileException(
              log, 0, "no segment (expected: one from batch %d on)".formatted(lsn + 1)));
    }
  }

  private void check(List<Path> segments, long checkpointLsn, KnownBatches known)
      throws IOException {
    long first = Wal.firstLsn(segments.getFirst());
    if (first > checkpointLsn + 1) {
      damages.accept(withoutCheckpoint(segments.getFirst(), first, checkpointLsn));
    }
    // What is behind it may have been about to be made when a crash took the end of the others.
    int lastWritten = WalReplay.lastWritten(disk, segments);
    for (int i = 0; i < lastWritten; i++) {
      Path next = segments.get(i + 1);
      long before = Wal.firstLsn(next) - 1;
      if (before > checkpointLsn && !known.isKnown(before)) {
        checkEnd(segments.get(i), next, before);
      }
    }
  }

  /** Damage at the end of a segment is told by {@link LogCheck}. */
  private void checkEnd(Path segment, Path next, long expected) throws IOException {
    MemorySegment bytes = MemorySegment.ofArray(disk.read(segment));
    FrameScanner scanner = new FrameScanner(bytes, FileHeader.LENGTH);
    long last = Wal.firstLsn(segment) - 1;
    long end = Math.min(FileHeader.LENGTH, bytes.byteSize());
    for (Optional<Frame> found = scanner.next(); found.isPresent(); found = scanner.next()) {
      last = Math.max(last, found.get().lsn());
      end = found.get().endOffset();
    }
    if (end == bytes.byteSize() && last < expected) {
      damages.accept(missing(next, last + 1, expected));
    }
  }

  static CorruptFileException withoutCheckpoint(Path segment, long first, long checkpointLsn) {
    return new CorruptFileException(
        segment,
        0,
        "the log begins with batch %d, %s (expected: a checkpoint of batch %d at least)"
            .formatted(
                first,
                checkpointLsn == 0
                    ? "there is no checkpoint"
                    : "the checkpoint is of batch " + checkpointLsn,
                first - 1));
  }

  static CorruptFileException missing(Path next, long from, long to) {
    return new CorruptFileException(
        next, 0, "batches %d to %d before it are in no segment".formatted(from, to));
  }

  /** What other files say of batches. */
  @FunctionalInterface
  public interface KnownBatches {
    /**
     * {@return whether another file is of exactly this batch} After a power loss, the log goes on
     * behind it.
     *
     * @param lsn the batch
     * @throws IOException if a file cannot be read
     */
    boolean isKnown(long lsn) throws IOException;
  }
}
