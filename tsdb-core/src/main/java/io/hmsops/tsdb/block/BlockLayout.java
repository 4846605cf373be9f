package io.hmsops.tsdb.block;

import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.NewerVersionException;
import io.hmsops.tsdb.storage.TsdbException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
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
  static final int VERSION = 3;

  /** Without chunks that are differences from others, and zero for the version inverted. */
  static final int OLDEST_VERSION = 2;

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

  /** Floats as differences from another chunk of the block. */
  static final int DIFFERENCES = 3;

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
    bytes.putInt(~VERSION);
    return bytes;
  }

  /** {@return whether a file begins as today's do} */
  static boolean isHeader(byte[] bytes, String magic) {
    return bytes.length >= HEADER_LENGTH
        && Arrays.equals(
            bytes, 0, HEADER_LENGTH, header(magic, HEADER_LENGTH).array(), 0, HEADER_LENGTH);
  }

  /**
   * Throws if a file does not begin as it should. What is of before the formats were fixed counts
   * as damaged, so that the rest of the database opens.
   *
   * @param bytes at least as many as a header has
   * @return the file's version
   */
  static int checkHeader(Path file, byte[] bytes, String magic) throws TsdbException {
    String found = new String(bytes, 0, magic.length(), StandardCharsets.ISO_8859_1);
    if (!found.equals(magic)) {
      throw new CorruptFileException(
          file, 0, "begins with \"%s\" (expected: \"%s\")".formatted(found, magic));
    }
    ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int version = numbers.getInt(magic.length());
    checkVersion(file, version, numbers.getInt(magic.length() + Integer.BYTES));
    return version;
  }

  private static void checkVersion(Path file, int version, int inverted) throws TsdbException {
    int offset = INDEX_MAGIC.length();
    if (version == OLDEST_VERSION && inverted == 0) {
      return;
    }
    // Of the oldest version nobody knows a flipped bit, unless it makes one that is read.
    boolean flipped = version != ~inverted && (version == VERSION || inverted != 0);
    if (flipped || version == OLDEST_VERSION) {
      throw new CorruptFileException(
          file,
          offset,
          "%08x, %08x (expected: a version, and the same inverted)".formatted(version, inverted));
    }
    if (Integer.compareUnsigned(version, VERSION) > 0) {
      throw new NewerVersionException(file, Integer.toUnsignedString(version), VERSION);
    }
    if (version < VERSION) {
      throw new CorruptFileException(
          file,
          offset,
          "format %d (expected: %d at least; it is of before the first release)"
              .formatted(version, OLDEST_VERSION));
    }
  }

  static int crc(byte[] bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }
}
