package io.hmsops.tsdb.block;

import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.io.DiskFile;
import io.hmsops.tsdb.storage.CorruptFileException;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The file of chunks of a block that is being written; what is written can be read again. */
final class ChunksWriter implements Closeable {
  private static final int BUFFER_BYTES = 1 << 18;

  private final Disk disk;
  private final Path path;
  private final DiskFile file;
  private final ByteWriter buffer =
      BlockLayout.header(BlockLayout.CHUNKS_MAGIC, BUFFER_BYTES + 64 * 1024);

  /** How much is in the file. */
  private long written;

  private @Nullable Arena arena;
  private @Nullable MemorySegment mapped;

  ChunksWriter(Disk disk, Path path) throws IOException {
    this.disk = disk;
    this.path = path;
    this.file = disk.create(path);
  }

  /** {@return where chunks are put} What is put there is at {@link #length} in the file. */
  ByteWriter out() {
    return buffer;
  }

  long length() {
    return written + buffer.length();
  }

  /** Ends a chunk that was put into the buffer. */
  void endChunk(int start) {
    buffer.putInt(BlockLayout.crc(buffer.array(), start, buffer.length()));
  }

  /** {@return the place in the file of a place in the buffer} */
  long offset(int inBuffer) {
    return written + inBuffer;
  }

  /** Says that nobody knows places in the buffer. */
  void endSeries() throws IOException {
    if (buffer.length() >= BUFFER_BYTES) {
      flush();
    }
  }

  private void flush() throws IOException {
    written += buffer.length();
    file.write(buffer.toBuffer());
    buffer.clear();
  }

  /** {@return a chunk that has ended, with {@link Chunk#SLACK_BYTES} bytes behind it} */
  byte[] readChecked(long offset, int length) throws IOException {
    byte[] bytes = read(offset, length + Integer.BYTES);
    int expected = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(length);
    int found = BlockLayout.crc(bytes, 0, length);
    if (found != expected) {
      throw new CorruptFileException(
          path,
          offset,
          "crc of %d bytes is %08x (expected: %08x)".formatted(length, found, expected));
    }
    return bytes;
  }

  private byte[] read(long offset, int length) throws IOException {
    byte[] copy = new byte[length + Chunk.SLACK_BYTES];
    if (offset >= written) {
      System.arraycopy(buffer.array(), (int) (offset - written), copy, 0, length);
      return copy;
    }
    try {
      MemorySegment.copy(file(offset + length), ValueLayout.JAVA_BYTE, offset, copy, 0, length);
      // A page that cannot be read is told at the next call into the virtual machine, or before.
      var _ = disk.lengthBytes(path);
    } catch (InternalError e) {
      throw new IOException(path + ": cannot be read", e);
    }
    return copy;
  }

  /** {@return the file, mapped at least up to a place} */
  private MemorySegment file(long end) throws IOException {
    MemorySegment known = mapped;
    if (known != null && known.byteSize() >= end) {
      return known;
    }
    unmap();
    arena = Arena.ofConfined();
    MemorySegment all = disk.map(path, arena);
    mapped = all;
    return all;
  }

  private void unmap() {
    if (arena != null) {
      arena.close();
      arena = null;
      mapped = null;
    }
  }

  /** Writes what is left and forces the file. */
  void finish() throws IOException {
    flush();
    unmap();
    file.force();
  }

  @Override
  public void close() throws IOException {
    unmap();
    file.close();
  }
}
