package io.hmsops.tsdb.wal;

/** The header of a frame. Specified in {@code docs/format/wal.md}. */
final class FrameLayout {
  static final int MAGIC = 0x464d5348; // "HSMF" as little-endian bytes 48 53 4d 46
  static final int MAGIC_OFFSET = 0;
  static final int LENGTH_OFFSET = MAGIC_OFFSET + Integer.BYTES;
  static final int CRC_OFFSET = LENGTH_OFFSET + Integer.BYTES;
  static final int LSN_OFFSET = CRC_OFFSET + Integer.BYTES;
  static final int TYPE_OFFSET = LSN_OFFSET + Long.BYTES;
  static final int COMPRESSION_OFFSET = TYPE_OFFSET + Byte.BYTES;
  static final int RESERVED_OFFSET = COMPRESSION_OFFSET + Byte.BYTES;
  static final int PLAIN_LENGTH_OFFSET = RESERVED_OFFSET + Short.BYTES;
  static final int HEADER_LENGTH = PLAIN_LENGTH_OFFSET + Integer.BYTES;

  /** A frame says at most this much, before compression. */
  static final int MAX_PLAIN_BYTES = 256 << 20;

  static final int PLAIN = 0;
  static final int LZ4 = 1;

  private FrameLayout() {}
}
