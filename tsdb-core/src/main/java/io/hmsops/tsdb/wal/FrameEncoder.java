package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.encoding.ByteWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;

/** Turns payloads into frames. Its buffer is reused. Not thread-safe. */
final class FrameEncoder {
  /** Below this, compression costs more than it saves. */
  private static final int MIN_COMPRESSED_BYTES = 128;

  private static final int KEPT_BUFFER_BYTES = 1 << 20;

  // The safe instance: no native code, no Unsafe.
  private final LZ4Compressor compressor = LZ4Factory.safeInstance().fastCompressor();
  private final CRC32C crc = new CRC32C();
  private ByteBuffer buffer = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);

  /**
   * {@return a frame, valid until the next call}
   *
   * @param compressible whether compression is worth its time
   */
  ByteBuffer encode(int type, long lsn, ByteWriter payload, boolean compressible) {
    int plainLength = payload.length();
    if (plainLength > FrameLayout.MAX_PLAIN_BYTES) {
      throw new IllegalArgumentException(
          "batch: %d bytes (expected: at most %d)"
              .formatted(plainLength, FrameLayout.MAX_PLAIN_BYTES));
    }
    int bound = FrameLayout.HEADER_LENGTH + compressor.maxCompressedLength(plainLength);
    if (buffer.capacity() < bound || buffer.capacity() > Math.max(2 * bound, KEPT_BUFFER_BYTES)) {
      // Batches of one sender are of about the same length: the next one should fit, too.
      buffer = ByteBuffer.allocate(bound + bound / 4).order(ByteOrder.LITTLE_ENDIAN);
    }
    byte[] bytes = buffer.array();
    int length = plainLength;
    int compression = FrameLayout.PLAIN;
    if (compressible && plainLength >= MIN_COMPRESSED_BYTES) {
      length =
          compressor.compress(payload.array(), 0, plainLength, bytes, FrameLayout.HEADER_LENGTH);
      compression = FrameLayout.LZ4;
    }
    if (compression == FrameLayout.PLAIN || length >= plainLength) {
      compression = FrameLayout.PLAIN;
      length = plainLength;
      System.arraycopy(payload.array(), 0, bytes, FrameLayout.HEADER_LENGTH, plainLength);
    }
    int end = FrameLayout.HEADER_LENGTH + length;
    buffer.clear();
    buffer.putInt(FrameLayout.MAGIC_OFFSET, FrameLayout.MAGIC);
    buffer.putInt(FrameLayout.LENGTH_OFFSET, length);
    buffer.putLong(FrameLayout.LSN_OFFSET, lsn);
    buffer.put(FrameLayout.TYPE_OFFSET, (byte) type);
    buffer.put(FrameLayout.COMPRESSION_OFFSET, (byte) compression);
    buffer.putShort(FrameLayout.RESERVED_OFFSET, (short) 0);
    buffer.putInt(FrameLayout.PLAIN_LENGTH_OFFSET, plainLength);
    crc.reset();
    crc.update(bytes, FrameLayout.LSN_OFFSET, end - FrameLayout.LSN_OFFSET);
    buffer.putInt(FrameLayout.CRC_OFFSET, (int) crc.getValue());
    return buffer.limit(end);
  }
}
