package io.hmsops.tsdb.block;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.labels.Utf8Order;
import io.hmsops.tsdb.postings.LabelIndex;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.function.Consumer;

/** The label index of a block, read where it is mapped; nothing of it stays on the heap. */
final class BlockIndex implements LabelIndex {
  private final MemorySegment symbols;
  private final MemorySegment series;
  private final MemorySegment labels;
  private final MemorySegment postings;
  private final int symbolCount;
  private final int seriesCount;
  private final int nameCount;

  BlockIndex(
      MemorySegment symbols, MemorySegment series, MemorySegment labels, MemorySegment postings) {
    this.symbols = symbols;
    this.series = series;
    this.labels = labels;
    this.postings = postings;
    this.symbolCount = symbols.get(BlockLayout.INT, 0);
    this.seriesCount = series.get(BlockLayout.INT, 0);
    this.nameCount = labels.get(BlockLayout.INT, 0);
  }

  /** {@return an entry of a section that begins with a count and count + 1 offsets} */
  private static byte[] entry(MemorySegment section, int count, int number) {
    long table = Integer.BYTES + (long) number * Integer.BYTES;
    int start = section.get(BlockLayout.INT, table);
    int end = section.get(BlockLayout.INT, table + Integer.BYTES);
    long base = Integer.BYTES + (count + 1L) * Integer.BYTES;
    return section.asSlice(base + start, end - (long) start).toArray(ValueLayout.JAVA_BYTE);
  }

  private String symbol(int number) {
    return new String(entry(symbols, symbolCount, number), StandardCharsets.UTF_8);
  }

  /** {@return the number of a text, −1 if it does not occur} */
  private int find(String text) {
    int low = 0;
    int high = symbolCount - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Utf8Order.INSTANCE.compare(symbol(middle), text);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  ByteReader seriesEntry(int number) {
    byte[] entry = entry(series, seriesCount, number);
    return new ByteReader(entry, 0, entry.length);
  }

  Labels readLabels(ByteReader entry) throws MalformedDataException {
    String[] pairs = new String[2 * entry.getCount()];
    for (int i = 0; i < pairs.length; i++) {
      long number = entry.getVarint();
      if (number < 0 || number >= symbolCount) {
        throw new MalformedDataException(
            "symbol %d (expected: below %d)".formatted(number, symbolCount));
      }
      pairs[i] = symbol((int) number);
    }
    return Labels.ofSortedPairs(pairs);
  }

  @Override
  public int seriesCount() {
    return seriesCount;
  }

  private long nameEntry(String name) {
    int symbol = find(name);
    for (int i = 0; symbol >= 0 && i < nameCount; i++) {
      long entry = Integer.BYTES + (long) i * BlockLayout.NAME_ENTRY_LENGTH;
      if (labels.get(BlockLayout.INT, entry) == symbol) {
        return entry;
      }
    }
    return -1;
  }

  private long valueEntry(int number) {
    return Integer.BYTES
        + (long) nameCount * BlockLayout.NAME_ENTRY_LENGTH
        + (long) number * BlockLayout.VALUE_ENTRY_LENGTH;
  }

  @Override
  public void collect(String name, String value, BitSet into) {
    long nameEntry = nameEntry(name);
    int wanted = find(value);
    if (nameEntry < 0 || wanted < 0) {
      return;
    }
    int low = labels.get(BlockLayout.INT, nameEntry + Integer.BYTES);
    int high = low + labels.get(BlockLayout.INT, nameEntry + 2 * Integer.BYTES) - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long entry = valueEntry(middle);
      int found = labels.get(BlockLayout.INT, entry);
      if (found == wanted) {
        collectPostings(entry, into);
        return;
      }
      if (found < wanted) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
  }

  private void collectPostings(long valueEntry, BitSet into) {
    long first = labels.get(BlockLayout.INT, valueEntry + Integer.BYTES);
    int count = labels.get(BlockLayout.INT, valueEntry + 2 * Integer.BYTES);
    for (int i = 0; i < count; i++) {
      into.set(postings.get(BlockLayout.INT, (first + i) * Integer.BYTES));
    }
  }

  @Override
  public void forEachValue(String name, Consumer<String> action) {
    long nameEntry = nameEntry(name);
    if (nameEntry < 0) {
      return;
    }
    int first = labels.get(BlockLayout.INT, nameEntry + Integer.BYTES);
    int count = labels.get(BlockLayout.INT, nameEntry + 2 * Integer.BYTES);
    for (int i = 0; i < count; i++) {
      action.accept(symbol(labels.get(BlockLayout.INT, valueEntry(first + i))));
    }
  }
}
