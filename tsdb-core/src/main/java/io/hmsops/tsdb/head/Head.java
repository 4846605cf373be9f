package io.hmsops.tsdb.head;

import io.hmsops.tsdb.block.ChunkSource;
import io.hmsops.tsdb.block.SelectedSeries;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.postings.Selection;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.CommitResult;
import io.hmsops.tsdb.storage.SeriesExemplars;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.wal.BatchEncoder;
import io.hmsops.tsdb.wal.CheckpointSeries;
import io.hmsops.tsdb.wal.CheckpointVisitor;
import io.hmsops.tsdb.wal.Wal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/** The newest samples, in memory. Thread-safe once it is filled and started. */
public final class Head {
  /*
   * Two locks, taken in this order. The commit lock makes commits one after another: check against the newest
   * samples, write the log, apply. The state lock guards series and chunks: a commit holds it for writing only
   * while it applies, a reader for reading while it picks chunks. A batch is visible once its number is in
   * committedBatch, which is set under the state lock after all of it was applied.
   */
  private final ReentrantLock commitLock = new ReentrantLock();
  private final ReentrantReadWriteLock stateLock = new ReentrantReadWriteLock();
  private final HeadLimits limits;
  private final BatchCheck check;
  private final HeadIndex index = new HeadIndex();
  private final BatchEncoder encoder = new BatchEncoder();
  private final Set<HeadReader> readers = ConcurrentHashMap.newKeySet();
  private final List<HeadSeries> retiredSeries = new ArrayList<>();

  /** Series that the batch being written names for the first time. */
  private final List<HeadSeries> newlyLogged = new ArrayList<>();

  private @Nullable Wal wal;
  private long committedBatch;
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
    this.limits = limits;
    this.check = new BatchCheck(limits, clock, blocks);
  }

  /**
   * {@return what fills this head before it is started}
   *
   * @param replay says what is in blocks
   */
  public HeadLoader loader(Replay replay) {
    return new HeadLoader(this, replay);
  }

  /**
   * Ends the filling.
   *
   * @param log where commits are written
   */
  public void start(Wal log) {
    wal = log;
    committedBatch = log.lastLsn();
    for (HeadSeries series : index.all()) {
      series.publish(committedBatch, committedBatch);
    }
  }

  private Wal wal() {
    return Objects.requireNonNull(wal, "the head is not started");
  }

  HeadIndex index() {
    return index;
  }

  HeadLimits limits() {
    return limits;
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

  HeadSeries find(long ref) {
    stateLock.readLock().lock();
    try {
      HeadSeries series = index.find(ref);
      if (series == null) {
        throw new IllegalArgumentException(
            "series reference: %d (expected: one from series())".formatted(ref));
      }
      return series;
    } finally {
      stateLock.readLock().unlock();
    }
  }

  long series(Labels labels) throws TsdbException {
    if (labels.isEmpty()) {
      throw new IllegalArgumentException("series: no labels (expected: at least one)");
    }
    stateLock.readLock().lock();
    try {
      HeadSeries known = index.find(labels);
      if (known != null) {
        return known.ref();
      }
    } finally {
      stateLock.readLock().unlock();
    }
    stateLock.writeLock().lock();
    try {
      HeadSeries known = index.find(labels);
      if (known != null) {
        return known.ref();
      }
      if (index.all().size() >= limits.maxSeries()) {
        throw new TsdbException(
            "%s: limit maxSeries of %d reached".formatted(labels, limits.maxSeries()));
      }
      return index.create(labels).ref();
    } finally {
      stateLock.writeLock().unlock();
    }
  }

  CommitResult commit(Batch batch) throws TsdbException {
    commitLock.lock();
    try {
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
      return lsn;
    } finally {
      if (!written) {
        batch.undo();
        newlyLogged.forEach(HeadSeries::setNotLogged);
      }
    }
  }

  private void encode(Batch batch) {
    encoder.clear();
    for (int i = 0; i < batch.size; i++) {
      if (batch.accepted[i]) {
        HeadSeries series = batch.series[i];
        encodeNew(series);
        encoder.sample(
            series.ref(),
            batch.timestampsMs[i],
            batch.values[i],
            batch.histograms[i],
            batch.startsMs[i]);
      }
    }
    for (Batch.NewExemplar added : batch.exemplars) {
      if (!added.series().exemplars().contains(added.exemplar())) {
        encodeNew(added.series());
        encoder.exemplar(added.series().ref(), added.exemplar());
      }
    }
  }

  private void encodeNew(HeadSeries series) {
    if (!series.isLogged()) {
      encoder.series(series.ref(), series.labels());
      series.setLogged();
      newlyLogged.add(series);
    }
  }

  private void apply(Batch batch, long lsn) {
    stateLock.writeLock().lock();
    try {
      long oldest = readers.stream().mapToLong(HeadReader::batch).min().orElse(committedBatch);
      for (int i = 0; i < batch.size; i++) {
        if (batch.accepted[i]) {
          HeadSeries series = batch.series[i];
          if (batch.late[i]) {
            series.appendLate(
                lsn,
                batch.timestampsMs[i],
                batch.values[i],
                batch.histograms[i],
                batch.startsMs[i]);
          } else {
            series.append(
                batch.timestampsMs[i],
                batch.values[i],
                batch.histograms[i],
                batch.startsMs[i],
                limits.blockRangeMs());
            series.publish(lsn, oldest);
          }
          newestMs = Math.max(newestMs, batch.timestampsMs[i]);
          appendedSamples++;
        }
      }
      for (Batch.NewExemplar added : batch.exemplars) {
        addExemplar(added.series(), added.exemplar());
      }
      committedBatch = lsn;
    } finally {
      stateLock.writeLock().unlock();
    }
  }

  /** Keeps exemplars sorted by time; one that is there already is ignored. */
  void addExemplar(HeadSeries series, Exemplar exemplar) {
    List<Exemplar> kept = series.exemplars();
    if (kept.contains(exemplar)) {
      return;
    }
    int at = kept.size();
    while (at > 0 && kept.get(at - 1).timestampMs() > exemplar.timestampMs()) {
      at--;
    }
    kept.add(at, exemplar);
    if (kept.size() > limits.maxExemplarsPerSeries()) {
      kept.removeFirst();
    }
  }

  /**
   * {@return a view of what is committed now}
   *
   * @param atTheSameMoment run while nothing can be committed or moved into blocks
   */
  public HeadReader openReader(Runnable atTheSameMoment) {
    stateLock.readLock().lock();
    try {
      HeadReader reader = new HeadReader(this, committedBatch, layoutVersion);
      readers.add(reader);
      atTheSameMoment.run();
      return reader;
    } finally {
      stateLock.readLock().unlock();
    }
  }

  void close(HeadReader reader) {
    readers.remove(reader);
  }

  List<SelectedSeries> select(
      HeadReader reader, List<LabelMatcher> matchers, long minTimeMs, long maxTimeMs) {
    List<SelectedSeries> selected = new ArrayList<>();
    stateLock.readLock().lock();
    try {
      BitSet numbers = Selection.select(index, matchers);
      for (int i = numbers.nextSetBit(0); i >= 0; i = numbers.nextSetBit(i + 1)) {
        HeadSeries series = index.numbered(i);
        if (series != null) {
          List<ChunkSource> chunks =
              series.chunks(reader.batch(), reader.layoutVersion(), minTimeMs, maxTimeMs);
          if (!chunks.isEmpty()) {
            selected.add(new SelectedSeries(series.labels(), chunks));
          }
        }
      }
    } finally {
      stateLock.readLock().unlock();
    }
    return selected;
  }

  List<SeriesExemplars> exemplars(
      List<List<LabelMatcher>> matcherSets, long minTimeMs, long maxTimeMs) {
    List<SeriesExemplars> found = new ArrayList<>();
    stateLock.readLock().lock();
    try {
      BitSet numbers = new BitSet();
      for (List<LabelMatcher> matchers : matcherSets) {
        numbers.or(Selection.select(index, matchers));
      }
      for (int i = numbers.nextSetBit(0); i >= 0; i = numbers.nextSetBit(i + 1)) {
        HeadSeries series = index.numbered(i);
        if (series != null) {
          List<Exemplar> exemplars =
              series.exemplars().stream()
                  .filter(e -> e.timestampMs() >= minTimeMs && e.timestampMs() <= maxTimeMs)
                  .toList();
          if (!exemplars.isEmpty()) {
            found.add(new SeriesExemplars(series.labels(), exemplars));
          }
        }
      }
    } finally {
      stateLock.readLock().unlock();
    }
    return found;
  }

  /**
   * Hands the whole head, as of one batch, to a checkpoint. Commits wait only while references are
   * copied. The log goes on in a new segment.
   *
   * @param <C> what is written to
   * @param writer opened for the batch that it is given
   * @return the batch, after everything was handed over
   * @throws java.io.IOException if the checkpoint or the log cannot be written
   */
  public <C extends CheckpointVisitor> C checkpoint(CheckpointOpener<C> writer)
      throws java.io.IOException {
    List<CheckpointSeries> states = new ArrayList<>();
    long lsn;
    commitLock.lock();
    try {
      lsn = wal().lastLsn();
      wal().roll();
      stateLock.readLock().lock();
      try {
        for (HeadSeries series : index.all()) {
          if (series.isLogged()) {
            states.add(series.state());
          }
        }
      } finally {
        stateLock.readLock().unlock();
      }
    } finally {
      commitLock.unlock();
    }
    C opened = writer.open(lsn);
    opened.begin(lsn);
    states.forEach(opened::series);
    return opened;
  }

  /**
   * Opens a checkpoint.
   *
   * @param <C> what is opened
   */
  @FunctionalInterface
  public interface CheckpointOpener<C extends CheckpointVisitor> {
    /**
     * {@return the opened checkpoint}
     *
     * @param lsn the newest batch in it
     * @throws java.io.IOException if it cannot be opened
     */
    C open(long lsn) throws java.io.IOException;
  }

  /**
   * {@return what may move into blocks now, empty if nothing may or readers still need the last
   * cut}
   *
   * @param endMs only chunks that end before this move; a multiple of the block range
   * @throws TsdbException if the log cannot be written
   */
  public HeadCut prepareCut(long endMs) throws TsdbException {
    commitLock.lock();
    stateLock.writeLock().lock();
    try {
      List<HeadCut.CutSeries> cut = new ArrayList<>();
      if (!dropRetired()) {
        return new HeadCut(wal().lastLsn(), endMs, cut);
      }
      for (HeadSeries series : index.all()) {
        if (series.minTimeMs() < endMs) {
          HeadCut.CutSeries moved = series.cutBefore(endMs, limits.blockRangeMs());
          if (moved.chunkCount() > 0 || !moved.sources().isEmpty()) {
            cut.add(moved);
          }
        }
      }
      if (cut.isEmpty()) {
        return new HeadCut(wal().lastLsn(), endMs, cut);
      }
      // An empty batch: checkpoints before it hold the chunks, those after it do not.
      encoder.clear();
      return new HeadCut(wal().append(encoder), endMs, cut);
    } finally {
      stateLock.writeLock().unlock();
      commitLock.unlock();
    }
  }

  private boolean dropRetired() {
    if (readers.stream().anyMatch(r -> r.layoutVersion() < layoutVersion)) {
      return false;
    }
    retiredSeries.forEach(HeadSeries::dropRetired);
    retiredSeries.clear();
    return true;
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
      for (HeadCut.CutSeries moved : cut.series()) {
        HeadSeries series = index.find(moved.ref());
        if (series != null) {
          series.retire(moved.chunkCount(), cut.endMs(), cut.lsn(), layoutVersion);
          retiredSeries.add(series);
        }
      }
      publishBlocks.run();
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
      BitSet numbers = new BitSet();
      for (List<LabelMatcher> matchers : matcherSets) {
        numbers.or(Selection.select(index, matchers));
      }
      List<HeadSeries> meant = new ArrayList<>();
      encoder.clear();
      for (int i = numbers.nextSetBit(0); i >= 0; i = numbers.nextSetBit(i + 1)) {
        HeadSeries series = index.numbered(i);
        if (series != null && series.isLogged() && !series.isEmpty()) {
          encoder.deletion(series.ref(), fromMs, toMs);
          meant.add(series);
        }
      }
      if (meant.isEmpty()) {
        return;
      }
      long lsn = wal().append(encoder);
      stateLock.writeLock().lock();
      try {
        meant.forEach(series -> series.delete(fromMs, toMs));
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

  /** {@return what the head holds; looks at every series} */
  public HeadStats stats() {
    stateLock.readLock().lock();
    try {
      long series = 0;
      long chunks = 0;
      long minTimeMs = Long.MAX_VALUE;
      for (HeadSeries one : index.all()) {
        chunks += one.chunkCount();
        minTimeMs = Math.min(minTimeMs, one.minTimeMs());
        series += one.isEmpty() ? 0 : 1;
      }
      return new HeadStats(
          series,
          index.all().size(),
          chunks,
          appendedSamples,
          minTimeMs,
          newestMs,
          index.valueCounts(),
          index.seriesCounts(Label.METRIC_NAME));
    } finally {
      stateLock.readLock().unlock();
    }
  }
}
