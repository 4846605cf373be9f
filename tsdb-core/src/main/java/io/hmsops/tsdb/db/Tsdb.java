package io.hmsops.tsdb.db;

import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.head.Head;
import io.hmsops.tsdb.head.HeadLimits;
import io.hmsops.tsdb.head.HeadLoader;
import io.hmsops.tsdb.head.HeadReader;
import io.hmsops.tsdb.head.HeadStats;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.MemoryPressure;
import io.hmsops.tsdb.storage.OutOfSpaceException;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.Queryable;
import io.hmsops.tsdb.storage.SampleStore;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.wal.CheckpointReader;
import io.hmsops.tsdb.wal.ExtrasReader;
import io.hmsops.tsdb.wal.FileDamage;
import io.hmsops.tsdb.wal.Wal;
import io.hmsops.tsdb.wal.WalReplay;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A time series database in one directory, which belongs to it alone while it is open. Thread-safe.
 * Close it: that forces the log and gives the directory back. From then on every method but {@link
 * #close} throws an {@link IllegalStateException}, those of its appenders and queriers too.
 */
public final class Tsdb implements Queryable, SampleStore, AutoCloseable {
  private final DataDirectory directory;
  private final Options options;
  private final Head head;
  private final Wal wal;
  private long replayedBytes;
  private final BlockSet blocks;
  private final Maintenance maintenance;

  /** What was damaged when it was opened. */
  private final List<DataLoss> losses;

  private volatile boolean closed;

  private Tsdb(Disk disk, DataDirectory directory, Options options) throws IOException {
    this.directory = directory;
    this.options = options;
    List<String> problems = new ArrayList<>();
    List<DataLoss> found = new ArrayList<>();
    BlockSet set = BlockSet.open(disk, directory.blocks(), found);
    boolean complete = false;
    try {
      this.blocks = set;
      this.head =
          new Head(
              new HeadLimits(
                  options.blockRange().toMillis(),
                  options.retention().toMillis(),
                  options.outOfOrderWindow().toMillis(),
                  options.maxAhead().toMillis(),
                  options.seriesIdle().toMillis(),
                  options.maxSeries(),
                  options.maxSeriesPerMetric(),
                  options.maxNewSeriesPerBatch(),
                  options.memoryLimitBytes(),
                  options.maxExemplarsPerSeries(),
                  options.maxExemplars(),
                  options.maxMetadata(),
                  options.maxLabelBytes()),
              options.clock(),
              new StoredInBlocks(set));
      this.wal = replay(disk, problems, found);
      this.losses = List.copyOf(found);
      losses.forEach(loss -> problems.add(loss.message()));
      head.start(wal);
      this.maintenance =
          new Maintenance(disk, directory, options, head, wal, set, replayedBytes, problems);
      head.onCommit(maintenance::afterCommit);
      complete = true;
    } finally {
      if (!complete) {
        set.close();
      }
    }
  }

  /** {@return a duration in ms, the largest there is if it is longer} */
  static long millis(Duration duration) {
    return duration.compareTo(Duration.ofMillis(Long.MAX_VALUE)) >= 0
        ? Long.MAX_VALUE
        : duration.toMillis();
  }

  private Wal replay(Disk disk, List<String> problems, List<DataLoss> found) throws IOException {
    head.noteStored(blocks.maxTimeMs());
    FileDamage damages = DataLoss.ofFile(found, problems);
    WalReplay replay;
    long unknown;
    long extrasLsn;
    long restoredLsn;
    try (HeadLoader loader = head.loader(blocks::holds, blocks.maxTimeMs())) {
      extrasLsn = ExtrasReader.read(disk, directory.extras(), loader, damages);
      loader.endExtras(extrasLsn);
      long checkpointLsn = CheckpointReader.read(disk, directory.checkpoints(), loader, damages);
      replay = new WalReplay(disk, directory.wal(), checkpointLsn, damages);
      replay.run(loader, loader::beginBatch);
      restoredLsn = loader.newestRestoredBatch();
      unknown = loader.samplesOfUnknownSeries();
      replayedBytes = replay.readBytes();
    }
    replay.tornTail().ifPresent(tail -> problems.add(tail.message()));
    for (WalReplay.Gap gap : replay.gaps()) {
      // After a power loss the log went on behind the newest file that had been forced.
      if (gap.first() || (gap.toLsn() != extrasLsn && !blocks.isCutAt(gap.toLsn()))) {
        found.add(DataLoss.ofUnknownTime(gap.message()));
      }
    }
    if (unknown > 0) {
      found.add(
          DataLoss.ofUnknownTime(
              "%d samples dropped: the log entry that names their series is damaged"
                  .formatted(unknown)));
    }
    long known = Math.max(extrasLsn, Math.max(restoredLsn, blocks.maxCutLsn()));
    long lsn = Math.max(replay.lastLsn(), known);
    if (replay.lastLsn() == 0 && lsn > 0) {
      // Log and checkpoint were taken away, as one may do after a compaction.
      directory.beginLogBehind(disk, lsn);
    }
    return new Wal(disk, directory.wal(), options.walSegmentBytes(), lsn);
  }

  /**
   * {@return an open database} Creates it if the directory is empty or missing.
   *
   * @param directory where it is
   * @param options how it behaves
   * @throws io.hmsops.tsdb.storage.LockedException if it is open elsewhere
   * @throws io.hmsops.tsdb.storage.DirectoryNotOursException if the directory holds other things
   * @throws io.hmsops.tsdb.storage.NewerVersionException if a newer version wrote it
   * @throws io.hmsops.tsdb.storage.OlderVersionException if it is of before the first release
   * @throws io.hmsops.tsdb.storage.ReadOnlyException if the directory cannot be written
   * @throws io.hmsops.tsdb.storage.CorruptFileException if it cannot be told what the directory is
   * @throws io.hmsops.tsdb.storage.OutOfSpaceException if there is no room on the device for what
   *     has to be written first; one that was closed opens, and can be read
   * @throws IOException if the directory cannot be read or written for another reason
   */
  public static Tsdb open(Path directory, Options options) throws IOException {
    return open(Disk.real(), directory, options);
  }

  /** Opens over another file system; for tests that make it fail. */
  static Tsdb open(Disk disk, Path directory, Options options) throws IOException {
    try {
      return openLocked(disk, directory, options);
    } catch (TsdbException e) {
      throw e;
    } catch (IOException e) {
      TsdbException told = OutOfSpaceException.of(directory, "opening the database", e);
      throw told instanceof OutOfSpaceException ? told : e;
    }
  }

  private static Tsdb openLocked(Disk disk, Path directory, Options options) throws IOException {
    DataDirectory locked = DataDirectory.open(disk, directory);
    boolean complete = false;
    try {
      Tsdb db = new Tsdb(disk, locked, options);
      db.maintenance.start();
      complete = true;
      return db;
    } finally {
      if (!complete) {
        locked.close();
      }
    }
  }

  @Override
  public Appender appender() {
    checkOpen();
    Appender appender = head.appender();
    return options.durability() == Durability.BATCH ? new ForcingAppender(appender, wal) : appender;
  }

  @Override
  public Querier querier(long minTimeMs, long maxTimeMs) throws TsdbException {
    checkOpen();
    List<Block> retained = new ArrayList<>();
    HeadReader reader = head.openReader(() -> retained.addAll(blocks.retainAll()));
    return new TsdbQuerier(
        reader,
        retained,
        minTimeMs,
        maxTimeMs,
        DataLoss.warnings(losses, minTimeMs, maxTimeMs),
        this::checkOpen);
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the database is closed");
    }
  }

  /**
   * Does now what is otherwise done in the background: cuts blocks from the head, writes a
   * checkpoint if one is due or a block was cut, deletes what is past the retention.
   *
   * @throws IOException if a file cannot be written; what was stored before is still there
   */
  public void maintain() throws IOException {
    maintenance.run(false);
  }

  /**
   * Writes a checkpoint now, so that the next start need not read the log.
   *
   * @throws IOException if it cannot be written
   */
  public void checkpoint() throws IOException {
    maintenance.run(true);
  }

  /**
   * Brings the database into its smallest form: cuts everything from the head, merges the blocks of
   * every level, drops what is deleted, writes a checkpoint and cuts the log off. Appends and
   * queries go on. Doing it twice changes nothing.
   *
   * <p>A block that is damaged beyond mending stays as it is, which {@link Stats#problems} tells.
   *
   * @throws IOException if a file cannot be written; what was stored is still there
   */
  public void compact() throws IOException {
    maintenance.compact();
  }

  /**
   * Deletes what is stored now in a time range; what is appended later stays. Survives a crash when
   * it returns.
   *
   * @param matcherSets a series is meant if it passes all matchers of one set
   * @param fromMs the first timestamp, inclusive
   * @param toMs the last timestamp, inclusive
   * @throws IOException if that could not be written; a part may be deleted
   */
  public void delete(List<List<LabelMatcher>> matcherSets, long fromMs, long toMs)
      throws IOException {
    if (fromMs > toMs) {
      throw new IllegalArgumentException(
          "delete: from %d to %d (expected: from ≤ to)".formatted(fromMs, toMs));
    }
    maintenance.delete(List.copyOf(matcherSets), fromMs, toMs);
  }

  /**
   * Rewrites the blocks of which something is deleted, so that its room is free.
   *
   * <p>A block that is damaged beyond mending stays as it is, which {@link Stats#problems} tells.
   *
   * @throws IOException if a file cannot be written
   */
  public void cleanTombstones() throws IOException {
    maintenance.cleanTombstones();
  }

  /**
   * Makes a copy of the database as it is now, which can be opened as a database. Blocks are hard
   * links where the file system has them.
   *
   * @param target the copy's directory, missing or empty; not in this database's own, but below its
   *     {@code snapshots/}
   * @throws IOException if it cannot be written
   */
  public void snapshot(Path target) throws IOException {
    snapshot(target, false);
  }

  /**
   * Makes a copy of the database as it is now, which can be opened as a database. Blocks are hard
   * links where the file system has them.
   *
   * @param target the copy's directory, missing or empty; not in this database's own, but below its
   *     {@code snapshots/}
   * @param skipHead whether what is not in blocks yet is left out
   * @throws IOException if it cannot be written
   */
  public void snapshot(Path target, boolean skipHead) throws IOException {
    maintenance.snapshot(target, skipHead);
  }

  /**
   * Forces the log to the device.
   *
   * @throws io.hmsops.tsdb.storage.ReadOnlyException if that failed
   */
  public void force() throws TsdbException {
    checkOpen();
    wal.force(wal.lastLsn());
  }

  /** {@return how full memory is} Cheap; of any thread. */
  public MemoryPressure memoryPressure() {
    checkOpen();
    return new MemoryPressure(head.expectedBytes(), options.memoryLimitBytes());
  }

  /** {@return what the head takes of the memory, in bytes, as {@link #stats} says} Cheap. */
  public long headMemoryBytes() {
    return head.memoryBytes();
  }

  /** {@return what the database holds and has done; looks at every series of the head} */
  public Stats stats() {
    checkOpen();
    HeadStats stats = head.stats();
    BlockSet.Totals totals = blocks.totals();
    return new Stats(
        stats.series(),
        stats.knownSeries(),
        stats.chunks(),
        stats.appendedSamples(),
        stats.memoryBytes(),
        wal.writtenBytes(),
        maintenance.checkpoints(),
        totals.count(),
        totals.sizeBytes(),
        stats.minTimeMs(),
        Math.min(stats.minTimeMs(), totals.minTimeMs()),
        stats.maxTimeMs(),
        stats.labelValueCounts(),
        stats.seriesCountByMetric(),
        stats.refusedSeries(),
        maintenance.problems());
  }

  /**
   * Forces the log and gives the directory back, after what is being appended or done by another
   * thread. Queriers must be closed before. Doing it twice changes nothing.
   *
   * @throws IOException if the log could not be forced
   */
  @Override
  public void close() throws IOException {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    head.close();
    maintenance.close();
    try (directory;
        wal) {
      blocks.close();
    }
  }
}
