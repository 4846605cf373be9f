package io.hmsops.tsdb.tool.prometheus;

import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.CorruptFileException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import org.agrona.collections.LongArrayList;
import org.jspecify.annotations.Nullable;

/** The index of a block: its series in order, with the places of their chunks. Not thread-safe. */
final class IndexFile {
  static final String NAME = "index";
  static final int MAGIC = 0xBAAAD700;
  static final int VERSION = 2;
  static final int HEADER_LENGTH = 5;
  static final int TOC_LENGTH = 6 * Long.BYTES + Integer.BYTES;

  /** What series are aligned to; their references count in it. */
  static final int SERIES_ALIGNMENT = 16;

  private final BigEndianReader file;
  private final BigEndianReader symbols;
  private final long[] symbolOffsets;
  private final @Nullable String[] symbolTexts;
  private final long seriesEnd;
  private long position;

  private IndexFile(
      BigEndianReader file,
      BigEndianReader symbols,
      long[] symbolOffsets,
      long position,
      long seriesEnd) {
    this.file = file;
    this.symbols = symbols;
    this.symbolOffsets = symbolOffsets;
    this.symbolTexts = new String[symbolOffsets.length];
    this.position = position;
    this.seriesEnd = seriesEnd;
  }

  /**
   * A series of the index.
   *
   * @param reference its reference, as tombstones have it
   * @param offset where in the file it is
   * @param labels its labels
   * @param chunks the first timestamp, last timestamp and reference of each chunk
   */
  // Handed on and never compared.
  @SuppressWarnings("ArrayRecordComponent")
  record Entry(long reference, long offset, Labels labels, long[] chunks) {}

  static IndexFile open(Disk disk, Path block, Arena arena) throws IOException {
    Path path = block.resolve(NAME);
    BigEndianReader file = new BigEndianReader(path, disk.map(path, arena));
    long length = file.remaining();
    int magic = file.i32();
    if (magic != MAGIC) {
      throw file.damagedAt(0, "magic is %08x (expected %08x)".formatted(magic, MAGIC));
    }
    int version = file.u8();
    if (version != VERSION) {
      throw file.damagedAt(
          Integer.BYTES, "version %d is not supported (supported: %d)".formatted(version, VERSION));
    }
    BigEndianReader toc = file.slice(length - TOC_LENGTH, TOC_LENGTH);
    long tocStart = toc.position();
    long symbolsOffset = toc.i64();
    long seriesOffset = toc.i64();
    long seriesEnd = length - TOC_LENGTH;
    for (int i = 2; i < 6; i++) {
      // The sections behind the series: label indices, their table, postings, their table.
      long offset = toc.i64();
      if (offset > 0) {
        seriesEnd = Math.min(seriesEnd, offset);
      }
    }
    toc.checkCrc(tocStart, toc.position());
    BigEndianReader symbols = file.section(symbolsOffset);
    return new IndexFile(file, symbols, offsets(symbols), seriesOffset, seriesEnd);
  }

  private static long[] offsets(BigEndianReader symbols) throws CorruptFileException {
    long count = symbols.u32();
    if (count > symbols.remaining()) {
      throw symbols.damaged(
          "%d symbols (expected: at most %d)".formatted(count, symbols.remaining()));
    }
    LongArrayList offsets = new LongArrayList();
    for (long i = 0; i < count; i++) {
      offsets.addLong(symbols.position());
      symbols.skip(symbols.uvarint());
    }
    return offsets.toLongArray();
  }

  private String symbol(BigEndianReader in) throws CorruptFileException {
    long number = in.uvarint();
    if (number < 0 || number >= symbolOffsets.length) {
      throw in.damaged(
          "symbol %d (expected: at most %d)".formatted(number, symbolOffsets.length - 1));
    }
    String text = symbolTexts[(int) number];
    if (text == null) {
      long offset = symbolOffsets[(int) number];
      text = symbols.slice(offset, symbols.position() - offset).text();
      symbolTexts[(int) number] = text;
    }
    return text;
  }

  /** {@return the next series, null behind the last one} */
  @Nullable Entry next() throws CorruptFileException {
    long offset = (position + SERIES_ALIGNMENT - 1) / SERIES_ALIGNMENT * SERIES_ALIGNMENT;
    if (offset >= seriesEnd) {
      return null;
    }
    BigEndianReader in = file.slice(offset, seriesEnd - offset);
    long length = in.uvarint();
    if (length == 0) {
      // Padding before the next section.
      return null;
    }
    long start = in.position();
    in.skip(length);
    in.checkCrc(start, start + length);
    position = in.position();
    BigEndianReader content = file.slice(start, length);
    Labels labels = labels(content);
    return new Entry(offset / SERIES_ALIGNMENT, offset, labels, chunks(content));
  }

  private Labels labels(BigEndianReader in) throws CorruptFileException {
    String[] pairs = new String[2 * in.count()];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = symbol(in);
    }
    return labels(in, pairs);
  }

  /** {@return the labels of names and values; those with an empty value are none} */
  static Labels labels(BigEndianReader in, String[] pairs) throws CorruptFileException {
    try {
      return Labels.of(pairs);
    } catch (IllegalArgumentException e) {
      throw in.damaged(String.valueOf(e.getMessage()));
    }
  }

  private static long[] chunks(BigEndianReader in) throws CorruptFileException {
    long[] chunks = new long[3 * in.count()];
    long timeMs = 0;
    long reference = 0;
    for (int i = 0; i < chunks.length; i += 3) {
      chunks[i] = i == 0 ? in.varint() : timeMs + in.uvarint();
      chunks[i + 1] = chunks[i] + in.uvarint();
      reference = i == 0 ? in.uvarint() : reference + in.varint();
      chunks[i + 2] = reference;
      timeMs = chunks[i + 1];
    }
    return chunks;
  }

  CorruptFileException damagedAt(long offset, String detail) {
    return file.damagedAt(offset, detail);
  }
}
