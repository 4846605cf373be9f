package io.hmsops.tsdb.block;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.labels.Utf8Order;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.agrona.collections.IntArrayList;

/**
 * Collects the series of a block, in the order of their labels, and writes the sections of its
 * index. Specified in {@code docs/format/block.md}. Not thread-safe.
 */
final class IndexWriter {
  /** Where the chunks of a series are: the first one's place, and of each what stands beside it. */
  // Never compared.
  @SuppressWarnings("ArrayRecordComponent")
  record Directory(long chunksOffset, long[] timesOffsets, int[] kinds, int[] lengths) {}

  /** A section: what stands at its start and is checked when the block is opened, and the rest. */
  record Section(ByteWriter head, ByteWriter body) {}

  private static final int BUFFER_BYTES = 1 << 16;

  private final Map<String, Integer> provisional = new HashMap<>();
  private final List<String> texts = new ArrayList<>();

  /** The series with provisional symbols; rewritten once all texts are known. */
  private final ByteWriter collected = new ByteWriter(BUFFER_BYTES);

  private int seriesCount;

  int seriesCount() {
    return seriesCount;
  }

  void add(Labels labels, Directory chunks) {
    collected.putVarint(labels.size());
    for (int i = 0; i < labels.size(); i++) {
      collected.putVarint(symbol(labels.name(i)));
      collected.putVarint(symbol(labels.value(i)));
    }
    collected.putVarint(chunks.kinds.length);
    collected.putVarint(chunks.chunksOffset);
    for (int i = 0; i < chunks.kinds.length; i++) {
      collected.putVarint(chunks.timesOffsets[i]);
      collected.putVarint(chunks.kinds[i]);
      collected.putVarint(chunks.lengths[i]);
    }
    seriesCount++;
  }

  private int symbol(String text) {
    Integer known = provisional.get(text);
    if (known != null) {
      return known;
    }
    int symbol = texts.size();
    provisional.put(text, symbol);
    texts.add(text);
    return symbol;
  }

  /** {@return the sections, in the order of their numbers} Nothing can be added afterwards. */
  List<Section> finish() {
    List<String> sorted = new ArrayList<>(texts);
    sorted.sort(Utf8Order.INSTANCE);
    int[] symbols = new int[texts.size()];
    for (int i = 0; i < sorted.size(); i++) {
      symbols[Objects.requireNonNull(provisional.get(sorted.get(i)))] = i;
    }
    provisional.clear();
    texts.clear();
    Section symbolSection = symbolSection(sorted);
    // Symbols are numbered in the order of their texts, so sorting numbers sorts names and values.
    Map<Integer, Map<Integer, IntArrayList>> postings = new TreeMap<>();
    Section seriesSection;
    try {
      seriesSection = seriesSection(symbols, postings);
    } catch (MalformedDataException e) {
      throw new AssertionError("what was collected here does not decode", e);
    }
    ByteWriter lists = new ByteWriter(BUFFER_BYTES);
    Section labelSection = labelSection(postings, lists);
    return List.of(
        symbolSection, seriesSection, labelSection, new Section(new ByteWriter(1), lists));
  }

  private static Section symbolSection(List<String> sorted) {
    ByteWriter head = new ByteWriter(BUFFER_BYTES);
    ByteWriter body = new ByteWriter(BUFFER_BYTES);
    head.putInt(sorted.size());
    byte[] last = {};
    int pageStart = 0;
    for (int i = 0; i < sorted.size(); i++) {
      byte[] utf8 = sorted.get(i).getBytes(StandardCharsets.UTF_8);
      int shared = 0;
      if (i % BlockLayout.PAGE_ENTRIES == 0) {
        pageStart = endPage(body, pageStart, i);
        head.putLong(pageStart);
      } else {
        while (shared < Math.min(last.length, utf8.length) && last[shared] == utf8[shared]) {
          shared++;
        }
        body.putVarint(shared);
      }
      body.putVarint(utf8.length - shared);
      body.putBytes(utf8, shared, utf8.length - shared);
      last = utf8;
    }
    head.putLong(endPage(body, pageStart, sorted.size()));
    return new Section(head, body);
  }

  /** {@return where the next page begins} Ends the one before it with its checksum. */
  private static int endPage(ByteWriter body, int pageStart, int entries) {
    if (entries > 0) {
      body.putInt(BlockLayout.crc(body.array(), pageStart, body.length()));
    }
    return body.length();
  }

  private Section seriesSection(int[] symbols, Map<Integer, Map<Integer, IntArrayList>> postings)
      throws MalformedDataException {
    ByteWriter head = new ByteWriter(BUFFER_BYTES);
    ByteWriter body = new ByteWriter(BUFFER_BYTES);
    head.putInt(seriesCount);
    ByteReader in = new ByteReader(collected.array(), 0, collected.length());
    int[] last = {};
    int pageStart = 0;
    long timesOffset = 0;
    for (int series = 0; series < seriesCount; series++) {
      int[] labels = new int[2 * (int) in.getVarint()];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = symbols[(int) in.getVarint()];
      }
      for (int i = 0; i < labels.length; i += 2) {
        postings
            .computeIfAbsent(labels[i], _ -> new TreeMap<>())
            .computeIfAbsent(labels[i + 1], _ -> new IntArrayList())
            .addInt(series);
      }
      int chunks = (int) in.getVarint();
      long chunksOffset = in.getVarint();
      if (series % BlockLayout.PAGE_ENTRIES == 0) {
        pageStart = endPage(body, pageStart, series);
        head.putLong(pageStart);
        body.putVarint(chunksOffset);
        last = new int[0];
        timesOffset = 0;
      }
      putLabels(body, labels, last);
      last = labels;
      body.putVarint(chunks);
      for (int i = 0; i < chunks; i++) {
        long offset = in.getVarint();
        long step = offset - timesOffset;
        body.putVarint((step << 1 ^ step >> 63) << BlockLayout.KIND_BITS | in.getVarint());
        body.putVarint(in.getVarint());
        timesOffset = offset;
      }
    }
    head.putLong(endPage(body, pageStart, seriesCount));
    return new Section(head, body);
  }

  private static void putLabels(ByteWriter body, int[] labels, int[] last) {
    int shared = 0;
    while (shared < Math.min(labels.length, last.length)
        && labels[shared] == last[shared]
        && labels[shared + 1] == last[shared + 1]) {
      shared += 2;
    }
    body.putVarint(shared / 2);
    body.putVarint((labels.length - shared) / 2);
    for (int i = shared; i < labels.length; i++) {
      body.putVarint(labels[i]);
    }
  }

  private static Section labelSection(
      Map<Integer, Map<Integer, IntArrayList>> postings, ByteWriter lists) {
    ByteWriter head = new ByteWriter(1024);
    ByteWriter body = new ByteWriter(BUFFER_BYTES);
    head.putInt(postings.size());
    postings.forEach(
        (name, values) -> {
          int start = body.length();
          values.forEach(
              (value, numbers) -> {
                body.putInt(value);
                if (numbers.size() == 1) {
                  body.putLong(BlockLayout.ONE_SERIES | numbers.getInt(0));
                } else {
                  body.putLong(lists.length());
                  PostingList.write(numbers, lists);
                }
              });
          head.putInt(name);
          head.putInt(values.size());
          head.putLong(start);
          head.putInt(BlockLayout.crc(body.array(), start, body.length()));
          head.putInt(0);
        });
    return new Section(head, body);
  }
}
