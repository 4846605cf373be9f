package io.hmsops.tsdb.block;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.postings.Selection;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.UnreadableFileException;
import io.hmsops.tsdb.tombstone.Intervals;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * An immutable block, mapped. Unmapped when the last user has released it; opening counts as one.
 * Opening checks the footer and the tables at the start of the index's sections; everything else is
 * checked when it is read. Thread-safe.
 */
public final class Block {
  private final Path directory;
  private final Arena arena;
  private final BlockMender mender;
  private final MappedFile index;
  private final MappedFile chunks;
  private final MappedFile times;
  private final long parityBytes;
  private final BlockFooter footer;
  private final BlockIndex labels;
  private final BlockSources sources;
  private volatile BlockTombstones tombstones;
  private final AtomicInteger users = new AtomicInteger(1);

  private Block(Disk disk, Path directory, Arena arena) throws IOException {
    this.directory = directory;
    this.arena = arena;
    this.mender = new BlockMender(disk, directory, arena);
    this.index = new MappedFile(disk, directory, BlockFile.INDEX, arena, mender);
    this.chunks = new MappedFile(disk, directory, BlockFile.CHUNKS, arena, mender);
    this.times = new MappedFile(disk, directory, BlockFile.TIMES, arena, mender);
    this.parityBytes = BlockParity.lengthBytes(disk, directory);
    this.footer = new BlockFooter(index);
    checkLength(chunks, BlockLayout.CHUNKS_LENGTH_OFFSET);
    checkLength(times, BlockLayout.TIMES_LENGTH_OFFSET);
    this.labels = new BlockIndex(index, footer);
    this.sources = sources();
    this.tombstones = BlockTombstones.read(disk, directory, mender::tell);
  }

  private BlockSources sources() throws CorruptFileException {
    byte[] head = footer.head(index, BlockLayout.SOURCES);
    int length = (int) footer.headLength(BlockLayout.SOURCES);
    try {
      return BlockSources.read(new ByteReader(head, 0, length));
    } catch (MalformedDataException e) {
      throw index.damaged(footer.offset(BlockLayout.SOURCES), e.getMessage());
    }
  }

  private void checkLength(MappedFile file, int place) throws CorruptFileException {
    if (file.length() != footer.get(place)) {
      throw file.damaged(
          file.length(), "%d bytes (expected: %d)".formatted(file.length(), footer.get(place)));
    }
  }

  /**
   * Deletes a block. A crash leaves all of it, or nothing that looks like a block.
   *
   * @param disk where it is
   * @param directory its directory; what is mapped of it stays readable
   * @throws IOException if it cannot be deleted
   */
  public static void delete(Disk disk, Path directory) throws IOException {
    Path doomed = directory.resolveSibling(directory.getFileName() + BlockWriter.TEMPORARY_SUFFIX);
    disk.delete(doomed);
    disk.rename(directory, doomed);
    // Before files of it go: with a power loss in between, half a block would have the name of one.
    disk.forceDirectory(Objects.requireNonNull(directory.getParent()));
    disk.delete(doomed);
  }

  /**
   * {@return an open block}
   *
   * @param disk where it is
   * @param directory its directory
   * @throws CorruptFileException if it is damaged so that nothing of it can be read
   * @throws IOException if it cannot be read
   */
  public static Block open(Disk disk, Path directory) throws IOException {
    Arena arena = Arena.ofShared();
    boolean complete = false;
    try {
      Block block = new Block(disk, directory, arena);
      complete = true;
      return block;
    } finally {
      if (!complete) {
        arena.close();
      }
    }
  }

  /** {@return the block's directory} */
  public Path directory() {
    return directory;
  }

  /** {@return the first timestamp} */
  public long minTimeMs() {
    return footer.get(BlockLayout.MIN_TIME_OFFSET);
  }

  /** {@return the last timestamp} */
  public long maxTimeMs() {
    return footer.get(BlockLayout.MAX_TIME_OFFSET);
  }

  /** {@return the start of the block's range} */
  public long rangeStartMs() {
    return footer.get(BlockLayout.RANGE_START_OFFSET);
  }

  /** {@return the end of the block's range, exclusive; {@link Long#MAX_VALUE} is in the range} */
  public long rangeEndMs() {
    return footer.get(BlockLayout.RANGE_END_OFFSET);
  }

  /** {@return 0 for what was cut from the head, more for what was compacted} */
  public int level() {
    return (int) footer.get(BlockLayout.LEVEL_OFFSET);
  }

  /** {@return what of its files was damaged and has been mended in memory, with file and offset} */
  public List<String> mended() {
    return List.copyOf(mender.mended());
  }

  /** {@return how many samples it has} */
  public long sampleCount() {
    return footer.get(BlockLayout.SAMPLES_OFFSET);
  }

  /** {@return how many series it has} */
  public int seriesCount() {
    return labels.seriesCount();
  }

  /** {@return the size of its files, the description left out} */
  public long sizeBytes() {
    return index.length() + chunks.length() + times.length() + parityBytes;
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
    for (BlockSources.Cut cut : sources.cuts()) {
      if (cut.holds(lsn, timestampMs)) {
        return true;
      }
    }
    return false;
  }

  /** {@return what was cut from the head for it} */
  public List<BlockSources.Cut> cuts() {
    return sources.cuts();
  }

  /** {@return names of the blocks that it stands for, which may not be used beside it} */
  public List<String> replaced() {
    return sources.replaced();
  }

  /** {@return whether something of it is deleted but still stored} */
  public boolean hasTombstones() {
    return !tombstones.bySeries().isEmpty();
  }

  /**
   * Deletes samples. They are not shown from now on, also after a crash; they stay in the files
   * until the block is rewritten. One caller at a time.
   *
   * @param disk where files are written
   * @param matcherSets a series is meant if it passes all matchers of one set
   * @param fromMs the first timestamp
   * @param toMs the last timestamp
   * @throws IOException if that could not be written; nothing is deleted then
   */
  public void delete(Disk disk, List<List<LabelMatcher>> matcherSets, long fromMs, long toMs)
      throws IOException {
    footer.checkWhole();
    BitSet numbers = new BitSet();
    for (List<LabelMatcher> matchers : matcherSets) {
      numbers.or(selectNumbers(matchers));
    }
    if (!numbers.isEmpty()) {
      var _ = delete(disk, numbers, fromMs, toMs);
    }
  }

  /** Deletes samples, or {@return false if all of them were deleted before} */
  private boolean delete(Disk disk, BitSet numbers, long fromMs, long toMs) throws IOException {
    Map<Integer, Intervals> bySeries = new HashMap<>(tombstones.bySeries());
    for (int i = numbers.nextSetBit(0); i >= 0; i = numbers.nextSetBit(i + 1)) {
      bySeries.merge(i, Intervals.NONE.with(fromMs, toMs), (old, _) -> old.with(fromMs, toMs));
    }
    if (bySeries.equals(tombstones.bySeries())) {
      return false;
    }
    BlockTombstones changed = new BlockTombstones(Map.copyOf(bySeries));
    changed.write(disk, directory);
    tombstones = changed;
    return true;
  }

  /**
   * Some of its series.
   *
   * @param matchers conditions that they all pass
   * @param isOver whether they need not be kept
   */
  public record Group(List<LabelMatcher> matchers, boolean isOver) {}

  /** What of a block need not be kept. */
  public enum Expired {
    /** Nothing that is not deleted already. */
    NONE,
    /** Some series, which are deleted now. */
    SOME,
    /** All of it, so that the block can be dropped; nothing is deleted. */
    ALL
  }

  /**
   * Deletes the series that need not be kept. One caller at a time, as for {@link #delete}.
   *
   * @param disk where files are written
   * @param groups a series belongs to the first whose matchers it passes
   * @param restIsOver whether the series of no group need not be kept
   * @return what need not be kept
   * @throws CorruptFileException if it cannot be told which series are meant; nothing is deleted
   * @throws IOException if the deletion could not be written; nothing is deleted
   */
  public Expired expire(Disk disk, List<Group> groups, boolean restIsOver) throws IOException {
    footer.checkWhole();
    BitSet rest = new BitSet();
    rest.set(0, seriesCount());
    BitSet gone = new BitSet();
    for (Group group : groups) {
      BitSet members = selectNumbers(group.matchers);
      members.and(rest);
      rest.andNot(members);
      if (group.isOver) {
        gone.or(members);
      }
    }
    if (restIsOver) {
      gone.or(rest);
    }
    if (gone.cardinality() == seriesCount()) {
      return Expired.ALL;
    }
    return !gone.isEmpty() && delete(disk, gone, minTimeMs(), maxTimeMs())
        ? Expired.SOME
        : Expired.NONE;
  }

  /** {@return the newest batch of the log in it} */
  public long cutLsn() {
    return footer.get(BlockLayout.CUT_LSN_OFFSET);
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
   * @param buckets remembers what reading the chunks needs again
   * @param damage told of each damaged part that is left out
   * @throws CorruptFileException if it is damaged so that nobody knows which series to take
   */
  public List<SelectedSeries> select(
      List<LabelMatcher> matchers,
      long fromMs,
      long toMs,
      BucketValues buckets,
      Consumer<CorruptFileException> damage)
      throws CorruptFileException {
    footer.checkWhole();
    BitSet numbers = selectNumbers(matchers);
    List<SelectedSeries> selected = new ArrayList<>(numbers.cardinality());
    SeriesPages pages = seriesPages(buckets);
    int number = numbers.nextSetBit(0);
    while (number >= 0) {
      int page = number / BlockLayout.PAGE_ENTRIES;
      try {
        pages.read(page, numbers, fromMs, toMs, selected);
      } catch (UnreadableFileException e) {
        throw e;
      } catch (CorruptFileException e) {
        damage.accept(e);
      } catch (MalformedDataException e) {
        damage.accept(labels.series().damaged(page, e.getMessage()));
      }
      number = numbers.nextSetBit((page + 1) * BlockLayout.PAGE_ENTRIES);
    }
    return selected;
  }

  /** {@return the names of all labels; also of series that are deleted} */
  public List<String> labelNames() {
    return List.of(labels.names());
  }

  /**
   * {@return the values of a label; also of series that are deleted}
   *
   * @param name the label's name
   * @throws CorruptFileException if they are damaged or cannot be read
   */
  public List<String> labelValues(String name) throws CorruptFileException {
    footer.checkWhole();
    return labels.values(name);
  }

  private BitSet selectNumbers(List<LabelMatcher> matchers) throws CorruptFileException {
    try {
      return Selection.select(labels, matchers);
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof CorruptFileException corrupt) {
        throw corrupt;
      }
      throw e;
    }
  }

  /** {@return the number of pages of series, for {@link #seriesOfPage}} */
  public int pageCount() {
    return labels.series().pageCount();
  }

  /**
   * {@return the series of one page, in their order, with all that is not deleted}
   *
   * @param page from 0
   * @throws CorruptFileException if the page is damaged
   */
  public List<SelectedSeries> seriesOfPage(int page) throws CorruptFileException {
    return pages(0).read(page);
  }

  /**
   * {@return a reader of all pages of series}
   *
   * @param rememberedTimesBytes about how much memory timestamps that series share may take
   */
  public BlockPages pages(long rememberedTimesBytes) {
    return new BlockPages(footer, labels, seriesPages(new BucketValues()), rememberedTimesBytes);
  }

  private SeriesPages seriesPages(BucketValues buckets) {
    return new SeriesPages(labels, chunks, times, tombstones, level() > 0, buckets);
  }
}
