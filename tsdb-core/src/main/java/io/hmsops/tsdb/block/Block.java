package io.hmsops.tsdb.block;

import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.postings.Selection;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.NewerVersionException;
import io.hmsops.tsdb.storage.TsdbException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;

/**
 * An immutable block, mapped. Unmapped when the last user has released it; opening counts as one.
 * Thread-safe.
 */
public final class Block {
  private final Path directory;
  private final Arena arena;
  private final MemorySegment index;
  private final MemorySegment chunks;
  private final MemorySegment footer;
  private final BlockIndex labels;
  private final AtomicInteger users = new AtomicInteger(1);

  private Block(Path directory, Arena arena, MemorySegment index, MemorySegment chunks)
      throws TsdbException {
    this.directory = directory;
    this.arena = arena;
    this.index = index;
    this.chunks = chunks;
    checkHeader(directory.resolve(BlockLayout.INDEX_FILE), index, BlockLayout.INDEX_MAGIC);
    checkHeader(directory.resolve(BlockLayout.CHUNKS_FILE), chunks, BlockLayout.CHUNKS_MAGIC);
    this.footer = footer();
    this.labels =
        new BlockIndex(
            section(BlockLayout.SYMBOLS),
            section(BlockLayout.SERIES),
            section(BlockLayout.LABELS),
            section(BlockLayout.POSTINGS));
  }

  /**
   * {@return an open block; every section of its index has been checked}
   *
   * @param disk where it is
   * @param directory its directory
   * @throws CorruptFileException if it is damaged
   * @throws IOException if it cannot be read
   */
  public static Block open(Disk disk, Path directory) throws IOException {
    Arena arena = Arena.ofShared();
    boolean complete = false;
    try {
      Block block =
          new Block(
              directory,
              arena,
              disk.map(directory.resolve(BlockLayout.INDEX_FILE), arena),
              disk.map(directory.resolve(BlockLayout.CHUNKS_FILE), arena));
      complete = true;
      return block;
    } finally {
      if (!complete) {
        arena.close();
      }
    }
  }

  private static void checkHeader(Path file, MemorySegment segment, String magic)
      throws TsdbException {
    if (segment.byteSize() < BlockLayout.HEADER_LENGTH) {
      throw new CorruptFileException(
          file, 0, "%d bytes (expected: a header of 16)".formatted(segment.byteSize()));
    }
    byte[] bytes = segment.asSlice(0, magic.length()).toArray(ValueLayout.JAVA_BYTE);
    String found = new String(bytes, StandardCharsets.ISO_8859_1);
    if (!found.equals(magic)) {
      throw new CorruptFileException(
          file, 0, "begins with \"%s\" (expected: \"%s\")".formatted(found, magic));
    }
    int version = segment.get(BlockLayout.INT, magic.length());
    if (version != BlockLayout.VERSION) {
      throw new NewerVersionException(file, Integer.toString(version), BlockLayout.VERSION);
    }
  }

  private MemorySegment footer() throws CorruptFileException {
    long offset = index.byteSize() - BlockLayout.FOOTER_LENGTH;
    if (offset < BlockLayout.HEADER_LENGTH) {
      throw damaged(0, "%d bytes (expected: a footer)".formatted(index.byteSize()));
    }
    MemorySegment found = index.asSlice(offset);
    checkCrc(
        offset,
        found.asSlice(0, BlockLayout.FOOTER_CRC_OFFSET),
        found.get(BlockLayout.INT, BlockLayout.FOOTER_CRC_OFFSET));
    long chunksLength = found.get(BlockLayout.LONG, BlockLayout.CHUNKS_LENGTH_OFFSET);
    if (chunksLength != chunks.byteSize()) {
      throw new CorruptFileException(
          directory.resolve(BlockLayout.CHUNKS_FILE),
          chunks.byteSize(),
          "%d bytes (expected: %d)".formatted(chunks.byteSize(), chunksLength));
    }
    return found;
  }

  private MemorySegment section(int number) throws CorruptFileException {
    long entry = (long) number * BlockLayout.SECTION_ENTRY_LENGTH;
    long offset = footer.get(BlockLayout.LONG, entry);
    long length = footer.get(BlockLayout.LONG, entry + Long.BYTES);
    MemorySegment section = index.asSlice(offset, length);
    checkCrc(offset, section, footer.get(BlockLayout.INT, entry + 2 * Long.BYTES));
    return section;
  }

  private void checkCrc(long offset, MemorySegment bytes, int expected)
      throws CorruptFileException {
    CRC32C crc = new CRC32C();
    crc.update(bytes.asByteBuffer());
    if ((int) crc.getValue() != expected) {
      throw damaged(
          offset, "crc is %08x (expected: %08x)".formatted((int) crc.getValue(), expected));
    }
  }

  private CorruptFileException damaged(long offset, String detail) {
    return new CorruptFileException(directory.resolve(BlockLayout.INDEX_FILE), offset, detail);
  }

  /** {@return the block's directory} */
  public Path directory() {
    return directory;
  }

  /** {@return the first timestamp} */
  public long minTimeMs() {
    return footer.get(BlockLayout.LONG, BlockLayout.MIN_TIME_OFFSET);
  }

  /** {@return the last timestamp} */
  public long maxTimeMs() {
    return footer.get(BlockLayout.LONG, BlockLayout.MAX_TIME_OFFSET);
  }

  /** {@return the size of its files, the description left out} */
  public long sizeBytes() {
    return index.byteSize() + chunks.byteSize();
  }

  /**
   * {@return whether samples may lie in a range}
   *
   * @param fromMs the first timestamp
   * @param toMs the last timestamp
   */
  public boolean overlaps(long fromMs, long toMs) {
    return minTimeMs() <= toMs && maxTimeMs() >= fromMs;
  }

  /**
   * {@return whether this holds what a batch wrote at a time}
   *
   * @param lsn the batch
   * @param timestampMs the time
   */
  public boolean holds(long lsn, long timestampMs) {
    return lsn <= footer.get(BlockLayout.LONG, BlockLayout.CUT_LSN_OFFSET)
        && timestampMs >= footer.get(BlockLayout.LONG, BlockLayout.RANGE_START_OFFSET)
        && timestampMs < footer.get(BlockLayout.LONG, BlockLayout.RANGE_END_OFFSET);
  }

  /** {@return the newest batch of the log in it} */
  public long cutLsn() {
    return footer.get(BlockLayout.LONG, BlockLayout.CUT_LSN_OFFSET);
  }

  /** Adds a user; only by one who knows that the block is open. */
  public void retain() {
    if (users.getAndIncrement() <= 0) {
      throw new AssertionError("retain of a closed block: " + directory);
    }
  }

  /** Takes a user away; the last one closes the block. */
  public void release() {
    if (users.decrementAndGet() == 0) {
      arena.close();
    }
  }

  /**
   * {@return the series that pass all matchers and have chunks in a range, in their order}
   *
   * @param matchers the conditions
   * @param fromMs the first timestamp
   * @param toMs the last timestamp
   * @throws CorruptFileException if an entry is damaged
   */
  public List<SelectedSeries> select(List<LabelMatcher> matchers, long fromMs, long toMs)
      throws CorruptFileException {
    List<SelectedSeries> selected = new ArrayList<>();
    BitSet numbers = Selection.select(labels, matchers);
    for (int i = numbers.nextSetBit(0); i >= 0; i = numbers.nextSetBit(i + 1)) {
      try {
        ByteReader entry = labels.seriesEntry(i);
        Labels name = labels.readLabels(entry);
        List<ChunkSource> found = readChunks(entry, fromMs, toMs);
        if (!found.isEmpty()) {
          selected.add(new SelectedSeries(name, found));
        }
      } catch (MalformedDataException e) {
        throw damaged(0, "series %d: %s".formatted(i, e.getMessage()));
      }
    }
    return selected;
  }

  private List<ChunkSource> readChunks(ByteReader entry, long fromMs, long toMs)
      throws MalformedDataException {
    int count = entry.getCount();
    List<ChunkSource> found = new ArrayList<>(count);
    long lastMs = 0;
    for (int i = 0; i < count; i++) {
      long minMs = lastMs + entry.getZigzag();
      long maxMs = minMs + entry.getVarint();
      lastMs = maxMs;
      int codec = entry.getByte();
      int samples = (int) entry.getVarint();
      long offset = entry.getVarint();
      int length = (int) entry.getVarint();
      if (minMs <= toMs && maxMs >= fromMs) {
        found.add(new BlockChunk(this, codec, minMs, maxMs, samples, offset, length));
      }
    }
    return found;
  }

  private Chunk load(BlockChunk chunk) throws CorruptFileException {
    byte[] data = new byte[chunk.length + Chunk.SLACK_BYTES];
    MemorySegment.copy(chunks, ValueLayout.JAVA_BYTE, chunk.offset, data, 0, chunk.length);
    CRC32C crc = new CRC32C();
    crc.update(data, 0, chunk.length);
    int expected = chunks.get(BlockLayout.INT, chunk.offset + chunk.length);
    if ((int) crc.getValue() != expected) {
      throw new CorruptFileException(
          directory.resolve(BlockLayout.CHUNKS_FILE),
          chunk.offset,
          "crc is %08x (expected: %08x)".formatted((int) crc.getValue(), expected));
    }
    return new Chunk(
        chunk.codec, chunk.minTimeMs, chunk.maxTimeMs, chunk.visibleCount, data, chunk.length);
  }

  private record BlockChunk(
      Block block,
      int codec,
      long minTimeMs,
      long maxTimeMs,
      int visibleCount,
      long offset,
      int length)
      implements ChunkSource {
    @Override
    public Chunk load() throws TsdbException {
      return block.load(this);
    }
  }
}
