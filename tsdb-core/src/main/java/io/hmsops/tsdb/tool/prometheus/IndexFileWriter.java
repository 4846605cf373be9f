package io.hmsops.tsdb.tool.prometheus;

import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.io.DiskFile;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.labels.Utf8Order;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.agrona.collections.IntArrayList;

/**
 * Writes the index of a block: symbols, series, posting lists, the table of these, and the table of
 * contents. Holds all of the series' labels in memory. Not thread-safe.
 */
final class IndexFileWriter {
  private static final int BUFFER_BYTES = 1 << 18;

  /** Sections and posting lists begin at a multiple of this. */
  private static final int ALIGNMENT = 4;

  private final List<Labels> labels = new ArrayList<>();
  private final List<long[]> chunks = new ArrayList<>();

  private final BigEndianWriter buffer = new BigEndianWriter();
  private long writtenBytes;

  /**
   * Adds a series.
   *
   * @param series its labels, behind those added before
   * @param itsChunks the first timestamp, last timestamp and reference of each chunk
   */
  void add(Labels series, long[] itsChunks) {
    labels.add(series);
    chunks.add(itsChunks);
  }

  int seriesCount() {
    return labels.size();
  }

  void write(Disk disk, Path path) throws IOException {
    try (DiskFile file = disk.create(path)) {
      buffer.i32(IndexFile.MAGIC);
      buffer.u8(IndexFile.VERSION);
      pad(ALIGNMENT);
      long symbolsOffset = offset();
      Map<String, Integer> symbols = writeSymbols(file);
      pad(IndexFile.SERIES_ALIGNMENT);
      long seriesOffset = offset();
      int[] references = writeSeries(file, symbols);
      pad(ALIGNMENT);
      long postingsOffset = offset();
      BigEndianWriter table = writePostings(file, references);
      pad(ALIGNMENT);
      long tableOffset = offset();
      buffer.u32("length of the table of postings", table.length());
      buffer.bytes(table.toByteArray());
      buffer.crc(buffer.length() - table.length());
      flush(file);
      buffer.i64(symbolsOffset);
      buffer.i64(seriesOffset);
      // Label indices and their table, which no reader of this version uses.
      buffer.i64(0);
      buffer.i64(0);
      buffer.i64(postingsOffset);
      buffer.i64(tableOffset);
      buffer.crc(0);
      flush(file);
      file.force();
    }
  }

  private long offset() {
    return writtenBytes + buffer.length();
  }

  private void flush(DiskFile file) throws IOException {
    writtenBytes += buffer.length();
    file.write(buffer.toBuffer());
    buffer.clear();
  }

  private void flushIfLarge(DiskFile file) throws IOException {
    if (buffer.length() >= BUFFER_BYTES) {
      flush(file);
    }
  }

  private void pad(int alignment) {
    while (offset() % alignment != 0) {
      buffer.u8(0);
    }
  }

  private Map<String, Integer> writeSymbols(DiskFile file) throws IOException {
    SortedSet<String> sorted = new TreeSet<>(Utf8Order.INSTANCE);
    for (Labels series : labels) {
      for (Label label : series) {
        sorted.add(label.name());
        sorted.add(label.value());
      }
    }
    BigEndianWriter section = new BigEndianWriter();
    section.i32(sorted.size());
    Map<String, Integer> numbers = new HashMap<>();
    for (String symbol : sorted) {
      numbers.put(symbol, numbers.size());
      section.text(symbol);
    }
    buffer.u32("length of the symbols", section.length());
    section.crc(0);
    buffer.bytes(section.toByteArray());
    flush(file);
    return numbers;
  }

  private int[] writeSeries(DiskFile file, Map<String, Integer> symbols) throws IOException {
    int[] references = new int[labels.size()];
    BigEndianWriter entry = new BigEndianWriter();
    for (int i = 0; i < references.length; i++) {
      pad(IndexFile.SERIES_ALIGNMENT);
      long reference = offset() / IndexFile.SERIES_ALIGNMENT;
      references[i] = (int) reference;
      if (reference > 0xffff_ffffL) {
        throw new IOException("%s: more than 64 GiB of series".formatted(IndexFile.NAME));
      }
      entry.clear();
      entry.uvarint(labels.get(i).size());
      for (Label label : labels.get(i)) {
        entry.uvarint(symbols.getOrDefault(label.name(), 0));
        entry.uvarint(symbols.getOrDefault(label.value(), 0));
      }
      putChunks(chunks.get(i), entry);
      buffer.uvarint(entry.length());
      entry.crc(0);
      buffer.bytes(entry.toByteArray());
      flushIfLarge(file);
    }
    return references;
  }

  private static void putChunks(long[] chunks, BigEndianWriter out) {
    out.uvarint(chunks.length / 3);
    for (int i = 0; i < chunks.length; i += 3) {
      if (i == 0) {
        out.varint(chunks[0]);
        out.uvarint(chunks[1] - chunks[0]);
        out.uvarint(chunks[2]);
      } else {
        out.uvarint(chunks[i] - chunks[i - 2]);
        out.uvarint(chunks[i + 1] - chunks[i]);
        out.varint(chunks[i + 2] - chunks[i - 1]);
      }
    }
  }

  /** {@return the content of the table of the posting lists that are written} */
  private BigEndianWriter writePostings(DiskFile file, int[] references) throws IOException {
    Map<String, Map<String, IntArrayList>> lists = new TreeMap<>(Utf8Order.INSTANCE);
    IntArrayList all = new IntArrayList();
    for (int i = 0; i < references.length; i++) {
      all.addInt(references[i]);
      for (Label label : labels.get(i)) {
        lists
            .computeIfAbsent(label.name(), _ -> new TreeMap<>(Utf8Order.INSTANCE))
            .computeIfAbsent(label.value(), _ -> new IntArrayList())
            .addInt(references[i]);
      }
    }
    BigEndianWriter table = new BigEndianWriter();
    int count = 1;
    for (Map<String, IntArrayList> values : lists.values()) {
      count += values.size();
    }
    table.i32(count);
    // Under the empty name stands the list of all series.
    putList(file, "", "", all, table);
    for (Map.Entry<String, Map<String, IntArrayList>> name : lists.entrySet()) {
      for (Map.Entry<String, IntArrayList> value : name.getValue().entrySet()) {
        putList(file, name.getKey(), value.getKey(), value.getValue(), table);
      }
    }
    return table;
  }

  private void putList(
      DiskFile file, String name, String value, IntArrayList list, BigEndianWriter table)
      throws IOException {
    pad(ALIGNMENT);
    table.u8(2);
    table.text(name);
    table.text(value);
    table.uvarint(offset());
    buffer.u32("length of postings", Integer.BYTES * (1L + list.size()));
    int start = buffer.length();
    buffer.i32(list.size());
    for (int i = 0; i < list.size(); i++) {
      buffer.i32(list.getInt(i));
    }
    buffer.crc(start);
    flushIfLarge(file);
  }
}
