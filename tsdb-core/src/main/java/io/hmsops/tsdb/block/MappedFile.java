package io.hmsops.tsdb.block;

import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.NewerVersionException;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.storage.UnreadableFileException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file of a block, mapped, whose parts are checked as they are read. Thread-safe. */
final class MappedFile {
  private static final int LONGEST_VARINT = 10;

  private final Path path;
  private final MemorySegment bytes;

  /** Maps a file and checks its header. */
  MappedFile(Disk disk, Path path, Arena arena, String magic) throws IOException {
    this.path = path;
    this.bytes = disk.map(path, arena);
    checkHeader(magic);
  }

  private void checkHeader(String magic) throws TsdbException {
    byte[] header = read(0, BlockLayout.HEADER_LENGTH);
    String found = new String(header, 0, magic.length(), StandardCharsets.ISO_8859_1);
    if (!found.equals(magic)) {
      throw damaged(0, "begins with \"%s\" (expected: \"%s\")".formatted(found, magic));
    }
    int version = bytes.get(BlockLayout.INT, magic.length());
    if (version > BlockLayout.VERSION) {
      throw new NewerVersionException(path, Integer.toString(version), BlockLayout.VERSION);
    }
    if (version != BlockLayout.VERSION || bytes.get(BlockLayout.INT, magic.length() + 4) != 0) {
      throw damaged(
          magic.length(), "version %d (expected: %d)".formatted(version, BlockLayout.VERSION));
    }
  }

  long length() {
    return bytes.byteSize();
  }

  CorruptFileException damaged(long offset, @Nullable String detail) {
    return new CorruptFileException(path, offset, String.valueOf(detail));
  }

  /**
   * {@return a copy of some bytes, with {@link Chunk#SLACK_BYTES} zeros behind them}
   *
   * @throws CorruptFileException if the file is shorter, also if it was cut while it is mapped
   */
  byte[] read(long offset, long length) throws CorruptFileException {
    if (offset < 0 || length < 0 || length > Integer.MAX_VALUE / 2 || offset > length() - length) {
      throw damaged(offset, "%d bytes (expected: at most %d)".formatted(length, length() - offset));
    }
    byte[] copy = new byte[(int) length + Chunk.SLACK_BYTES];
    try {
      MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, offset, copy, 0, (int) length);
    } catch (InternalError e) {
      // What the virtual machine makes of an I/O error in a mapped file.
      throw new UnreadableFileException(
          path, offset, "%d bytes cannot be read: %s".formatted(length, e.getMessage()));
    }
    return copy;
  }

  /** {@return bytes that are followed by their checksum} */
  byte[] readChecked(long offset, long length) throws CorruptFileException {
    byte[] copy = read(offset, length + Integer.BYTES);
    int end = (int) length;
    int expected =
        (copy[end] & 0xFF)
            | (copy[end + 1] & 0xFF) << 8
            | (copy[end + 2] & 0xFF) << 16
            | (copy[end + 3] & 0xFF) << 24;
    check(offset, copy, end, expected);
    return copy;
  }

  void check(long offset, byte[] read, int length, int expected) throws CorruptFileException {
    int found = BlockLayout.crc(read, 0, length);
    if (found != expected) {
      throw damaged(
          offset, "crc of %d bytes is %08x (expected: %08x)".formatted(length, found, expected));
    }
  }

  /**
   * {@return a reader of what begins with its length and ends with a checksum, standing behind the
   * length}
   *
   * @param shift by how many bits the length is shifted left in its varint
   */
  ByteReader readSized(long offset, int shift) throws CorruptFileException {
    byte[] start = read(offset, Math.min(LONGEST_VARINT, Math.max(0, length() - offset)));
    try {
      ByteReader in = new ByteReader(start, 0, start.length - Chunk.SLACK_BYTES);
      long header = in.getVarint();
      int headerLength = in.position();
      byte[] all = readChecked(offset, headerLength + (header >>> shift));
      return new ByteReader(all, headerLength, (int) (header >>> shift));
    } catch (MalformedDataException e) {
      throw damaged(offset, e.getMessage());
    }
  }

  int getInt(long offset) {
    return bytes.get(BlockLayout.INT, offset);
  }

  long getLong(long offset) {
    return bytes.get(BlockLayout.LONG, offset);
  }

  /** {@return some bytes as they are mapped, unchecked} */
  MemorySegment slice(long offset, long length) {
    return bytes.asSlice(offset, length);
  }
}
