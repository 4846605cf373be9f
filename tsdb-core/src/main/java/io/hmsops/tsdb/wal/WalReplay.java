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
import org.jspecify.annotations.Nullable;

/**
 * Reads a log after a start: drops a torn tail, mends what is damaged before it, or passes over it,
 * and tells of all.
 */
public final class WalReplay {
  /**
   * The end of the log, as a crash leaves it.
   *
   * @param file the segment
   * @param offset the first byte
   * @param lengthBytes how many
   */
  public record TornTail(Path file, long offset, long lengthBytes) {
    /** {@return where it was, in words} */
    public String message() {
      return "%s: %d bytes at %d torn by a crash, dropped".formatted(file, lengthBytes, offset);
    }
  }

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
  private final FileDamage damages;
  private final LabelTexts texts = new LabelTexts();
  private final List<Gap> gaps = new ArrayList<>();
  private @Nullable TornTail tornTail;
  private long lastLsn;
  private long readBytes;

  /**
   * Creates a reader.
   *
   * @param disk where the files are
   * @param directory the log's directory
   * @param checkpointLsn the newest batch that is known already
   * @param damages is told what is damaged, but for a torn tail
   */
  public WalReplay(Disk disk, Path directory, long checkpointLsn, FileDamage damages) {
    this.disk = disk;
    this.directory = directory;
    this.lastLsn = checkpointLsn;
    this.damages = damages;
  }

  /** {@return the sequence number of the newest batch} */
  public long lastLsn() {
    return lastLsn;
  }

  /** {@return how many bytes the log has behind the checkpoint, about} */
  public long readBytes() {
    return readBytes;
  }

  /** {@return what was dropped at the end of the log} */
  public Optional<TornTail> tornTail() {
    return Optional.ofNullable(tornTail);
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
        if (lastSegment && FileHeader.isUnfinished(bytes)) {
          // The crash came before the header was written, or all of it.
          disk.delete(segment);
          continue;
        }
        try {
          FileHeader.check(segment, FileHeader.read(bytes), FileHeader.WAL);
        } catch (CorruptFileException e) {
          // The frames behind it carry checksums of their own.
          damages.mended(e);
        }
        FrameReader frames = new FrameReader(segment, bytes, ", skipped", damages);
        replay(segment, frames, visitor, beforeBatch);
        end = frames.end();
        if (end >= bytes.byteSize()) {
          endDamaged = frames.endsInLoss();
          continue;
        }
        endDamaged = !frames.endsInParity();
        if (lastSegment && endDamaged) {
          tornTail = new TornTail(segment, end, bytes.byteSize() - end);
        } else {
          frames.tellEnd();
        }
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

  private void replay(
      Path segment, FrameReader frames, BatchVisitor visitor, LongConsumer beforeBatch)
      throws IOException {
    for (Optional<Frame> next = frames.next(); next.isPresent(); next = frames.next()) {
      Frame frame = next.get();
      if (frame.lsn() > lastLsn) {
        lastLsn = frame.lsn();
        readBytes += frame.endOffset() - frame.startOffset();
        beforeBatch.accept(lastLsn);
        read(segment, frame, visitor);
      }
    }
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
