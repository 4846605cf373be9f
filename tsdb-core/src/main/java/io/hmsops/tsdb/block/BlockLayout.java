package io.hmsops.tsdb.block;

import io.hmsops.tsdb.encoding.ByteWriter;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Names of a block's files and places in them. Specified in {@code docs/format/block.md}. */
final class BlockLayout {
  static final String INDEX_FILE = "index";
  static final String CHUNKS_FILE = "chunks";
  static final String TIMES_FILE = "times";
  static final String META_FILE = "meta.json";
  static final String INDEX_MAGIC = "HMSOPSIX";
  static final String CHUNKS_MAGIC = "HMSOPSCH";
  static final String TIMES_MAGIC = "HMSOPSTM";
  static final int VERSION = 2;
  static final int HEADER_LENGTH = 16;

  static final int SYMBOLS = 0;
  static final int SERIES = 1;
  static final int LABELS = 2;
  static final int POSTINGS = 3;
  static final int SOURCES = 4;
  static final int SECTION_COUNT = 5;

  /** In the footer, of each section: offset, length, length and checksum of its head, zero. */
  static final int SECTION_ENTRY_LENGTH = 3 * Long.BYTES + 2 * Integer.BYTES;

  static final int MIN_TIME_OFFSET = SECTION_COUNT * SECTION_ENTRY_LENGTH;
  static final int MAX_TIME_OFFSET = MIN_TIME_OFFSET + Long.BYTES;
  static final int RANGE_START_OFFSET = MAX_TIME_OFFSET + Long.BYTES;
  static final int RANGE_END_OFFSET = RANGE_START_OFFSET + Long.BYTES;
  static final int CUT_LSN_OFFSET = RANGE_END_OFFSET + Long.BYTES;
  static final int CHUNKS_LENGTH_OFFSET = CUT_LSN_OFFSET + Long.BYTES;
  static final int TIMES_LENGTH_OFFSET = CHUNKS_LENGTH_OFFSET + Long.BYTES;
  static final int SAMPLES_OFFSET = TIMES_LENGTH_OFFSET + Long.BYTES;
  static final int LEVEL_OFFSET = SAMPLES_OFFSET + Long.BYTES;
  static final int FOOTER_CRC_OFFSET = LEVEL_OFFSET + Long.BYTES;
  static final int FOOTER_LENGTH = FOOTER_CRC_OFFSET + Integer.BYTES;

  /** Texts, and series, of one page; the page has a checksum. */
  static final int PAGE_ENTRIES = 16;

  /** Of a label name: symbol, number of values, offset of the values, checksum of them, zero. */
  static final int NAME_ENTRY_LENGTH = 2 * Integer.BYTES + Long.BYTES + 2 * Integer.BYTES;

  /** Of a label value: symbol, place of its postings. */
  static final int VALUE_ENTRY_LENGTH = Integer.BYTES + Long.BYTES;

  /** In the place of postings: they are one series, whose number the other bits are. */
  static final long ONE_SERIES = 1L << 62;

  /** Kinds of chunks. */
  static final int FLOATS = 0;

  static final int FLOATS_WITH_STARTS = 1;
  static final int HISTOGRAMS = 2;
  static final int KIND_BITS = 2;

  static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private BlockLayout() {}

  static ByteWriter header(String magic, int capacityBytes) {
    ByteWriter bytes = new ByteWriter(capacityBytes);
    byte[] ascii = magic.getBytes(StandardCharsets.US_ASCII);
    bytes.putBytes(ascii, 0, ascii.length);
    bytes.putInt(VERSION);
    bytes.putInt(0);
    return bytes;
  }

  static int crc(byte[] bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }
}
