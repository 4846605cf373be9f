package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.encoding.ByteReader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/** Walks the frames of one file and, where there is none, looks for the next. Not thread-safe. */
final class FrameScanner {
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /**
   * A frame.
   *
   * @param type its type
   * @param lsn its sequence number
   * @param payload what it says; read it before the next frame is asked for
   * @param startOffset its first byte in the file
   * @param endOffset behind its last byte
   */
  record Frame(int type, long lsn, ByteReader payload, long startOffset, long endOffset) {}

  private final LZ4SafeDecompressor decompressor = LZ4Factory.safeInstance().safeDecompressor();
  private final CRC32C crc = new CRC32C();
  private final MemorySegment file;
  private long position;
  private byte[] frame = new byte[1 << 12];
  private byte[] payload = new byte[1 << 12];

  FrameScanner(MemorySegment file, long position) {
    this.file = file;
    this.position = position;
  }

  /** {@return the next valid frame at or behind the position; empty if there is none} */
  Optional<Frame> next() {
    for (long at = position; at + FrameLayout.HEADER_LENGTH <= file.byteSize(); at++) {
      if (file.get(INT, at + FrameLayout.MAGIC_OFFSET) == FrameLayout.MAGIC) {
        Optional<Frame> found = frameAt(at);
        if (found.isPresent()) {
          position = found.get().endOffset;
          return found;
        }
      }
    }
    position = file.byteSize();
    return Optional.empty();
  }

  private Optional<Frame> frameAt(long at) {
    int length = file.get(INT, at + FrameLayout.LENGTH_OFFSET);
    int plainLength = file.get(INT, at + FrameLayout.PLAIN_LENGTH_OFFSET);
    long start = at + FrameLayout.HEADER_LENGTH;
    if (length < 0
        || length > file.byteSize() - start
        || plainLength < 0
        || plainLength > FrameLayout.MAX_PLAIN_BYTES) {
      return Optional.empty();
    }
    int checkedLength = FrameLayout.HEADER_LENGTH - FrameLayout.LSN_OFFSET + length;
    frame = room(frame, checkedLength);
    MemorySegment.copy(
        file, ValueLayout.JAVA_BYTE, at + FrameLayout.LSN_OFFSET, frame, 0, checkedLength);
    crc.reset();
    crc.update(frame, 0, checkedLength);
    if ((int) crc.getValue() != file.get(INT, at + FrameLayout.CRC_OFFSET)
        || !unpack(
            file.get(ValueLayout.JAVA_BYTE, at + FrameLayout.COMPRESSION_OFFSET),
            checkedLength - length,
            length,
            plainLength)) {
      return Optional.empty();
    }
    return Optional.of(
        new Frame(
            file.get(ValueLayout.JAVA_BYTE, at + FrameLayout.TYPE_OFFSET),
            file.get(LONG, at + FrameLayout.LSN_OFFSET),
            new ByteReader(payload, 0, plainLength),
            at,
            start + length));
  }

  private boolean unpack(int compression, int offset, int length, int plainLength) {
    payload = room(payload, plainLength);
    if (compression == FrameLayout.LZ4) {
      try {
        return decompressor.decompress(frame, offset, length, payload, 0, plainLength)
            == plainLength;
      } catch (LZ4Exception _) {
        // The checksum holds but the content does not: no frame of ours.
        return false;
      }
    }
    if (length != plainLength) {
      return false;
    }
    System.arraycopy(frame, offset, payload, 0, length);
    return true;
  }

  private static byte[] room(byte[] bytes, int length) {
    return bytes.length >= length ? bytes : new byte[Math.max(length, 2 * bytes.length)];
  }
}
