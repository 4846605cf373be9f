package io.hmsops.tsdb.block;

import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.TsdbException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads every byte of a block: all checksums, all chunks and timestamps decoded, and whether the
 * parts agree with one another. For one thread.
 */
public final class BlockCheck {
  private final Disk disk;
  private final Path directory;
  private final Consumer<TsdbException> damages;
  private final MappedFile index;
  private final MappedFile chunks;
  private final MappedFile times;
  private final BlockFooter footer;
  private final BlockIndex labels;
  private final Map<String, Long> seriesByName = new HashMap<>();
  private final SampleBatch batch = new SampleBatch();
  private long chunksEnd = BlockLayout.HEADER_LENGTH;
  private long chunkCount;
  private long sampleCount;
  private @Nullable Labels last;
  private boolean complete = true;

  private BlockCheck(Disk disk, Path directory, Arena arena, Consumer<TsdbException> damages)
      throws IOException {
    this.disk = disk;
    this.directory = directory;
    this.damages = damages;
    BlockMender mender = new BlockMender(disk, directory, arena);
    this.index = new MappedFile(disk, directory, BlockFile.INDEX, arena, mender);
    this.chunks = new MappedFile(disk, directory, BlockFile.CHUNKS, arena, mender);
    this.times = new MappedFile(disk, directory, BlockFile.TIMES, arena, mender);
    this.footer = new BlockFooter(index);
    this.labels = new BlockIndex(index, footer);
  }

  /**
   * Checks a block.
   *
   * @param disk where it is
   * @param directory its directory
   * @param damages told of each damage, with file and offset
   * @throws IOException if a file is missing or cannot be read
   */
  public static void check(Disk disk, Path directory, Consumer<TsdbException> damages)
      throws IOException {
    BlockParity.check(disk, directory, damages);
    Block opened;
    try {
      opened = Block.open(disk, directory);
    } catch (TsdbException e) {
      damages.accept(e);
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      var _ = BlockTombstones.read(disk, directory, damages);
      new BlockCheck(disk, directory, arena, damages).run();
    } finally {
      opened.release();
    }
  }

  private void run() throws IOException {
    checkSections();
    checkTexts();
    checkTimes();
    checkSeries();
    if (complete) {
      checkPostings();
      checkTotals();
    }
  }

  private void report(TsdbException damage) {
    complete = false;
    damages.accept(damage);
  }

  /** Sections stand one behind the other, from the header to the footer. */
  private void checkSections() {
    long expected = BlockLayout.HEADER_LENGTH;
    for (int section = 0; section < BlockLayout.SECTION_COUNT; section++) {
      if (footer.offset(section) != expected) {
        report(
            index.damaged(
                footer.offset(section),
                "section %d (expected: at %d)".formatted(section, expected)));
      }
      expected += footer.length(section);
    }
    if (expected != index.length() - BlockLayout.FOOTER_LENGTH) {
      report(index.damaged(expected, "end of the sections (expected: the footer)"));
    }
  }

  private void checkTexts() {
    PagedTexts.Walk walk = labels.symbols().walk();
    int count = labels.symbols().count();
    for (int text = 0; text < count; text += BlockLayout.PAGE_ENTRIES) {
      try {
        var _ = walk.get(text);
      } catch (CorruptFileException e) {
        report(e);
      }
    }
  }

  /** Columns stand one behind the other, so that none is missed that no chunk refers to. */
  private void checkTimes() {
    long offset = BlockLayout.HEADER_LENGTH;
    try {
      while (offset < times.length()) {
        BlockTimes column = BlockTimes.read(times, offset);
        long[] timestampsMs = column.timestampsMs();
        checkAscends(offset, column, timestampsMs);
        offset += column.lengthBytes();
      }
    } catch (CorruptFileException e) {
      report(e);
    }
  }

  private void checkAscends(long offset, BlockTimes column, long[] timestampsMs) {
    boolean ascends =
        timestampsMs[0] == column.minTimeMs()
            && timestampsMs[timestampsMs.length - 1] == column.maxTimeMs();
    for (int i = 1; i < timestampsMs.length; i++) {
      ascends &= timestampsMs[i] > timestampsMs[i - 1];
    }
    if (!ascends) {
      report(times.damaged(offset, "timestamps do not ascend from first to last"));
    }
  }

  private void checkSeries() {
    SeriesPages pages =
        new SeriesPages(labels, chunks, times, BlockTombstones.NONE, false, new BucketValues());
    BitSet all = new BitSet();
    all.set(0, labels.seriesCount());
    for (int page = 0; page < labels.series().pageCount(); page++) {
      List<SelectedSeries> found = new ArrayList<>();
      try {
        pages.read(page, all, Long.MIN_VALUE, Long.MAX_VALUE, found);
      } catch (CorruptFileException e) {
        report(e);
      } catch (MalformedDataException e) {
        report(labels.series().damaged(page, e.getMessage()));
      }
      for (SelectedSeries series : found) {
        checkOne(page, series);
      }
    }
  }

  private void checkOne(int page, SelectedSeries series) {
    Labels before = last;
    if (before != null && before.compareTo(series.labels()) >= 0) {
      report(labels.series().damaged(page, "%s after %s".formatted(series.labels(), before)));
    }
    last = series.labels();
    for (int i = 0; i < series.labels().size(); i++) {
      seriesByName.merge(series.labels().name(i), 1L, Long::sum);
    }
    long newestMs = Long.MIN_VALUE;
    for (ChunkSource source : series.chunks()) {
      BlockChunk chunk = (BlockChunk) source;
      if (complete && chunk.offset() != chunksEnd) {
        report(chunks.damaged(chunk.offset(), "a chunk (expected: at %d)".formatted(chunksEnd)));
      }
      chunksEnd = chunk.offset() + chunk.length() + Integer.BYTES;
      if (chunkCount > 0 && newestMs != Long.MIN_VALUE && chunk.minTimeMs() <= newestMs) {
        report(chunks.damaged(chunk.offset(), "begins before the end of the chunk before it"));
      }
      newestMs = chunk.maxTimeMs();
      chunkCount++;
      try {
        chunk.decode(batch);
        sampleCount += batch.count();
        var _ = chunk.statistics();
      } catch (CorruptFileException e) {
        report(e);
      }
    }
  }

  /** What the postings say of each name is as many series as have it. */
  private void checkPostings() {
    try {
      for (String name : labels.names()) {
        BitSet numbers = new BitSet();
        labels.collectAll(name, numbers);
        long expected = seriesByName.getOrDefault(name, 0L);
        if (numbers.cardinality() != expected) {
          report(
              index.damaged(
                  footer.offset(BlockLayout.POSTINGS),
                  "%d series have %s (expected: %d)"
                      .formatted(numbers.cardinality(), name, expected)));
        }
      }
    } catch (UncheckedIOException e) {
      if (!(e.getCause() instanceof CorruptFileException corrupt)) {
        throw e;
      }
      report(corrupt);
    }
  }

  private void checkTotals() throws IOException {
    if (chunksEnd != chunks.length()) {
      report(
          chunks.damaged(chunksEnd, "end of the chunks (expected: %d)".formatted(chunks.length())));
    }
    if (sampleCount != footer.get(BlockLayout.SAMPLES_OFFSET)) {
      report(
          index.damaged(
              index.length() - BlockLayout.FOOTER_LENGTH,
              "%d samples (expected: %d)"
                  .formatted(sampleCount, footer.get(BlockLayout.SAMPLES_OFFSET))));
    }
    Path metaFile = directory.resolve(BlockLayout.META_FILE);
    BlockMeta expected =
        new BlockMeta(
            index.version(),
            footer.get(BlockLayout.LEVEL_OFFSET),
            footer.get(BlockLayout.MIN_TIME_OFFSET),
            footer.get(BlockLayout.MAX_TIME_OFFSET),
            labels.seriesCount(),
            chunkCount,
            sampleCount,
            chunks.length(),
            footer.get(BlockLayout.CUT_LSN_OFFSET));
    if (!new String(disk.read(metaFile), StandardCharsets.UTF_8).equals(expected.json())) {
      report(new CorruptFileException(metaFile, 0, "is not what the index says"));
    }
  }
}
