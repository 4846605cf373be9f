package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.PageParity;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Factory;

/** Turns payloads into frames. Its buffers are reused. Not thread-safe. */
final class FrameEncoder {
  /** Below this, compression costs more than it saves. */
  private static final int MIN_COMPRESSED_BYTES = 128;

  private static final int KEPT_BUFFER_BYTES = 1 << 20;

  // The safe instance: no native code, no Unsafe.
  private final LZ4Compressor compressor = LZ4Factory.safeInstance().fastCompressor();
  private final CRC32C crc = new CRC32C();
  private final PageParity parity = new PageParity();
  private final ByteWriter parityPayload = new ByteWriter(256);
  private ByteBuffer buffer = ByteBuffer.allocate(4096).order(ByteOrder.LITTLE_ENDIAN);

  /**
   * {@return a frame, valid until the next call}
   *
   * @param compressible whether compression is worth its time
   */
  ByteBuffer encode(int type, long lsn, ByteWriter payload, boolean compressible) {
    ensureRoom(boundOf(payload));
    return buffer.clear().limit(put(0, type, lsn, payload, compressible));
  }

  /**
   * {@return a frame and, behind it, one that it can be mended from, valid until the next call}
   *
   * @param compressible whether compression is worth its time
   */
  ByteBuffer encodeMendable(int type, long lsn, ByteWriter payload, boolean compressible) {
    int bound = boundOf(payload);
    ensureRoom(bound + FrameLayout.HEADER_LENGTH + PageParity.boundBytes(bound));
    int end = put(0, type, lsn, payload, compressible);
    parityPayload.clear();
    parity.write(buffer.array(), end, parityPayload);
    return buffer.clear().limit(put(end, FrameType.PARITY, lsn, parityPayload, false));
  }

  private int boundOf(ByteWriter payload) {
    if (payload.length() > FrameLayout.MAX_PLAIN_BYTES) {
      throw new IllegalArgumentException(
          "batch: %d bytes (expected: at most %d)"
              .formatted(payload.length(), FrameLayout.MAX_PLAIN_BYTES));
    }
    return FrameLayout.HEADER_LENGTH + compressor.maxCompressedLength(payload.length());
  }

  private void ensureRoom(int bound) {
    if (buffer.capacity() < bound || buffer.capacity() > Math.max(2 * bound, KEPT_BUFFER_BYTES)) {
      // Batches of one sender are of about the same length: the next one should fit, too.
      buffer = ByteBuffer.allocate(bound + bound / 4).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  /** {@return where the frame ends} */
  private int put(int start, int type, long lsn, ByteWriter payload, boolean compressible) {
    byte[] bytes = buffer.array();
    int plainLength = payload.length();
    int length = plainLength;
    int compression = FrameLayout.PLAIN;
    int payloadStart = start + FrameLayout.HEADER_LENGTH;
    if (compressible && plainLength >= MIN_COMPRESSED_BYTES) {
      length = compressor.compress(payload.array(), 0, plainLength, bytes, payloadStart);
      compression = FrameLayout.LZ4;
    }
    if (compression == FrameLayout.PLAIN || length >= plainLength) {
      compression = FrameLayout.PLAIN;
      length = plainLength;
      System.arraycopy(payload.array(), 0, bytes, payloadStart, plainLength);
    }
    int end = payloadStart + length;
    buffer.clear();
    buffer.putInt(start + FrameLayout.MAGIC_OFFSET, FrameLayout.MAGIC);
    buffer.putInt(start + FrameLayout.LENGTH_OFFSET, length);
    buffer.putLong(start + FrameLayout.LSN_OFFSET, lsn);
    buffer.put(start + FrameLayout.TYPE_OFFSET, (byte) type);
    buffer.put(start + FrameLayout.COMPRESSION_OFFSET, (byte) compression);
    buffer.putShort(start + FrameLayout.RESERVED_OFFSET, (short) 0);
    buffer.putInt(start + FrameLayout.PLAIN_LENGTH_OFFSET, plainLength);
    crc.reset();
    crc.update(bytes, start + FrameLayout.LSN_OFFSET, end - start - FrameLayout.LSN_OFFSET);
    buffer.putInt(start + FrameLayout.CRC_OFFSET, (int) crc.getValue());
    return end;
  }
}
