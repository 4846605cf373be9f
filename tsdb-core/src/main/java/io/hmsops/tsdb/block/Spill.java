package io.hmsops.tsdb.block;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.io.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.agrona.collections.LongArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Entries that are collected while a block is written, so many that they do not stay in memory: in
 * chunks, of which the first ones are in a file beside those of the block once there are enough.
 * First everything is written, then everything is read. Not thread-safe; of one thread.
 */
final class Spill implements Closeable {
  private static final int CHUNK_BYTES = 1 << 16;
  private static final int COPIED_BYTES = 1 << 18;
  private static final ByteReader NOTHING = new ByteReader(new byte[0], 0, 0);

  private final Disk disk;
  private final Path path;
  private final int memoryBytes;
  private final ByteWriter tail = new ByteWriter(CHUNK_BYTES);

  /** Where the chunks end. */
  private final LongArrayList ends = new LongArrayList();

  private long lastEnd;
  private @Nullable DiskFile file;
  private @Nullable Arena arena;
  private @Nullable MemorySegment mapped;

  /** How much is in the file. */
  private long written;

  /**
   * Creates an empty one.
   *
   * @param disk where the file is
   * @param path the file, not existing
   * @param memoryBytes how much stays in memory, about
   */
  Spill(Disk disk, Path path, int memoryBytes) {
    this.disk = disk;
    this.path = path;
    this.memoryBytes = memoryBytes;
  }

  /** {@return where an entry is written} Ends with {@link #endEntry}. */
  ByteWriter out() {
    return tail;
  }

  long length() {
    return written + tail.length();
  }

  void endEntry() throws IOException {
    if (length() - lastEnd >= CHUNK_BYTES) {
      endChunk();
    }
  }

  /** {@return how many chunks there are} What comes next is in another one. */
  int endChunk() throws IOException {
    if (length() > lastEnd) {
      lastEnd = length();
      ends.addLong(lastEnd);
      if (tail.length() >= memoryBytes) {
        flush();
      }
    }
    return ends.size();
  }

  private void flush() throws IOException {
    if (file == null) {
      file = disk.create(path);
    }
    written += tail.length();
    file.write(tail.toBuffer());
    tail.clear();
  }

  /** Reads chunks, one behind the other. */
  final class Reader {
    private final int end;
    private int next;
    private ByteReader in = NOTHING;

    private Reader(int from, int end) {
      this.next = from;
      this.end = end;
    }

    /** {@return whether there is a further entry} */
    boolean hasNext() throws IOException {
      if (in.atEnd() && next < end) {
        long start = next == 0 ? 0 : ends.getLong(next - 1);
        in = read(start, (int) (ends.getLong(next) - start));
        next++;
      }
      return !in.atEnd();
    }

    /** {@return where the next entry is read} Only if there is one. */
    ByteReader in() {
      return in;
    }
  }

  /**
   * {@return a reader of some chunks}
   *
   * @param from the first chunk's number
   * @param end behind the last chunk's number
   */
  Reader reader(int from, int end) {
    return new Reader(from, end);
  }

  private ByteReader read(long start, int length) throws IOException {
    if (start >= written) {
      return new ByteReader(tail.array(), (int) (start - written), length);
    }
    byte[] copy = new byte[length];
    try {
      MemorySegment.copy(file(), ValueLayout.JAVA_BYTE, start, copy, 0, length);
      // A page that cannot be read is told at the next call into the virtual machine, or before.
      var _ = disk.lengthBytes(path);
    } catch (InternalError e) {
      throw new IOException(path + ": cannot be read", e);
    }
    return new ByteReader(copy, 0, length);
  }

  private MemorySegment file() throws IOException {
    if (mapped == null) {
      arena = Arena.ofConfined();
      mapped = disk.map(path, arena);
    }
    return mapped;
  }

  /** Writes all of it to the end of a file. */
  void copyTo(DiskFile target) throws IOException {
    for (long at = 0; at < written; at += COPIED_BYTES) {
      int length = (int) Math.min(COPIED_BYTES, written - at);
      target.write(ByteBuffer.wrap(read(at, length).array(), 0, length));
    }
    target.write(tail.toBuffer());
  }

  /** Deletes the file. */
  @Override
  public void close() throws IOException {
    if (arena != null) {
      arena.close();
      arena = null;
      mapped = null;
    }
    if (file != null) {
      file.close();
      file = null;
      disk.delete(path);
    }
  }
}
