package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.wal.FrameScanner.Frame;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Reads a log after a start: drops a torn tail, skips damage before valid frames, reports both. */
public final class WalReplay {
  /**
   * Bytes that are lost.
   *
   * @param file the segment
   * @param offset the first byte
   * @param lengthBytes how many
   * @param tornTail whether it is the end of the log, as a crash leaves it
   */
  public record Damage(Path file, long offset, long lengthBytes, boolean tornTail) {}

  /**
   * Batches that no segment has.
   *
   * @param segment the segment behind them
   * @param fromLsn the first
   * @param toLsn the last
   * @param first whether the segment is the first of the log
   */
  public record Gap(Path segment, long fromLsn, long toLsn, boolean first) {
    /** {@return the gap in words, with the file} */
    public String message() {
      TsdbException told =
          first
              ? LogGaps.withoutCheckpoint(segment, toLsn + 1, fromLsn - 1)
              : LogGaps.missing(segment, fromLsn, toLsn);
      return String.valueOf(told.getMessage());
    }
  }

  private final Disk disk;
  private final Path directory;
  private final List<Damage> damages = new ArrayList<>();
  private final LabelTexts texts = new LabelTexts();
  private final List<Gap> gaps = new ArrayList<>();
  private long lastLsn;
  private long readBytes;

  /**
   * Creates a reader.
   *
   * @param disk where the files are
   * @param directory the log's directory
   * @param checkpointLsn the newest batch that is known already
   */
  public WalReplay(Disk disk, Path directory, long checkpointLsn) {
    this.disk = disk;
    this.directory = directory;
    this.lastLsn = checkpointLsn;
  }

  /** {@return the sequence number of the newest batch} */
  public long lastLsn() {
    return lastLsn;
  }

  /** {@return how many bytes the log has behind the checkpoint, about} */
  public long readBytes() {
    return readBytes;
  }

  /** {@return what is lost, in the order of the log} */
  public List<Damage> damages() {
    return damages;
  }

  /** {@return what is missing as a whole, in the order of the log} */
  public List<Gap> gaps() {
    return gaps;
  }

  /**
   * Reads all batches that are newer than the checkpoint. A torn tail is cut off the file.
   *
   * @param visitor is told their content
   * @param beforeBatch is told the sequence number before each batch
   * @throws IOException if a file cannot be read or cut
   */
  public void run(BatchVisitor visitor, LongConsumer beforeBatch) throws IOException {
    List<Path> segments = Wal.segments(disk, directory);
    int last = lastWritten(disk, segments);
    boolean endDamaged = false;
    for (int i = 0; i < segments.size(); i++) {
      boolean lastSegment = i >= last;
      Path segment = segments.get(i);
      if (i > last && Wal.firstLsn(segment) > lastLsn + 1) {
        // Nothing was written to it, and a crash took the end of the one before.
        disk.delete(segment);
        continue;
      }
      if (!endDamaged && Wal.firstLsn(segment) > lastLsn + 1) {
        gaps.add(new Gap(segment, lastLsn + 1, Wal.firstLsn(segment) - 1, i == 0));
      }
      long end;
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment bytes = disk.map(segment, arena);
        if (bytes.byteSize() < FileHeader.LENGTH && lastSegment) {
          // The crash came before the header was written.
          disk.delete(segment);
          continue;
        }
        try {
          FileHeader.check(segment, FileHeader.read(bytes), FileHeader.WAL);
        } catch (CorruptFileException _) {
          // The frames behind it carry checksums of their own.
          damages.add(new Damage(segment, 0, Math.min(bytes.byteSize(), FileHeader.LENGTH), false));
        }
        end = replay(segment, bytes, visitor, beforeBatch);
        endDamaged = end < bytes.byteSize();
        if (!endDamaged) {
          continue;
        }
        damages.add(new Damage(segment, end, bytes.byteSize() - end, lastSegment));
      }
      if (lastSegment) {
        disk.truncate(segment, end);
      }
    }
  }

  /**
   * {@return the index of the last segment that something was written to} Behind it there may be
   * one that was about to be made.
   */
  static int lastWritten(Disk disk, List<Path> segments) throws IOException {
    int last = segments.size() - 1;
    while (last > 0 && disk.lengthBytes(segments.get(last)) <= FileHeader.LENGTH) {
      last--;
    }
    return last;
  }

  /** {@return where the last valid frame ends} */
  private long replay(
      Path segment, MemorySegment bytes, BatchVisitor visitor, LongConsumer beforeBatch)
      throws IOException {
    FrameScanner scanner = new FrameScanner(bytes, FileHeader.LENGTH);
    long end = Math.min(bytes.byteSize(), FileHeader.LENGTH);
    for (Optional<Frame> next = scanner.next(); next.isPresent(); next = scanner.next()) {
      Frame frame = next.get();
      if (frame.startOffset() > end) {
        damages.add(new Damage(segment, end, frame.startOffset() - end, false));
      }
      end = frame.endOffset();
      if (frame.lsn() > lastLsn) {
        lastLsn = frame.lsn();
        readBytes += end - frame.startOffset();
        beforeBatch.accept(lastLsn);
        read(segment, frame, visitor);
      }
    }
    return end;
  }

  private void read(Path segment, Frame frame, BatchVisitor visitor) throws CorruptFileException {
    try {
      BatchEncoder.read(frame.payload(), texts, visitor);
    } catch (MalformedDataException | IllegalArgumentException e) {
      // The checksum is right, so this is no damage: it was written wrongly.
      throw new CorruptFileException(
          segment, frame.startOffset(), "batch %d: %s".formatted(frame.lsn(), e.getMessage()));
    }
  }
}
