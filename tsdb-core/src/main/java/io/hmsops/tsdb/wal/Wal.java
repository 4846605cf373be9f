package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.io.DiskFile;
import io.hmsops.tsdb.storage.OutOfSpaceException;
import io.hmsops.tsdb.storage.ReadOnlyException;
import io.hmsops.tsdb.storage.TsdbException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The log that is written to. {@link #append} and {@link #roll} are called by one thread at a time;
 * {@link #force} may run beside them.
 */
public final class Wal implements AutoCloseable {
  private static final String SUFFIX = ".wal";

  private final Disk disk;
  private final Path directory;
  private final long segmentBytes;
  private final FrameEncoder encoder = new FrameEncoder();
  private final Object forceLock = new Object();

  /** The newest segment; null while there is no room for the first one. */
  private @Nullable DiskFile file;

  private final AtomicLong lastLsn = new AtomicLong();
  private long forcedLsn;
  private long segmentLength;

  /** Half a frame may stand behind the last whole one. */
  private boolean tailInDoubt;

  /**
   * A segment that could not be made and is still there. It has to go before this one is written
   * on, which would not be the last one then.
   */
  private @Nullable Path leftover;

  private final AtomicLong writtenBytes = new AtomicLong();
  private volatile @Nullable IOException failure;

  /**
   * Begins a new segment. If there is no room for it, the first append does.
   *
   * @param disk where files are written
   * @param directory the log's directory, existing
   * @param segmentBytes when a segment ends
   * @param lastLsn the last sequence number in use
   * @throws IOException if the segment cannot be created
   */
  public Wal(Disk disk, Path directory, long segmentBytes, long lastLsn) throws IOException {
    this.disk = disk;
    this.directory = directory;
    this.segmentBytes = segmentBytes;
    this.lastLsn.set(lastLsn);
    this.forcedLsn = lastLsn;
    this.segmentLength = FileHeader.LENGTH;
    try {
      this.file = newSegment();
    } catch (IOException e) {
      if (!(OutOfSpaceException.of(directory, "new log segment", e)
          instanceof OutOfSpaceException)) {
        throw e;
      }
    }
  }

  static Path segment(Path directory, long firstLsn) {
    return directory.resolve("%016d%s".formatted(firstLsn, SUFFIX));
  }

  /** {@return the segments of a log, in order} */
  static List<Path> segments(Disk disk, Path directory) throws IOException {
    return disk.list(directory).stream().filter(f -> f.toString().endsWith(SUFFIX)).toList();
  }

  static long firstLsn(Path segment) {
    String name = segment.getFileName().toString();
    return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
  }

  private DiskFile newSegment() throws IOException {
    Path path = segment(directory, lastLsn.get() + 1);
    // An empty segment of that name is left by a process that wrote nothing.
    disk.delete(path);
    DiskFile created = disk.create(path);
    boolean complete = false;
    try {
      created.write(FileHeader.of(FileHeader.WAL));
      created.force();
      disk.forceDirectory(directory);
      complete = true;
      return created;
    } finally {
      if (!complete) {
        created.close();
        leftover = path;
        mend();
      }
    }
  }

  /** {@return the last sequence number in use} */
  public long lastLsn() {
    return lastLsn.get();
  }

  /** {@return how many bytes were written since the log was opened} */
  public long writtenBytes() {
    return writtenBytes.get();
  }

  /**
   * Writes a batch; returns after the write to the operating system.
   *
   * @param batch what to write
   * @return its sequence number
   * @throws OutOfSpaceException if there was no room; nothing was written, and a later append may
   *     find room
   * @throws ReadOnlyException if an earlier failure left the log in doubt
   * @throws TsdbException if the write failed otherwise; nothing was written, and a later append
   *     may work
   */
  public long append(BatchEncoder batch) throws TsdbException {
    checkWritable();
    if (batch.payload().length() > FrameLayout.MAX_PLAIN_BYTES) {
      throw new TsdbException(
          "batch of %d bytes: limit maxBatchBytes of %d exceeded (expected: several batches)"
              .formatted(batch.payload().length(), FrameLayout.MAX_PLAIN_BYTES));
    }
    ByteBuffer frame =
        encoder.encodeMendable(
            FrameType.BATCH, lastLsn.get() + 1, batch.payload(), batch.compressible());
    int length = frame.remaining();
    beginFirst();
    try {
      mend();
      if (segmentLength + length > segmentBytes && segmentLength > FileHeader.LENGTH) {
        roll();
      }
      current().write(frame);
    } catch (ReadOnlyException | OutOfSpaceException e) {
      throw e;
    } catch (IOException e) {
      throw undo(e);
    } catch (RuntimeException | Error e) {
      tailInDoubt = true;
      throw e;
    }
    segmentLength += length;
    writtenBytes.addAndGet(length);
    return lastLsn.incrementAndGet();
  }

  /** Begins a segment if there was no room for one so far. */
  private void beginFirst() throws TsdbException {
    if (file != null) {
      return;
    }
    synchronized (forceLock) {
      try {
        mend();
        file = newSegment();
      } catch (IOException e) {
        throw OutOfSpaceException.of(directory, "new log segment", e);
      }
    }
  }

  private DiskFile current() {
    return Objects.requireNonNull(file, "the log has no segment");
  }

  /** Takes a half-written frame back, so that the next one stands behind the last whole one. */
  private TsdbException undo(IOException e) {
    tailInDoubt = true;
    try {
      mend();
    } catch (IOException again) {
      // The next append tries again; after a crash, a start drops it.
      e.addSuppressed(again);
    }
    return OutOfSpaceException.of(directory, "write to the log", e);
  }

  /** Takes back what failed writes have left, if that is still there. */
  private void mend() throws IOException {
    Path left = leftover;
    if (left != null) {
      disk.delete(left);
      leftover = null;
    }
    if (tailInDoubt) {
      current().truncate(segmentLength);
      tailInDoubt = false;
    }
  }

  private void checkWritable() throws ReadOnlyException {
    IOException failed = failure;
    if (failed != null) {
      throw new ReadOnlyException(
          "%s: read-only since a write failed: %s".formatted(directory, failed.getMessage()),
          failed);
    }
  }

  /**
   * Takes no more: a batch is in the log that the caller could not take over, so only the next
   * start knows all of it.
   *
   * @param cause why
   */
  public void refuseMore(Throwable cause) {
    failure = new IOException("a batch could not be taken over (%s)".formatted(cause), cause);
  }

  /** Nobody knows what the file holds, so nothing more is written until the next start. */
  private ReadOnlyException fail(String what, IOException e) {
    failure = e;
    return new ReadOnlyException(
        "%s: %s failed, read-only from here on: %s".formatted(directory, what, e.getMessage()), e);
  }

  /**
   * Ends the segment and begins the next, unless nothing is in it yet.
   *
   * @throws ReadOnlyException if the old segment could not be forced, or the log has failed before
   * @throws TsdbException if there is no room for a new segment; the log goes on in the old one
   */
  public void roll() throws TsdbException {
    checkWritable();
    synchronized (forceLock) {
      DiskFile next;
      try {
        mend();
        if (segmentLength == FileHeader.LENGTH) {
          // The next one would have the same name: it would have to go first, and making it may
          // fail.
          return;
        }
        next = newSegment();
      } catch (IOException e) {
        throw OutOfSpaceException.of(directory, "new log segment", e);
      }
      try (DiskFile old = current()) {
        old.force();
      } catch (IOException e) {
        throw fail("fsync", e);
      } finally {
        file = next;
        segmentLength = FileHeader.LENGTH;
      }
      forcedLsn = lastLsn.get();
    }
  }

  /**
   * Forces the log to the device, unless someone has done so already.
   *
   * @param lsn up to which batch
   * @throws ReadOnlyException if that failed; it is never tried again
   */
  public void force(long lsn) throws ReadOnlyException {
    synchronized (forceLock) {
      if (forcedLsn >= lsn) {
        return;
      }
      checkWritable();
      long covered = lastLsn.get();
      try {
        current().force();
      } catch (IOException e) {
        throw fail("fsync", e);
      }
      forcedLsn = covered;
    }
  }

  /**
   * Deletes the segments that hold nothing newer than a batch.
   *
   * @param lsn the batch
   * @throws IOException if a file cannot be deleted
   */
  public void deleteUpTo(long lsn) throws IOException {
    List<Path> segments = segments(disk, directory);
    for (int i = 0; i + 1 < segments.size(); i++) {
      if (firstLsn(segments.get(i + 1)) <= lsn + 1) {
        disk.delete(segments.get(i));
      }
    }
  }

  /**
   * Gives a copy of a database the segments of its log that are complete.
   *
   * @param disk where files are
   * @param from the log's directory
   * @param to the copy's, existing
   * @param lsn the newest batch in segments that are complete
   * @throws IOException if a file cannot be linked
   */
  public static void linkUpTo(Disk disk, Path from, Path to, long lsn) throws IOException {
    for (Path segment : segments(disk, from)) {
      if (firstLsn(segment) <= lsn) {
        disk.link(segment, to.resolve(segment.getFileName().toString()));
      }
    }
  }

  /** Forces and closes the log. */
  @Override
  public void close() throws IOException {
    try {
      if (failure == null) {
        force(lastLsn.get());
      }
    } finally {
      if (file != null) {
        file.close();
      }
    }
  }
}
