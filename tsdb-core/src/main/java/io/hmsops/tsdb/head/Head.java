package io.hmsops.tsdb.head;

import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.postings.Selection;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.CommitResult;
import io.hmsops.tsdb.storage.SeriesExemplars;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.wal.BatchEncoder;
import io.hmsops.tsdb.wal.CheckpointSeries;
import io.hmsops.tsdb.wal.CheckpointWriter;
import io.hmsops.tsdb.wal.ExtrasVisitor;
import io.hmsops.tsdb.wal.FloatSeriesEncoder;
import io.hmsops.tsdb.wal.Wal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.agrona.collections.IntArrayList;
import org.jspecify.annotations.Nullable;

/** The newest samples, in memory. Thread-safe once it is filled and started. */
public final class Head {
  /*
   * Two locks, taken in this order. The commit lock makes commits one after another: check against the newest
   * samples, write the log, apply. The state lock guards series and chunks: a commit holds it for writing only
   * while it applies, a reader for reading while it picks chunks. A batch is visible once its number is in
   * committedBatch, which is set under the state lock after all of it was applied.
   */
  private static final int CHECKPOINT_SLICE = 1024;

  /** As few idle series stay until their range is cut. */
  private static final int MIN_IDLE_SERIES = 256;

  /** So do those that are a smaller share than one in this many. */
  private static final int IDLE_SHARE = 8;

  private final ReentrantLock commitLock = new ReentrantLock();
  private final ReentrantReadWriteLock stateLock = new ReentrantReadWriteLock();
  private final SeriesLimits seriesLimits;
  private final BatchCheck check;
  private final ReaderStamps readers = new ReaderStamps();
  private final SeriesTable table;
  private final HeadReads reads;
  private final ExemplarStore exemplars;
  private final MetadataStore metadata;
  private final ForgottenSeries forgotten = new ForgottenSeries();
  private final IdleSeries idle;
  private final StoredSamples blocks;
  private final BatchEncoder encoder = new BatchEncoder();

  /** Series that the batch being written names for the first time. */
  private final IntArrayList newlyLogged = new IntArrayList();

  private @Nullable Wal wal;
  private long committedBatch;

  /** How many times series were taken out. */
  private final AtomicLong removals = new AtomicLong();

  private final AtomicLong loggedSeries = new AtomicLong();

  /** No sample in a block is newer. */
  private long newestInBlocksMs = Long.MIN_VALUE;

  private long layoutVersion;
  private long newestMs = Long.MIN_VALUE;
  private long appendedSamples;

  /**
   * Creates an empty head.
   *
   * @param limits what it refuses
   * @param clock what the time is
   * @param blocks finds what is no longer in the head
   */
  public Head(HeadLimits limits, InstantSource clock, StoredSamples blocks) {
    this.blocks = blocks;
    this.table = new SeriesTable(readers, limits.blockRangeMs(), stateLock.readLock());
    this.reads = new HeadReads(table, stateLock.readLock());
    this.exemplars = new ExemplarStore(limits.maxExemplars(), limits.maxExemplarsPerSeries());
    this.metadata = new MetadataStore(limits.maxMetadata());
    this.seriesLimits = new SeriesLimits(limits, table);
    this.idle = new IdleSeries(this, table, readers, limits.seriesIdleMs());
    this.check = new BatchCheck(table, limits, clock, blocks);
  }

  /**
   * {@return what fills this head before it is started; to be closed}
   *
   * @param replay says what is in blocks
   * @param newestInBlocksMs the newest timestamp in blocks, {@link Long#MIN_VALUE} if there is none
   */
  public HeadLoader loader(Replay replay, long newestInBlocksMs) {
    return new HeadLoader(this, replay, newestInBlocksMs);
  }

  /**
   * Ends the filling.
   *
   * @param log where commits are written
   */
  public void start(Wal log) {
    wal = log;
    committedBatch = log.lastLsn();
    newestInBlocksMs = blocks.maxTimeMs();
    check.start(newestMs);
  }

  ReentrantLock commitLock() {
    return commitLock;
  }

  ReentrantReadWriteLock stateLock() {
    return stateLock;
  }

  long removals() {
    return removals.get();
  }

  private Wal wal() {
    return Objects.requireNonNull(wal, "the head is not started");
  }

  SeriesTable table() {
    return table;
  }

  ExemplarStore exemplars() {
    return exemplars;
  }

  MetadataStore metadataStore() {
    return metadata;
  }

  /**
   * Tells the newest timestamp stored anywhere; while the head is filled.
   *
   * @param maxMs the newest timestamp
   */
  public void noteStored(long maxMs) {
    newestMs = Math.max(newestMs, maxMs);
  }

  /** {@return a new appender} */
  public Appender appender() {
    return new HeadAppender(this);
  }

  /** {@return the number of a series} Of any thread. */
  int number(long ref) {
    return table.isReference(ref) ? (int) ref - 1 : numberOfForgotten(ref);
  }

  /** Brings a series back that was taken out. */
  private int numberOfForgotten(long ref) {
    Labels labels =
        forgotten
            .labels(ref)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "series reference: %d (expected: one from series(), of a series that was"
                                .formatted(ref)
                            + " written to lately)"));
    // The limit on series is for new ones.
    return (int) createUnlessKnown(labels) - 1;
  }

  /**
   * {@return the reference of a series}
   *
   * @param batch counts the series that it creates
   */
  long series(Labels labels, Batch batch) throws TsdbException {
    if (labels.isEmpty()) {
      throw new IllegalArgumentException("series: no labels (expected: at least one)");
    }
    stateLock.readLock().lock();
    try {
      int known = table.index().find(labels);
      if (known >= 0) {
        return table.reference(known);
      }
    } finally {
      stateLock.readLock().unlock();
    }
    stateLock.writeLock().lock();
    try {
      if (table.index().find(labels) < 0) {
        seriesLimits.check(labels, batch.created);
        batch.created++;
      }
      return createUnlessKnown(labels);
    } finally {
      stateLock.writeLock().unlock();
    }
  }

  private long createUnlessKnown(Labels labels) {
    stateLock.writeLock().lock();
    try {
      int known = table.index().find(labels);
      return table.reference(
          known >= 0 ? known : table.create(labels, newestInBlocksMs, committedBatch));
    } finally {
      stateLock.writeLock().unlock();
    }
  }

  CommitResult commit(Batch batch) throws TsdbException {
    commitLock.lock();
    try {
      if (batch.removals != removals.get() && !batch.isEmpty()) {
        batch.resolve(this::number);
      }
      CommitResult result = check.check(batch, newestMs);
      encode(batch);
      if (!encoder.isEmpty()) {
        apply(batch, write(batch));
      }
      return result;
    } finally {
      newlyLogged.clear();
      commitLock.unlock();
    }
  }

  /** Writes what was encoded; if that fails, series are as they were before the batch. */
  private long write(Batch batch) throws TsdbException {
    boolean written = false;
    try {
      long lsn = wal().append(encoder);
      written = true;
      noteLoggedSeries(newlyLogged.size());
      return lsn;
    } finally {
      if (!written) {
        batch.undo(table);
        newlyLogged.forEachInt(number -> table.setLogged(number, false));
      }
    }
  }

  private void encode(Batch batch) {
    encoder.clear();
    for (int i = 0; i < batch.size; i++) {
      if (batch.accepted[i]) {
        encodeNew(batch.numbers[i]);
        encoder.sample(
            batch.numbers[i] + 1L,
            batch.timestampsMs[i],
            batch.values[i],
            batch.histograms[i],
            batch.startsMs[i]);
      }
    }
    for (Batch.NewExemplar added : batch.exemplars) {
      if (!exemplars.contains(table.labels(added.number()), added.exemplar())) {
        encodeNew(added.number());
        encoder.exemplar(added.number() + 1L, added.exemplar());
      }
    }
    for (Batch.NewMetadata added : batch.metadata) {
      if (!metadata.contains(added.family(), added.metadata())) {
        encoder.metadata(added.family(), added.metadata());
      }
    }
  }

  /**
   * {@return how many series the log has named, up to now and in what was read of it at the start}
   */
  public long loggedSeries() {
    return loggedSeries.get();
  }

  void noteLoggedSeries(long count) {
    loggedSeries.addAndGet(count);
  }

  private void encodeNew(int number) {
    if (!table.isLogged(number)) {
      encoder.series(number + 1L, table.labels(number));
      table.setLogged(number, true);
      newlyLogged.addInt(number);
    }
  }

  private void apply(Batch batch, long lsn) {
    stateLock.writeLock().lock();
    try {
      table.reclaim();
      for (int i = 0; i < batch.size; i++) {
        if (batch.accepted[i]) {
          apply(batch, i, lsn);
        }
      }
      for (Batch.NewExemplar added : batch.exemplars) {
        exemplars.add(table.labels(added.number()), added.exemplar());
      }
      for (Batch.NewMetadata added : batch.metadata) {
        metadata.add(added.family(), added.metadata());
      }
      committedBatch = lsn;
    } finally {
      stateLock.writeLock().unlock();
    }
  }

  private void apply(Batch batch, int i, long lsn) {
    int number = batch.numbers[i];
    if (batch.late[i]) {
      table.appendLate(
          number,
          new LateSamples.Late(
              lsn, batch.timestampsMs[i], batch.values[i], batch.histograms[i], batch.startsMs[i]),
          batch.beforeMs[i]);
    } else {
      table.publish(number, lsn);
      table.append(
          number,
          batch.timestampsMs[i],
          batch.values[i],
          batch.histograms[i],
          batch.startsMs[i],
          batch.beforeMs[i],
          batch.beforeValues[i]);
    }
    newestMs = Math.max(newestMs, batch.timestampsMs[i]);
    appendedSamples++;
  }

  /**
   * {@return a view of what is committed now}
   *
   * @param atTheSameMoment run while nothing can be committed or moved into blocks
   */
  public HeadReader openReader(Runnable atTheSameMoment) {
    stateLock.readLock().lock();
    try {
      HeadReader reader = new HeadReader(this, reads, committedBatch, layoutVersion, readers);
      atTheSameMoment.run();
      return reader;
    } finally {
      stateLock.readLock().unlock();
    }
  }

  private BitSet select(List<List<LabelMatcher>> matcherSets) {
    BitSet numbers = new BitSet();
    for (List<LabelMatcher> matchers : matcherSets) {
      numbers.or(Selection.select(table.index(), matchers));
    }
    return numbers;
  }

  List<SeriesExemplars> exemplars(
      List<List<LabelMatcher>> matcherSets, long minTimeMs, long maxTimeMs) {
    return exemplars.select(matcherSets, minTimeMs, maxTimeMs);
  }

  Map<String, List<Metadata>> metadata() {
    return metadata.all();
  }

  /**
   * Hands the whole head to a checkpoint, a slice of series after the other: each with what is
   * committed when its turn comes. Commits wait for a slice at most. The log goes on in a new
   * segment.
   *
   * @param writer opened for the batch that it is given; nothing newer is in the deleted part of
   *     the log
   * @return what was opened, after everything was handed over
   * @throws IOException if the checkpoint or the log cannot be written
   */
  public CheckpointWriter checkpoint(CheckpointOpener writer) throws IOException {
    long lsn;
    commitLock.lock();
    try {
      lsn = wal().lastLsn();
      wal().roll();
    } finally {
      commitLock.unlock();
    }
    CheckpointWriter opened = writer.open(lsn);
    boolean complete = false;
    try {
      writeTo(opened);
      complete = true;
      return opened;
    } catch (UncheckedIOException e) {
      throw Objects.requireNonNull(e.getCause());
    } finally {
      if (!complete) {
        opened.close();
      }
    }
  }

  private void writeTo(CheckpointWriter opened) throws IOException {
    FloatSeriesEncoder floats = new FloatSeriesEncoder();
    List<CheckpointSeries> others = new ArrayList<>();
    for (int from = 0; fillSlice(from, opened.lsn(), floats, others); from += CHECKPOINT_SLICE) {
      if (floats.count() > 0) {
        opened.floats(floats);
      }
      others.forEach(opened::series);
      others.clear();
    }
  }

  /**
   * Hands over all exemplars and metadata, each in the order in which they came.
   *
   * @param visitor is told of them
   */
  public void visitExtras(ExtrasVisitor visitor) {
    exemplars.forEach(visitor::exemplar);
    metadata.forEach(visitor::metadata);
  }

  /** {@return whether there is an exemplar or something is said of a metric family} */
  public boolean hasExtras() {
    return exemplars.count() > 0 || !metadata.isEmpty();
  }

  /** Collects some series as they are now, or {@return false} if there are no more. */
  private boolean fillSlice(
      int from, long lsn, FloatSeriesEncoder floats, List<CheckpointSeries> others) {
    commitLock.lock();
    stateLock.readLock().lock();
    try {
      floats.begin(lsn, table.index().count(), table.index().pairs().size());
      int end = Math.min(from + CHECKPOINT_SLICE, table.size());
      for (int number = from; number < end; number++) {
        if (table.exists(number) && table.isLogged(number)) {
          if (!table.encode(number, committedBatch, floats)) {
            others.add(table.state(number, committedBatch));
          }
        }
      }
      return from < end;
    } finally {
      stateLock.readLock().unlock();
      commitLock.unlock();
    }
  }

  /** Opens a checkpoint. */
  @FunctionalInterface
  public interface CheckpointOpener {
    /**
     * {@return the opened checkpoint}
     *
     * @param lsn the newest batch in it
     * @throws IOException if it cannot be opened
     */
    CheckpointWriter open(long lsn) throws IOException;
  }

  /**
   * {@return what may move into blocks now, empty if nothing may or readers still need the last
   * cut}
   *
   * @param endMs only chunks that end before this move; a multiple of the block range
   * @throws TsdbException if the log cannot be written
   */
  public HeadCut prepareCut(long endMs) throws TsdbException {
    return prepareCut(endMs, null);
  }

  /** {@return whether so much time has passed that there may be series that have ended} */
  public boolean isIdleDue() {
    commitLock.lock();
    try {
      return idle.isDue(newestMs, wal().lastLsn());
    } finally {
      commitLock.unlock();
    }
  }

  /**
   * {@return all chunks of the series that have ended, if these are many; else nothing} A series
   * has ended if nothing was written to it for a time.
   *
   * @throws TsdbException if the log cannot be written
   */
  public HeadCut prepareIdleCut() throws TsdbException {
    IntArrayList ended = idle.withChunks(newestMs());
    if (ended.size() < Math.max(MIN_IDLE_SERIES, knownSeries() / IDLE_SHARE)) {
      return new HeadCut(this, wal().lastLsn(), Long.MAX_VALUE, false, new int[0], new int[0]);
    }
    return prepareCut(Long.MAX_VALUE, ended);
  }

  private int knownSeries() {
    stateLock.readLock().lock();
    try {
      return table.index().count();
    } finally {
      stateLock.readLock().unlock();
    }
  }

  /**
   * Takes series out that have ended and of which nothing is here any more. References to them stay
   * valid for a time.
   *
   * @return how many
   * @throws TsdbException if the log cannot be written; some may be out
   */
  public int removeIdle() throws TsdbException {
    boolean unneeded;
    stateLock.writeLock().lock();
    try {
      unneeded = table.dropRetired(layoutVersion);
    } finally {
      stateLock.writeLock().unlock();
    }
    return unneeded ? idle.removeEmpty(newestMs()) : 0;
  }

  /** Logs that series are gone, and takes them out; under the commit lock. */
  void takeOut(IntArrayList numbers, BatchEncoder gone) throws TsdbException {
    long lsn = gone.isEmpty() ? committedBatch : wal().append(gone);
    stateLock.writeLock().lock();
    try {
      numbers.forEachInt(
          number -> {
            forgotten.add(table.reference(number), table.labels(number));
            table.remove(number);
          });
      removals.incrementAndGet();
      committedBatch = lsn;
    } finally {
      stateLock.writeLock().unlock();
    }
  }

  private HeadCut prepareCut(long endMs, @Nullable IntArrayList wanted) throws TsdbException {
    IntArrayList numbers = new IntArrayList();
    int[] chunkCounts;
    long lsn;
    commitLock.lock();
    stateLock.writeLock().lock();
    try {
      chunkCounts = new int[table.size()];
      lsn = wal().lastLsn();
      if (table.oldestMs() < endMs && table.dropRetired(layoutVersion)) {
        for (int number = 0; wanted == null && number < table.size(); number++) {
          if (table.minTimeMs(number) < endMs) {
            numbers.addInt(number);
          }
        }
        if (wanted != null) {
          numbers = wanted;
        }
      }
      if (!numbers.isEmpty()) {
        // An empty batch: checkpoints before it hold the chunks, those after it do not.
        encoder.clear();
        lsn = wal().append(encoder);
        committedBatch = lsn;
        numbers.forEachInt(
            number -> {
              table.sealBefore(number, endMs);
              chunkCounts[number] = table.chunksBefore(number, endMs);
            });
      }
    } finally {
      stateLock.writeLock().unlock();
      commitLock.unlock();
    }
    int[] sorted = table.index().order().sorted(numbers.toIntArray());
    return new HeadCut(this, lsn, endMs, wanted == null, sorted, chunkCounts);
  }

  HeadCut.CutSeries cutSeries(HeadCut cut, int index) {
    stateLock.readLock().lock();
    try {
      int number = cut.number(index);
      return new HeadCut.CutSeries(
          table.labels(number),
          table.cutSources(number, cut.chunkCount(index), cut.endMs(), cut.lsn()));
    } finally {
      stateLock.readLock().unlock();
    }
  }

  /**
   * Takes what was cut out of the head, once its blocks are there.
   *
   * @param cut what was prepared last
   * @param publishBlocks makes the blocks visible to new readers; run at the same moment
   */
  public void finishCut(HeadCut cut, Runnable publishBlocks) {
    commitLock.lock();
    stateLock.writeLock().lock();
    try {
      layoutVersion++;
      for (int i = 0; i < cut.size(); i++) {
        table.drop(cut.number(i), cut.chunkCount(i), cut.endMs(), cut.lsn(), layoutVersion);
      }
      table.findOldest();
      publishBlocks.run();
      newestInBlocksMs = Math.max(newestInBlocksMs, blocks.maxTimeMs());
    } finally {
      stateLock.writeLock().unlock();
      commitLock.unlock();
    }
  }

  /**
   * Deletes what is stored now in a time range; what is appended later stays. Survives a crash when
   * it returns.
   *
   * @param matcherSets a series is meant if it passes all matchers of one set
   * @param fromMs the first timestamp
   * @param toMs the last timestamp
   * @throws TsdbException if the log cannot be written; nothing is deleted then
   */
  public void delete(List<List<LabelMatcher>> matcherSets, long fromMs, long toMs)
      throws TsdbException {
    commitLock.lock();
    try {
      BitSet numbers = select(matcherSets);
      IntArrayList meant = new IntArrayList();
      encoder.clear();
      for (int i = numbers.nextSetBit(0); i >= 0; i = numbers.nextSetBit(i + 1)) {
        if (table.exists(i) && table.isLogged(i) && !table.isEmpty(i)) {
          encoder.deletion(i + 1L, fromMs, toMs);
          meant.addInt(i);
        }
      }
      if (meant.isEmpty()) {
        return;
      }
      long lsn = wal().append(encoder);
      stateLock.writeLock().lock();
      try {
        meant.forEachInt(number -> table.delete(number, fromMs, toMs));
        committedBatch = lsn;
      } finally {
        stateLock.writeLock().unlock();
      }
    } finally {
      commitLock.unlock();
    }
  }

  /** {@return the newest timestamp stored, {@link Long#MIN_VALUE} if there is none} */
  public long newestMs() {
    commitLock.lock();
    try {
      return newestMs;
    } finally {
      commitLock.unlock();
    }
  }

  /** {@return how much memory series, chunks and index take, or will soon} Cheap. */
  public long expectedBytes() {
    stateLock.readLock().lock();
    try {
      return table.expectedBytes();
    } finally {
      stateLock.readLock().unlock();
    }
  }

  /** {@return how much of it are chunks that have grown, and so would go into blocks} Cheap. */
  public long grownChunkBytes() {
    stateLock.readLock().lock();
    try {
      return table.grownChunkBytes();
    } finally {
      stateLock.readLock().unlock();
    }
  }

  /** {@return what the head holds; looks at every series} */
  public HeadStats stats() {
    stateLock.readLock().lock();
    try {
      long series = 0;
      for (int number = 0; number < table.size(); number++) {
        series += table.exists(number) && !table.isEmpty(number) ? 1 : 0;
      }
      return new HeadStats(
          series,
          table.index().count(),
          table.chunkCount(),
          appendedSamples,
          table.memoryBytes(),
          table.oldestMs(),
          newestMs,
          table.index().valueCounts(),
          table.index().seriesCounts(Label.METRIC_NAME),
          seriesLimits.refused());
    } finally {
      stateLock.readLock().unlock();
    }
  }
}
