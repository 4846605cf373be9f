package io.hmsops.tsdb.db;

import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.compaction.HeadToBlocks;
import io.hmsops.tsdb.head.Head;
import io.hmsops.tsdb.head.HeadCut;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.wal.CheckpointWriter;
import io.hmsops.tsdb.wal.Wal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** What a database does beside appends and queries, on a thread of its own. Thread-safe. */
final class Maintenance implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Maintenance.class.getName());
  private static final int MAX_PROBLEMS = 100;

  private final Disk disk;
  private final DataDirectory directory;
  private final Options options;
  private final Head head;
  private final Wal wal;
  private final BlockSet blocks;
  private final List<String> problems;
  private final Object running = new Object();
  private final ScheduledExecutorService thread =
      Executors.newScheduledThreadPool(
          2, Thread.ofPlatform().name("hms-tsdb-maintenance-", 0).daemon().factory());
  private final AtomicLong checkpoints = new AtomicLong();
  private long walBytesAtCheckpoint;

  Maintenance(
      Disk disk,
      DataDirectory directory,
      Options options,
      Head head,
      Wal wal,
      BlockSet blocks,
      List<String> problems) {
    this.disk = disk;
    this.directory = directory;
    this.options = options;
    this.head = head;
    this.wal = wal;
    this.blocks = blocks;
    this.problems = problems;
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
    synchronized (problems) {
      if (problems.size() < MAX_PROBLEMS) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
  }

  List<String> problems() {
    synchronized (problems) {
      return List.copyOf(problems);
    }
  }

  long checkpoints() {
    return checkpoints.get();
  }

  void run(boolean checkpointAnyway) throws IOException {
    synchronized (running) {
      boolean cut = cutBlocks();
      if (cut
          || checkpointAnyway
          || wal.writtenBytes() - walBytesAtCheckpoint >= options.checkpointBytes()) {
        checkpoint();
      }
      deleteOldBlocks();
    }
  }

  private boolean cutBlocks() throws IOException {
    long newestMs = head.newestMs();
    if (newestMs == Long.MIN_VALUE) {
      return false;
    }
    // A range is cut when the newest sample is half a range past its end.
    long rangeMs = options.blockRange().toMillis();
    long endMs = Math.floorDiv(newestMs - rangeMs / 2, rangeMs) * rangeMs;
    HeadCut cut = head.prepareCut(endMs);
    if (cut.series().isEmpty()) {
      return false;
    }
    List<Block> written = HeadToBlocks.write(disk, directory.blocks(), cut, rangeMs);
    head.finishCut(cut, () -> blocks.add(written));
    return true;
  }

  private void checkpoint() throws IOException {
    long bytes = wal.writtenBytes();
    long[] lsn = {0};
    CheckpointWriter writer =
        head.checkpoint(
            newest -> {
              lsn[0] = newest;
              return new CheckpointWriter(disk, directory.checkpoints(), newest);
            });
    try (writer) {
      writer.finish();
    }
    wal.deleteUpTo(lsn[0]);
    walBytesAtCheckpoint = bytes;
    checkpoints.incrementAndGet();
  }

  private void deleteOldBlocks() throws IOException {
    long newestMs = head.newestMs();
    long retentionMs = options.retention().toMillis();
    if (newestMs < Long.MIN_VALUE + retentionMs) {
      return;
    }
    List<Block> old = blocks.removeBefore(newestMs - retentionMs);
    List<IOException> failures = new ArrayList<>();
    for (Block block : old) {
      try {
        disk.delete(block.directory());
      } catch (IOException e) {
        failures.add(e);
      } finally {
        // Queries that still read it keep it mapped.
        block.release();
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
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
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
