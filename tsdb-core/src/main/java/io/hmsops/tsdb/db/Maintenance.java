package io.hmsops.tsdb.db;

import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.compaction.HeadToBlocks;
import io.hmsops.tsdb.head.Head;
import io.hmsops.tsdb.head.HeadCut;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.storage.MemoryPressure;
import io.hmsops.tsdb.storage.OutOfSpaceException;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.wal.CheckpointWriter;
import io.hmsops.tsdb.wal.ExtrasReader;
import io.hmsops.tsdb.wal.ExtrasWriter;
import io.hmsops.tsdb.wal.Wal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** What a database does beside appends and queries, on a thread of its own. Thread-safe. */
final class Maintenance implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Maintenance.class.getName());
  private static final int MAX_PROBLEMS = 100;

  /** To read a new series from the log takes as long as some 40 samples: about so many bytes. */
  private static final long NEW_SERIES_BYTES = 256;

  private final Disk disk;
  private final DataDirectory directory;
  private final Options options;
  private final Head head;
  private final Wal wal;
  private final BlockSet blocks;
  private final List<String> problems;
  private final Compaction compaction;
  private final RuledRetention ruledRetention;
  private final ReentrantLock running = new ReentrantLock();
  private final MemoryRelief relief;
  private final ScheduledExecutorService thread =
      Executors.newScheduledThreadPool(
          2, Thread.ofPlatform().name("hms-tsdb-maintenance-", 0).daemon().factory());
  private final AtomicLong checkpoints = new AtomicLong();
  private long costAtCheckpoint;

  /** Guarded by {@code running}. */
  private final Set<String> loggedMended = new HashSet<>();

  /** Guarded by {@code running}. */
  private boolean closed;

  Maintenance(
      Disk disk,
      DataDirectory directory,
      Options options,
      Head head,
      Wal wal,
      BlockSet blocks,
      long replayedBytes,
      List<String> problems) {
    this.disk = disk;
    this.directory = directory;
    this.options = options;
    this.head = head;
    this.wal = wal;
    this.blocks = blocks;
    this.problems = problems;
    this.costAtCheckpoint = -replayedBytes;
    this.relief = new MemoryRelief(head, wal, options.memoryLimitBytes());
    this.compaction =
        new Compaction(
            disk, directory.blocks(), options.blockRange().toMillis(), blocks, this::note);
    this.ruledRetention = new RuledRetention(disk, options, blocks, compaction, this::note);
    problems.forEach(p -> LOG.log(System.Logger.Level.WARNING, p));
  }

  void start() {
    if (options.durability() == Durability.INTERVAL) {
      long millis = options.forceInterval().toMillis();
      var _ = thread.scheduleWithFixedDelay(this::force, millis, millis, TimeUnit.MILLISECONDS);
    }
    if (!options.maintenanceInterval().isZero()) {
      long millis = options.maintenanceInterval().toMillis();
      var _ =
          thread.scheduleWithFixedDelay(this::runQuietly, millis, millis, TimeUnit.MILLISECONDS);
    }
  }

  private void force() {
    try {
      wal.force(wal.lastLsn());
    } catch (TsdbException e) {
      report(e);
      // The log has failed for good: appends say so from here on.
      throw new UncheckedIOException(e);
    }
  }

  private void runQuietly() {
    try {
      run(false);
    } catch (IOException | RuntimeException e) {
      report(e);
    }
  }

  private void report(Exception e) {
    LOG.log(System.Logger.Level.ERROR, "maintenance failed", e);
    note(String.valueOf(e.getMessage()));
  }

  private void note(String problem) {
    synchronized (problems) {
      if (problems.size() < MAX_PROBLEMS && !problems.contains(problem)) {
        problems.add(problem);
      }
    }
  }

  /** {@return what was found and what failed, and what of blocks had to be mended} */
  List<String> problems() {
    List<String> all;
    synchronized (problems) {
      all = new ArrayList<>(problems);
    }
    all.addAll(blocks.mended());
    return all;
  }

  /** Queries meet what has to be mended, and their answers miss nothing: so the log tells. */
  private void logMended() {
    for (String mended : blocks.mended()) {
      if (loggedMended.add(mended)) {
        LOG.log(System.Logger.Level.WARNING, mended);
      }
    }
  }

  long checkpoints() {
    return checkpoints.get();
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the database is closed");
    }
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  /** Does one thing at a time; a full disk is told as such, with the file. */
  private void alone(String what, Work work) throws IOException {
    running.lock();
    try {
      checkOpen();
      work.run();
    } catch (TsdbException e) {
      throw e;
    } catch (IOException e) {
      TsdbException told = OutOfSpaceException.of(directory.root(), what, e);
      throw told instanceof OutOfSpaceException ? told : e;
    } finally {
      running.unlock();
    }
  }

  void run(boolean checkpointAnyway) throws IOException {
    alone("maintenance", () -> runAlone(checkpointAnyway));
  }

  private void runAlone(boolean checkpointAnyway) throws IOException {
    logMended();
    boolean cut = cutRanges();
    cut |= releaseIdle();
    cut |= relieve();
    if (cut || checkpointAnyway || replayCost() - costAtCheckpoint >= options.checkpointBytes()) {
      var _ = checkpoint();
    }
    deleteOldBlocks();
    compaction.run(cutEndMs(), false);
  }

  void compact() throws IOException {
    alone(
        "compaction",
        () -> {
          cutEverything();
          releaseIdle();
          var _ = checkpoint();
          deleteOldBlocks();
          compaction.run(Long.MAX_VALUE, true);
        });
  }

  void cleanTombstones() throws IOException {
    alone("compaction", compaction::cleanTombstones);
  }

  void delete(List<List<LabelMatcher>> matcherSets, long fromMs, long toMs) throws IOException {
    alone("deletion", () -> deleteAlone(matcherSets, fromMs, toMs));
  }

  private void deleteAlone(List<List<LabelMatcher>> matcherSets, long fromMs, long toMs)
      throws IOException {
    head.delete(matcherSets, fromMs, toMs);
    wal.force(wal.lastLsn());
    List<Block> retained = blocks.retainAll();
    try {
      for (Block block : retained) {
        if (block.overlaps(fromMs, toMs)) {
          block.delete(disk, matcherSets, fromMs, toMs);
        }
      }
    } finally {
      retained.forEach(Block::release);
    }
  }

  void snapshot(Path target, boolean skipHead) throws IOException {
    alone(
        "snapshot",
        () -> {
          directory.checkEmpty(disk, target);
          if (!skipHead) {
            var _ = checkpoint();
          }
          directory.copyTo(disk, target, skipHead, skipHead ? wal.lastLsn() : head.rollLog());
        });
  }

  /** A range is cut when the newest sample is half a range past its end. */
  private long cutEndMs() {
    long newestMs = head.newestMs();
    long rangeMs = options.blockRange().toMillis();
    return newestMs < Long.MIN_VALUE + rangeMs
        ? Long.MIN_VALUE
        : Math.floorDiv(newestMs - rangeMs / 2, rangeMs) * rangeMs;
  }

  private boolean cutRanges() throws IOException {
    long endMs = cutEndMs();
    return endMs != Long.MIN_VALUE && cutBlocks(head.prepareCut(endMs - 1));
  }

  /** Takes series that have ended out of the head. */
  private boolean releaseIdle() throws IOException {
    if (!head.isIdleDue()) {
      return false;
    }
    boolean cut = cutBlocks(head.prepareIdleCut());
    var _ = head.removeIdle();
    return cut;
  }

  /** Moves chunks to disk before their range is over, if memory is nearly full of them. */
  private boolean relieve() throws IOException {
    long limit = options.memoryLimitBytes();
    return new MemoryPressure(head.expectedBytes(), limit).isHigh()
        && head.grownChunkBytes() > limit / 4
        // While they do, to cut more gives nothing back.
        && !head.cutsAwaitReaders()
        && cutEverything();
  }

  /**
   * Moves chunks to disk on the thread of a commit if that has filled memory: so whoever appends
   * faster than the maintenance works waits for it. The commit itself is done; what fails here is
   * noted.
   */
  void afterCommit() {
    MemoryRelief.Need need = relief.afterCommit();
    if (need == MemoryRelief.Need.NONE || running.isHeldByCurrentThread()) {
      return;
    }
    if (need == MemoryRelief.Need.NOW) {
      running.lock();
    } else if (!running.tryLock()) {
      return;
    }
    try {
      if (!closed && relieve()) {
        var _ = checkpoint();
      }
    } catch (IOException | RuntimeException e) {
      report(e);
    } finally {
      running.unlock();
    }
  }

  private boolean cutEverything() throws IOException {
    long newestMs = head.newestMs();
    if (newestMs == Long.MIN_VALUE) {
      return false;
    }
    long rangeMs = options.blockRange().toMillis();
    long range = Math.floorDiv(newestMs, rangeMs);
    boolean last = range == Math.floorDiv(Long.MAX_VALUE, rangeMs);
    return cutBlocks(head.prepareCut(last ? Long.MAX_VALUE : (range + 1) * rangeMs - 1));
  }

  private boolean cutBlocks(HeadCut cut) throws IOException {
    if (cut.size() == 0) {
      return false;
    }
    List<Block> written =
        HeadToBlocks.write(disk, directory.blocks(), cut, options.blockRange().toMillis());
    head.finishCut(cut, () -> blocks.add(written));
    return true;
  }

  /** What reading the log takes, in bytes of samples. */
  private long replayCost() {
    return wal.writtenBytes() + NEW_SERIES_BYTES * head.loggedSeries();
  }

  /** {@return the newest batch in it} */
  private long checkpoint() throws IOException {
    long cost = replayCost();
    long[] lsn = {0};
    CheckpointWriter writer =
        head.checkpoint(
            newest -> {
              lsn[0] = newest;
              return new CheckpointWriter(disk, directory.checkpoints(), newest);
            });
    try (writer) {
      if (head.hasExtras() || ExtrasReader.exists(disk, directory.extras())) {
        writeExtras(lsn[0]);
      }
      // Series were written one after another, with what came meanwhile: that must be in the log if
      // they are.
      wal.force(wal.lastLsn());
      writer.finish();
    }
    wal.deleteUpTo(lsn[0]);
    costAtCheckpoint = cost;
    checkpoints.incrementAndGet();
    return lsn[0];
  }

  /** Before a checkpoint counts: with it the log goes that has the same exemplars and metadata. */
  private void writeExtras(long lsn) throws IOException {
    try (ExtrasWriter extras = new ExtrasWriter(disk, directory.extras(), lsn)) {
      head.visitExtras(extras);
      extras.complete();
      // What came meanwhile is among them.
      wal.force(wal.lastLsn());
      extras.finish();
    }
  }

  private void deleteOldBlocks() throws IOException {
    long newestMs = head.newestMs();
    long retentionMs = options.retention().toMillis();
    if (!options.retentionRules().isEmpty()) {
      ruledRetention.enforce(newestMs);
    } else if (retentionMs < Long.MAX_VALUE && newestMs >= Long.MIN_VALUE + retentionMs) {
      compaction.drop(blocks.removeBefore(newestMs - retentionMs));
    }
    if (options.retentionBytes() != Long.MAX_VALUE) {
      long others = disk.sizeBytes(directory.wal()) + directory.extrasBytes(disk);
      compaction.drop(blocks.removeBeyond(Math.max(0, options.retentionBytes() - others)));
    }
  }

  @Override
  public void close() {
    thread.shutdown();
    boolean interrupted = false;
    while (true) {
      try {
        if (thread.awaitTermination(1, TimeUnit.SECONDS)) {
          break;
        }
      } catch (InterruptedException _) {
        // The files may not be closed under a running checkpoint.
        interrupted = true;
      }
    }
    running.lock();
    try {
      // What another thread had begun is done now.
      closed = true;
    } finally {
      running.unlock();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
