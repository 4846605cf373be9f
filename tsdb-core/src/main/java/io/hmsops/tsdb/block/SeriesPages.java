package io.hmsops.tsdb.block;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.CorruptFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Reads pages of series. Remembers texts and timestamps until it is told to forget them. Not
 * thread-safe.
 */
final class SeriesPages {
  private final BlockIndex index;
  private final MappedFile chunksFile;
  private final MappedFile timesFile;
  private final BlockTombstones tombstones;
  private final PagedTexts.Walk walk;
  private static final int MANY_TEXTS = 4096;

  private final boolean cold;
  private final BucketValues buckets;
  private final Int2ObjectHashMap<String> texts = new Int2ObjectHashMap<>();
  private final Long2ObjectHashMap<BlockTimes> times = new Long2ObjectHashMap<>();

  /** Decoded. */
  private long timesBytes;

  SeriesPages(
      BlockIndex index,
      MappedFile chunksFile,
      MappedFile timesFile,
      BlockTombstones tombstones,
      boolean cold,
      BucketValues buckets) {
    this.buckets = buckets;
    this.cold = cold;
    this.tombstones = tombstones;
    this.index = index;
    this.chunksFile = chunksFile;
    this.timesFile = timesFile;
    this.walk = index.symbols().walk();
  }

  /** Forgets texts if they are many, and timestamps if they take more than some bytes. */
  void forget(long mostTimesBytes) {
    if (texts.size() > MANY_TEXTS) {
      texts.clear();
    }
    if (timesBytes > mostTimesBytes) {
      times.clear();
      timesBytes = 0;
    }
  }

  /** Reads the wanted series of a page that have chunks in a range. */
  void read(int page, BitSet wanted, long fromMs, long toMs, List<SelectedSeries> selected)
      throws CorruptFileException, MalformedDataException {
    ByteReader in = index.series().page(page);
    int entries = index.series().entriesOf(page);
    int first = page * BlockLayout.PAGE_ENTRIES;
    long offset = in.getVarint();
    long timesOffset = 0;
    int[] symbols = {};
    List<SelectedSeries> found = new ArrayList<>(entries);
    for (int i = 0; i < entries; i++) {
      symbols = readSymbols(in, symbols);
      int count = in.getCount();
      boolean take = wanted.get(first + i);
      List<ChunkSource> chunks = take ? new ArrayList<>(count) : List.of();
      for (int chunk = 0; chunk < count; chunk++) {
        long packed = in.getVarint();
        long step = packed >>> BlockLayout.KIND_BITS;
        timesOffset += step >>> 1 ^ -(step & 1);
        int length = (int) in.getVarint();
        if (take) {
          int kind = (int) packed & ((1 << BlockLayout.KIND_BITS) - 1);
          BlockTimes column = times(timesOffset);
          if (column.minTimeMs() <= toMs && column.maxTimeMs() >= fromMs) {
            column.use();
            chunks.add(new BlockChunk(chunksFile, column, kind, offset, length, cold, buckets));
          }
        }
        offset += length + (long) Integer.BYTES;
      }
      chunks = MaskedChunk.mask(chunks, tombstones.of(first + i));
      if (!chunks.isEmpty()) {
        found.add(new SelectedSeries(labels(symbols), chunks));
      }
    }
    selected.addAll(found);
  }

  private static int[] readSymbols(ByteReader in, int[] last) throws MalformedDataException {
    int shared = 2 * in.getCount();
    int added = 2 * in.getCount();
    if (shared > last.length) {
      throw new MalformedDataException(
          "series shares %d labels (expected: at most %d)".formatted(shared / 2, last.length / 2));
    }
    int[] symbols = Arrays.copyOf(last, shared + added);
    for (int i = shared; i < symbols.length; i++) {
      symbols[i] = (int) in.getVarint();
    }
    return symbols;
  }

  private Labels labels(int[] symbols) throws CorruptFileException {
    String[] pairs = new String[symbols.length];
    for (int i = 0; i < symbols.length; i++) {
      String text = texts.get(symbols[i]);
      if (text == null) {
        text = walk.get(symbols[i]);
        texts.put(symbols[i], text);
      }
      pairs[i] = text;
    }
    return Labels.ofStoredPairs(pairs);
  }

  private BlockTimes times(long offset) throws CorruptFileException {
    BlockTimes known = times.get(offset);
    if (known == null) {
      known = BlockTimes.read(timesFile, offset);
      timesBytes += (long) known.count() * Long.BYTES;
      times.put(offset, known);
    }
    return known;
  }
}
