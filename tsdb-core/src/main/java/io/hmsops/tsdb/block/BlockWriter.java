package io.hmsops.tsdb.block;

import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.io.DiskFile;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.IntArrayList;
import org.agrona.collections.LongArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Writes a block, series by series, under a temporary name; {@link #finish} forces it and gives it
 * its name. Specified in {@code docs/format/block.md}. Not thread-safe.
 */
public final class BlockWriter implements Closeable {
  /** What a block's directory is called until it is complete. */
  public static final String TEMPORARY_SUFFIX = ".tmp";

  /**
   * What is known of a block before its samples.
   *
   * @param rangeStartMs the start of its range
   * @param rangeEndMs its end, exclusive
   * @param cutLsn the newest batch of the log in it
   * @param level 0 for what was cut from the head, more for what was compacted
   * @param cold whether smaller is worth slower
   * @param sources where its samples come from
   */
  public record Plan(
      long rangeStartMs,
      long rangeEndMs,
      long cutLsn,
      int level,
      boolean cold,
      BlockSources sources) {
    /**
     * {@return the plan of a block that is cut from the head}
     *
     * @param rangeStartMs the start of its range
     * @param rangeEndMs its end, exclusive
     * @param cutLsn the newest batch of the log in it
     */
    public static Plan ofCut(long rangeStartMs, long rangeEndMs, long cutLsn) {
      return new Plan(
          rangeStartMs,
          rangeEndMs,
          cutLsn,
          0,
          false,
          new BlockSources(
              List.of(), List.of(new BlockSources.Cut(rangeStartMs, rangeEndMs, cutLsn))));
    }
  }

  private final Disk disk;
  private final Path blocks;
  private final String name;
  private final Path temporary;
  private final Plan plan;
  private final ChunksWriter chunks;
  private final TimesWriter times;
  private final ChunkEncoder encoder;
  private final IndexWriter index;

  /** Only where smaller is worth slower. */
  private final @Nullable BucketEncoder buckets;

  private final SampleBatch batch = new SampleBatch();
  private long chunkCount;
  private long sampleCount;
  private long minTimeMs = Long.MAX_VALUE;
  private long maxTimeMs = Long.MIN_VALUE;
  private @Nullable Labels last;
  private boolean finished;

  private BlockWriter(
      Disk disk, Path blocks, String name, Plan plan, ChunksWriter chunks, TimesWriter times) {
    this.disk = disk;
    this.blocks = blocks;
    this.name = name;
    this.temporary = blocks.resolve(name + TEMPORARY_SUFFIX);
    this.plan = plan;
    this.chunks = chunks;
    this.times = times;
    this.encoder = new ChunkEncoder(plan.cold());
    this.buckets = plan.cold() ? new BucketEncoder(chunks) : null;
    this.index = new IndexWriter(disk, temporary, IndexWriter.Limits.DEFAULT);
  }

  /**
   * {@return a writer of a new block}
   *
   * @param disk where files are written
   * @param blocks the blocks' directory
   * @param name the block's name in it, not existing
   * @param plan what is known of it
   * @throws IOException if its files cannot be created
   */
  public static BlockWriter create(Disk disk, Path blocks, String name, Plan plan)
      throws IOException {
    Path temporary = blocks.resolve(name + TEMPORARY_SUFFIX);
    disk.delete(temporary);
    disk.createDirectories(temporary);
    ChunksWriter chunks = null;
    boolean complete = false;
    try {
      chunks = new ChunksWriter(disk, temporary.resolve(BlockLayout.CHUNKS_FILE));
      TimesWriter times =
          new TimesWriter(disk.create(temporary.resolve(BlockLayout.TIMES_FILE)), plan.cold());
      complete = true;
      return new BlockWriter(disk, blocks, name, plan, chunks, times);
    } finally {
      if (!complete) {
        if (chunks != null) {
          chunks.close();
        }
        deleteUnfinished(disk, temporary);
      }
    }
  }

  /** The chunks of the series that is being added. */
  private static final class Written {
    private final LongArrayList timesOffsets = new LongArrayList();
    private final IntArrayList kinds = new IntArrayList();
    private final IntArrayList lengths = new IntArrayList();
  }

  /**
   * Adds a series; nothing happens if it has no samples.
   *
   * @param labels the series, behind the one added before in the order of labels
   * @param samples its samples, ascending by time; read to the end
   * @throws IOException if they cannot be read or written
   */
  public void add(Labels labels, SampleCursor samples) throws IOException {
    long chunksOffset = begin(labels);
    Written written = new Written();
    collect(samples, written);
    endChunk(written);
    end(labels, chunksOffset, written);
  }

  /**
   * Adds a series of other blocks; nothing happens if it has no samples. Chunks that would come out
   * as they are are not decoded.
   *
   * @param labels the series, behind the one added before in the order of labels
   * @param chunks its chunks, ascending by first timestamp; of samples with the same timestamp that
   *     of the first chunk is taken
   * @throws IOException if they cannot be read or written
   */
  public void merge(Labels labels, List<ChunkSource> chunks) throws IOException {
    long chunksOffset = begin(labels);
    Written written = new Written();
    int from = 0;
    while (from < chunks.size()) {
      int end = ChunkGroups.end(chunks, from);
      if (end > from + 1
          || !(chunks.get(from) instanceof BlockChunk chunk)
          || !copy(chunk, written)) {
        collect(
            new ChunkCursor(
                chunks.subList(from, end), Long.MIN_VALUE, Long.MAX_VALUE, Cancellation.NONE),
            written);
      }
      from = end;
    }
    endChunk(written);
    end(labels, chunksOffset, written);
  }

  private long begin(Labels labels) {
    if (last != null && last.compareTo(labels) >= 0) {
      throw new IllegalArgumentException("series %s after %s".formatted(labels, last));
    }
    last = labels;
    if (buckets != null) {
      buckets.begin(labels);
    }
    return chunks.length();
  }

  private void end(Labels labels, long chunksOffset, Written written) throws IOException {
    if (written.kinds.isEmpty()) {
      return;
    }
    index.add(
        labels,
        new IndexWriter.Directory(
            chunksOffset,
            written.timesOffsets.toLongArray(),
            written.kinds.toIntArray(),
            written.lengths.toIntArray()));
    chunks.endSeries();
  }

  private void collect(SampleCursor samples, Written written) throws IOException {
    while (samples.next(batch)) {
      int next = encoder.add(batch, 0);
      while (next < batch.count()) {
        endChunk(written);
        next = encoder.add(batch, next);
      }
    }
  }

  private void endChunk(Written written) throws IOException {
    if (encoder.isEmpty()) {
      return;
    }
    int count = encoder.count();
    int start = chunks.out().length();
    long timesOffset = times.add(encoder.timestampsMs(), count);
    minTimeMs = Math.min(minTimeMs, encoder.timestampsMs()[0]);
    maxTimeMs = Math.max(maxTimeMs, encoder.timestampsMs()[count - 1]);
    note(timesOffset, encoder.finish(chunks, timesOffset, buckets), start, count, written);
  }

  /** Copies a chunk behind what is being collected, or {@return false if it must be encoded} */
  private boolean copy(BlockChunk chunk, Written written) throws IOException {
    if (chunk.cold() != plan.cold()) {
      return false;
    }
    byte[] bytes = chunk.bytes();
    endChunk(written);
    ByteWriter moved = null;
    if (chunk.kind() == BlockLayout.DIFFERENCES) {
      moved = buckets == null ? null : buckets.moved(chunk, bytes, chunks.length());
      if (moved == null) {
        return false;
      }
    }
    int count = chunk.times().count();
    int start = chunks.out().length();
    long timesOffset = times.add(chunk.times().timestampsMs(), count);
    minTimeMs = Math.min(minTimeMs, chunk.minTimeMs());
    maxTimeMs = Math.max(maxTimeMs, chunk.maxTimeMs());
    if (moved != null) {
      chunks.out().putBytes(moved.array(), 0, moved.length());
    } else {
      if (buckets != null) {
        buckets.copied(chunk, bytes, timesOffset, chunks.length());
      }
      chunks.out().putBytes(bytes, 0, chunk.length());
    }
    note(timesOffset, chunk.kind(), start, count, written);
    return true;
  }

  /** Ends a chunk whose bytes are in the buffer. */
  private void note(long timesOffset, int kind, int start, int count, Written written) {
    written.timesOffsets.addLong(timesOffset);
    written.kinds.addInt(kind);
    written.lengths.addInt(chunks.out().length() - start);
    chunks.endChunk(start);
    chunkCount++;
    sampleCount += count;
  }

  /** {@return whether no series with samples was added} */
  public boolean isEmpty() {
    return index.seriesCount() == 0;
  }

  /**
   * Completes the block.
   *
   * @return its directory
   * @throws IOException if it cannot be written; what is left goes when this is closed
   */
  public Path finish() throws IOException {
    chunks.finish();
    times.finish();
    writeIndex();
    BlockParity.write(disk, temporary);
    writeMeta();
    disk.forceDirectory(temporary);
    Path block = blocks.resolve(name);
    try {
      disk.rename(temporary, block);
      disk.forceDirectory(blocks);
    } catch (IOException e) {
      // The caller goes on without it, so it may not be found at the next start.
      deleteAfter(e, block);
      throw e;
    }
    finished = true;
    return block;
  }

  private void deleteAfter(IOException e, Path finished) {
    try {
      disk.delete(finished);
    } catch (IOException again) {
      e.addSuppressed(again);
    }
  }

  private void writeIndex() throws IOException {
    List<IndexWriter.Section> sections = new ArrayList<>(index.finish());
    sections.add(new IndexWriter.Section(plan.sources().toBytes(), null));
    ByteWriter footer = new ByteWriter(BlockLayout.FOOTER_LENGTH);
    try (DiskFile file = disk.create(temporary.resolve(BlockLayout.INDEX_FILE))) {
      ByteWriter header = BlockLayout.header(BlockLayout.INDEX_MAGIC, 64);
      file.write(header.toBuffer());
      long offset = header.length();
      for (IndexWriter.Section section : sections) {
        ByteWriter head = section.head();
        footer.putLong(offset);
        footer.putLong(section.length());
        footer.putLong(head.length());
        footer.putInt(BlockLayout.crc(head.array(), 0, head.length()));
        footer.putInt(0);
        section.writeTo(file);
        offset += section.length();
      }
      footer.putLong(minTimeMs);
      footer.putLong(maxTimeMs);
      footer.putLong(plan.rangeStartMs());
      footer.putLong(plan.rangeEndMs());
      footer.putLong(plan.cutLsn());
      footer.putLong(chunks.length());
      footer.putLong(times.length());
      footer.putLong(sampleCount);
      footer.putLong(plan.level());
      footer.putInt(BlockLayout.crc(footer.array(), 0, footer.length()));
      file.write(footer.toBuffer());
      file.force();
    }
    index.close();
  }

  private void writeMeta() throws IOException {
    BlockMeta meta =
        new BlockMeta(
            BlockLayout.VERSION,
            plan.level(),
            minTimeMs,
            maxTimeMs,
            index.seriesCount(),
            chunkCount,
            sampleCount,
            chunks.length(),
            plan.cutLsn());
    try (DiskFile file = disk.create(temporary.resolve(BlockLayout.META_FILE))) {
      file.write(StandardCharsets.UTF_8.encode(meta.json()));
      file.force();
    }
  }

  /**
   * Closes the files and deletes what was not finished, if that can be done: on a full disk the
   * room is needed, and the next attempt may have another name.
   */
  @Override
  public void close() throws IOException {
    try (times;
        index) {
      chunks.close();
    } finally {
      if (!finished) {
        deleteUnfinished(disk, temporary);
      }
    }
  }

  private static void deleteUnfinished(Disk disk, Path temporary) {
    try {
      disk.delete(temporary);
    } catch (IOException _) {
      // It is deleted at the next start; what went wrong before is what matters.
    }
  }
}
