package io.hmsops.tsdb.wal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.zip.CRC32C;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;

/** Walks the frames of one file and, where there is none, looks for the next. Not thread-safe. */
final class FrameScanner {
  /** A frame. */
  // Not compared; the array is the content.
  @SuppressWarnings("ArrayRecordComponent")
  record Frame(int type, long lsn, byte[] payload, int startOffset, int endOffset) {}

  private final LZ4SafeDecompressor decompressor = LZ4Factory.safeInstance().safeDecompressor();
  private final CRC32C crc = new CRC32C();
  private final byte[] bytes;
  private final ByteBuffer buffer;
  private int position;

  FrameScanner(byte[] bytes, int position) {
    this.bytes = bytes;
    this.buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    this.position = position;
  }

  /** {@return the next valid frame at or behind the position; empty if there is none} */
  Optional<Frame> next() {
    for (int at = position; at + FrameLayout.HEADER_LENGTH <= bytes.length; at++) {
      if (buffer.getInt(at + FrameLayout.MAGIC_OFFSET) == FrameLayout.MAGIC) {
        Optional<Frame> frame = frameAt(at);
        if (frame.isPresent()) {
          position = frame.get().endOffset;
          return frame;
        }
      }
    }
    position = bytes.length;
    return Optional.empty();
  }

  private Optional<Frame> frameAt(int at) {
    int length = buffer.getInt(at + FrameLayout.LENGTH_OFFSET);
    int plainLength = buffer.getInt(at + FrameLayout.PLAIN_LENGTH_OFFSET);
    int start = at + FrameLayout.HEADER_LENGTH;
    if (length < 0
        || length > bytes.length - start
        || plainLength < 0
        || plainLength > FrameLayout.MAX_PLAIN_BYTES) {
      return Optional.empty();
    }
    crc.reset();
    crc.update(
        bytes,
        at + FrameLayout.LSN_OFFSET,
        FrameLayout.HEADER_LENGTH - FrameLayout.LSN_OFFSET + length);
    if ((int) crc.getValue() != buffer.getInt(at + FrameLayout.CRC_OFFSET)) {
      return Optional.empty();
    }
    byte[] payload = new byte[plainLength];
    if (buffer.get(at + FrameLayout.COMPRESSION_OFFSET) == FrameLayout.LZ4) {
      try {
        if (decompressor.decompress(bytes, start, length, payload, 0) != plainLength) {
          return Optional.empty();
        }
      } catch (LZ4Exception _) {
        // The checksum holds but the content does not: no frame of ours.
        return Optional.empty();
      }
    } else if (length == plainLength) {
      System.arraycopy(bytes, start, payload, 0, length);
    } else {
      return Optional.empty();
    }
    return Optional.of(
        new Frame(
            buffer.get(at + FrameLayout.TYPE_OFFSET),
            buffer.getLong(at + FrameLayout.LSN_OFFSET),
            payload,
            at,
            start + length));
  }
}
