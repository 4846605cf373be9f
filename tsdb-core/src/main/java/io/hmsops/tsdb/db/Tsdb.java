package io.hmsops.tsdb.db;

import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.head.Head;
import io.hmsops.tsdb.head.HeadLimits;
import io.hmsops.tsdb.head.HeadLoader;
import io.hmsops.tsdb.head.HeadReader;
import io.hmsops.tsdb.head.HeadStats;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.Queryable;
import io.hmsops.tsdb.storage.SampleStore;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.wal.CheckpointReader;
import io.hmsops.tsdb.wal.Wal;
import io.hmsops.tsdb.wal.WalReplay;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A time series database in one directory, which belongs to it alone while it is open. Thread-safe.
 * Close it: that forces the log and gives the directory back.
 */
public final class Tsdb implements Queryable, SampleStore, AutoCloseable {
  private final DataDirectory directory;
  private final Options options;
  private final Head head;
  private final Wal wal;
  private final BlockSet blocks;
  private final Maintenance maintenance;
  private boolean closed;

  private Tsdb(Disk disk, DataDirectory directory, Options options) throws IOException {
    this.directory = directory;
    this.options = options;
    List<String> problems = new ArrayList<>();
    BlockSet set = BlockSet.open(disk, directory.blocks(), problems);
    boolean complete = false;
    try {
      this.blocks = set;
      this.head =
          new Head(
              new HeadLimits(
                  options.blockRange().toMillis(),
                  options.retention().toMillis(),
                  options.maxAhead().toMillis(),
                  options.maxSeries(),
                  options.maxExemplarsPerSeries()),
              options.clock());
      this.wal = replay(disk, problems);
      head.start(wal);
      this.maintenance = new Maintenance(disk, directory, options, head, wal, set, problems);
      complete = true;
    } finally {
      if (!complete) {
        set.close();
      }
    }
  }

  private Wal replay(Disk disk, List<String> problems) throws IOException {
    HeadLoader loader = head.loader(blocks::holds);
    head.noteStored(blocks.maxTimeMs());
    long checkpointLsn = CheckpointReader.read(disk, directory.checkpoints(), loader);
    WalReplay replay = new WalReplay(disk, directory.wal(), checkpointLsn);
    replay.run(loader, loader::beginBatch);
    for (WalReplay.Damage damage : replay.damages()) {
      problems.add(
          "%s: %d bytes at %d %s"
              .formatted(
                  damage.file(),
                  damage.lengthBytes(),
                  damage.offset(),
                  damage.tornTail() ? "torn by a crash, dropped" : "damaged, skipped"));
    }
    if (loader.samplesOfUnknownSeries() > 0) {
      problems.add(
          "%d samples dropped: the log entry that names their series is damaged"
              .formatted(loader.samplesOfUnknownSeries()));
    }
    return new Wal(
        disk,
        directory.wal(),
        options.walSegmentBytes(),
        Math.max(replay.lastLsn(), blocks.maxCutLsn()));
  }

  /**
   * {@return an open database} Creates it if the directory is empty or missing.
   *
   * @param directory where it is
   * @param options how it behaves
   * @throws io.hmsops.tsdb.storage.LockedException if it is open elsewhere
   * @throws io.hmsops.tsdb.storage.DirectoryNotOursException if the directory holds other things
   * @throws io.hmsops.tsdb.storage.NewerVersionException if a newer version wrote it
   * @throws io.hmsops.tsdb.storage.ReadOnlyException if the directory cannot be written
   * @throws io.hmsops.tsdb.storage.CorruptFileException if a checkpoint is damaged
   * @throws IOException if the directory cannot be read or written for another reason
   */
  public static Tsdb open(Path directory, Options options) throws IOException {
    Disk disk = Disk.real();
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
    Appender appender = head.appender();
    return options.durability() == Durability.BATCH ? new ForcingAppender(appender, wal) : appender;
  }

  @Override
  public Querier querier(long minTimeMs, long maxTimeMs) throws TsdbException {
    List<Block> retained = new ArrayList<>();
    HeadReader reader = head.openReader(() -> retained.addAll(blocks.retainAll()));
    return new TsdbQuerier(reader, retained, minTimeMs, maxTimeMs);
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
   * Forces the log to the device.
   *
   * @throws io.hmsops.tsdb.storage.ReadOnlyException if that failed
   */
  public void force() throws TsdbException {
    wal.force(wal.lastLsn());
  }

  /** {@return what the database holds and has done; looks at every series of the head} */
  public Stats stats() {
    HeadStats stats = head.stats();
    BlockSet.Totals totals = blocks.totals();
    return new Stats(
        stats.series(),
        stats.knownSeries(),
        stats.chunks(),
        stats.appendedSamples(),
        wal.writtenBytes(),
        maintenance.checkpoints(),
        totals.count(),
        totals.sizeBytes(),
        stats.minTimeMs(),
        Math.min(stats.minTimeMs(), totals.minTimeMs()),
        stats.maxTimeMs(),
        stats.labelValueCounts(),
        stats.seriesCountByMetric(),
        maintenance.problems());
  }

  /**
   * Forces the log and gives the directory back. Queriers must be closed before.
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
    maintenance.close();
    try (directory;
        wal) {
      blocks.close();
    }
  }
}
