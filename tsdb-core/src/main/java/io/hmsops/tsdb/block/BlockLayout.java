package io.hmsops.tsdb.block;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Names of a block's files and places in them. Specified in {@code docs/format/block.md}. */
final class BlockLayout {
  static final String INDEX_FILE = "index";
  static final String CHUNKS_FILE = "chunks";
  static final String META_FILE = "meta.json";
  static final String INDEX_MAGIC = "HMSOPSIX";
  static final String CHUNKS_MAGIC = "HMSOPSCH";
  static final int VERSION = 0;
  static final int HEADER_LENGTH = 16;

  static final int SYMBOLS = 0;
  static final int SERIES = 1;
  static final int LABELS = 2;
  static final int POSTINGS = 3;
  static final int SECTION_COUNT = 4;

  /** In the footer: offset, length, checksum and zero of each section. */
  static final int SECTION_ENTRY_LENGTH = 2 * Long.BYTES + 2 * Integer.BYTES;

  static final int MIN_TIME_OFFSET = SECTION_COUNT * SECTION_ENTRY_LENGTH;
  static final int MAX_TIME_OFFSET = MIN_TIME_OFFSET + Long.BYTES;
  static final int RANGE_START_OFFSET = MAX_TIME_OFFSET + Long.BYTES;
  static final int RANGE_END_OFFSET = RANGE_START_OFFSET + Long.BYTES;
  static final int CUT_LSN_OFFSET = RANGE_END_OFFSET + Long.BYTES;
  static final int CHUNKS_LENGTH_OFFSET = CUT_LSN_OFFSET + Long.BYTES;
  static final int FOOTER_CRC_OFFSET = CHUNKS_LENGTH_OFFSET + Long.BYTES;
  static final int FOOTER_LENGTH = FOOTER_CRC_OFFSET + Integer.BYTES;

  static final int NAME_ENTRY_LENGTH = 3 * Integer.BYTES;
  static final int VALUE_ENTRY_LENGTH = 3 * Integer.BYTES;

  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private BlockLayout() {}
}
