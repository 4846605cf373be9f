package io.hmsops.tsdb.block;

import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.storage.UnreadableFileException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A file of a block, mapped, whose parts are checked as they are read. What is damaged is mended,
 * if the block has what it can be mended from. Thread-safe.
 */
final class MappedFile {
  /*
   * A mapped page that cannot be read (the file was cut, or the device fails) reads as zeros, and then, some
   * instructions later, the virtual machine throws an InternalError: at the next call into it, or before. So
   * everything that is read is held against a checksum inside the try block, and whoever finds a wrong one asks for
   * the file's length there, which is such a call. What is left of the last page of a cut file reads as zeros as well.
   */
  private static final int LONGEST_VARINT = 10;

  private final Disk disk;
  private final BlockFile file;
  private final Path path;
  private final BlockMender mender;
  private final int version;

  /** As mapped, or a mended copy. */
  private volatile MemorySegment bytes;

  /** Maps a file and checks its header. */
  MappedFile(Disk disk, Path block, BlockFile file, Arena arena, BlockMender mender)
      throws IOException {
    this.disk = disk;
    this.file = file;
    this.path = block.resolve(file.fileName());
    this.bytes = disk.map(path, arena);
    this.mender = mender;
    this.version = checkHeader();
  }

  private int checkHeader() throws TsdbException {
    try {
      byte[] header = read(0, BlockLayout.HEADER_LENGTH);
      return BlockLayout.checkHeader(
          path,
          BlockLayout.isHeader(header, file.magic()) ? header : mender.header(file, bytes),
          file.magic());
    } catch (InternalError e) {
      throw unreadable(0, e);
    }
  }

  /** {@return the version that its header says} */
  int version() {
    return version;
  }

  /** Mends what can be mended, after damage was met. */
  private void mend(long offset, long length, CorruptFileException damage)
      throws CorruptFileException {
    if (damage instanceof UnreadableFileException) {
      throw damage;
    }
    synchronized (mender) {
      try {
        bytes = mender.mend(file, bytes, offset, length);
      } catch (InternalError e) {
        throw unreadable(offset, e);
      }
    }
  }

  long length() {
    return bytes.byteSize();
  }

  CorruptFileException damaged(long offset, @Nullable String detail) {
    return new CorruptFileException(path, offset, String.valueOf(detail));
  }

  /**
   * {@return a copy of some bytes, with {@link Chunk#SLACK_BYTES} zeros behind them} Not checked:
   * if the file was cut since it was opened they may be zeros.
   */
  private byte[] read(long offset, long length) throws CorruptFileException {
    if (offset < 0 || length < 0 || length > Integer.MAX_VALUE / 2 || offset > length() - length) {
      throw damaged(offset, "%d bytes (expected: at most %d)".formatted(length, length() - offset));
    }
    byte[] copy = new byte[(int) length + Chunk.SLACK_BYTES];
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, offset, copy, 0, (int) length);
    return copy;
  }

  /**
   * {@return bytes that are followed by their checksum}
   *
   * @throws UnreadableFileException if the file was cut since it was opened
   */
  byte[] readChecked(long offset, long length) throws CorruptFileException {
    try {
      return readAsItIs(offset, length);
    } catch (CorruptFileException e) {
      mend(offset, length + Integer.BYTES, e);
      return readAsItIs(offset, length);
    }
  }

  private byte[] readAsItIs(long offset, long length) throws CorruptFileException {
    try {
      byte[] copy = read(offset, length + Integer.BYTES);
      int end = (int) length;
      int expected =
          (copy[end] & 0xFF)
              | (copy[end + 1] & 0xFF) << 8
              | (copy[end + 2] & 0xFF) << 16
              | (copy[end + 3] & 0xFF) << 24;
      check(offset, copy, end, expected);
      return copy;
    } catch (InternalError e) {
      throw unreadable(offset, e);
    }
  }

  /**
   * {@return bytes whose checksum is elsewhere}
   *
   * @throws UnreadableFileException if the file was cut since it was opened
   */
  byte[] readChecked(long offset, long length, int checksum) throws CorruptFileException {
    try {
      return readAsItIs(offset, length, checksum);
    } catch (CorruptFileException e) {
      mend(offset, length, e);
      return readAsItIs(offset, length, checksum);
    }
  }

  private byte[] readAsItIs(long offset, long length, int checksum) throws CorruptFileException {
    try {
      byte[] copy = read(offset, length);
      check(offset, copy, (int) length, checksum);
      return copy;
    } catch (InternalError e) {
      throw unreadable(offset, e);
    }
  }

  private void check(long offset, byte[] read, int length, int expected)
      throws CorruptFileException {
    int found = BlockLayout.crc(read, 0, length);
    if (found != expected) {
      checkLength(offset);
      throw damaged(
          offset, "crc of %d bytes is %08x (expected: %08x)".formatted(length, found, expected));
    }
  }

  /**
   * Checks that the file is as long as it was, by what it ended with; for parts that are read
   * without a checksum.
   *
   * @param ending its last bytes, as they were found when it was opened
   */
  void checkEnding(byte[] ending) throws CorruptFileException {
    long offset = length() - ending.length;
    try {
      byte[] now = read(offset, ending.length);
      if (!Arrays.equals(now, 0, ending.length, ending, 0, ending.length)) {
        checkLength(offset);
        throw damaged(offset, "the file's end has changed since it was opened");
      }
    } catch (InternalError e) {
      throw unreadable(offset, e);
    }
  }

  /** Tells damage from a file that was cut. */
  private void checkLength(long offset) throws UnreadableFileException {
    long length;
    try {
      length = disk.lengthBytes(path);
    } catch (IOException e) {
      throw new UnreadableFileException(path, offset, "cannot be read: " + e.getMessage());
    }
    if (length < length()) {
      throw new UnreadableFileException(
          path,
          offset,
          "cut to %d bytes after it was opened (expected: %d)".formatted(length, length()));
    }
  }

  private UnreadableFileException unreadable(long offset, InternalError e) {
    return new UnreadableFileException(path, offset, "cannot be read: " + e.getMessage());
  }

  /**
   * {@return a reader of what begins with its length and ends with a checksum, standing behind the
   * length}
   *
   * @param shift by how many bits the length is shifted left in its varint
   */
  ByteReader readSized(long offset, int shift) throws CorruptFileException {
    try {
      return readSizedAsItIs(offset, shift);
    } catch (CorruptFileException e) {
      // The length itself may be what is damaged.
      mend(offset, LONGEST_VARINT, e);
      return readSizedAsItIs(offset, shift);
    }
  }

  private ByteReader readSizedAsItIs(long offset, int shift) throws CorruptFileException {
    try {
      byte[] start = read(offset, Math.min(LONGEST_VARINT, Math.max(0, length() - offset)));
      ByteReader in = new ByteReader(start, 0, start.length - Chunk.SLACK_BYTES);
      long header = in.getVarint();
      int headerLength = in.position();
      byte[] all = readChecked(offset, headerLength + (header >>> shift));
      return new ByteReader(all, headerLength, (int) (header >>> shift));
    } catch (MalformedDataException e) {
      checkLength(offset);
      throw damaged(offset, e.getMessage());
    } catch (InternalError e) {
      throw unreadable(offset, e);
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
