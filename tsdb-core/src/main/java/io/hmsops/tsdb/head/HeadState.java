package io.hmsops.tsdb.head;

import io.hmsops.tsdb.wal.Wal;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/** What the parts of a head share: its locks, its series, and how far commits have come. */
final class HeadState {
  /*
   * Two locks, taken in this order. The commit lock makes commits one after another: check against the newest
   * samples, write the log, apply. The state lock guards series and chunks: a commit holds it for writing only
   * while it applies, a reader for reading while it picks chunks. A batch is visible once its number is in
   * committedBatch, which is set under the state lock after all of it was applied.
   */
  final ReentrantLock commitLock = new ReentrantLock();
  final ReentrantReadWriteLock stateLock = new ReentrantReadWriteLock();

  final ReaderStamps readers = new ReaderStamps();
  final SeriesTable table;
  final ExemplarStore exemplars;
  final MetadataStore metadata;
  final StoredSamples blocks;

  /** How many times series were taken out. */
  final AtomicLong removals = new AtomicLong();

  /** How many series the log has named. */
  final AtomicLong loggedSeries = new AtomicLong();

  /** The newest batch that readers see. Guarded by the state lock. */
  long committedBatch;

  /**
   * Whether the newest sample of each series is stored, but for what is being committed: not, once
   * a batch could be applied in part only. Guarded by the commit lock.
   */
  boolean newestAreStored = true;

  /** How many times something was cut out of the head. Guarded by the state lock. */
  long layoutVersion;

  /** The newest timestamp stored. Guarded by the commit lock. */
  long newestMs = Long.MIN_VALUE;

  /** No sample in a block is newer. Guarded by the state lock. */
  long newestInBlocksMs = Long.MIN_VALUE;

  private @Nullable Wal wal;

  private volatile boolean closed;

  HeadState(HeadLimits limits, StoredSamples blocks) {
    this.blocks = blocks;
    this.table = new SeriesTable(readers, limits.blockRangeMs(), stateLock.readLock());
    this.exemplars = new ExemplarStore(limits.maxExemplars(), limits.maxExemplarsPerSeries());
    this.metadata = new MetadataStore(limits.maxMetadata());
  }

  /** Ends the filling: from now on batches go to a log. */
  void start(Wal log) {
    wal = log;
    committedBatch = log.lastLsn();
    newestInBlocksMs = blocks.maxTimeMs();
  }

  Wal wal() {
    return Objects.requireNonNull(wal, "the head is not started");
  }

  /** Refuses appends from now on; waits for those that are being made. */
  void close() {
    commitLock.lock();
    stateLock.writeLock().lock();
    try {
      closed = true;
    } finally {
      stateLock.writeLock().unlock();
      commitLock.unlock();
    }
  }

  void checkOpen() {
    if (closed) {
      throw new IllegalStateException("the database is closed");
    }
  }

  /** Tells the newest timestamp stored anywhere; while the head is filled. */
  void noteStored(long maxMs) {
    newestMs = Math.max(newestMs, maxMs);
  }

  /** {@return the newest timestamp stored, {@link Long#MIN_VALUE} if there is none} */
  long newestMs() {
    commitLock.lock();
    try {
      return newestMs;
    } finally {
      commitLock.unlock();
    }
  }
}
