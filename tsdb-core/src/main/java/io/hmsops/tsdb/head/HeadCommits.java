package io.hmsops.tsdb.head;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.CommitResult;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.wal.BatchEncoder;
import java.time.InstantSource;
import org.agrona.collections.IntArrayList;

/** Takes batches into the head: checks them, writes them to the log, applies them. Thread-safe. */
final class HeadCommits {
  private final HeadState state;
  private final SeriesTable table;
  private final SeriesLimits limits;
  private final BatchCheck check;
  private final ForgottenSeries forgotten;
  private final BatchEncoder encoder = new BatchEncoder();

  /** Series that the batch being written names for the first time. */
  private final IntArrayList newlyLogged = new IntArrayList();

  private long appendedSamples;
  private volatile Runnable afterCommit = () -> {};

  HeadCommits(
      HeadState state,
      HeadLimits headLimits,
      SeriesLimits limits,
      ForgottenSeries forgotten,
      InstantSource clock) {
    this.state = state;
    this.table = state.table;
    this.limits = limits;
    this.forgotten = forgotten;
    this.check = new BatchCheck(table, headLimits, clock, state.blocks);
  }

  void start() {
    check.start(state.newestMs);
  }

  /** {@return how many samples were appended since the start} Under the state lock. */
  long appendedSamples() {
    return appendedSamples;
  }

  /** {@return the reference of a series that is in the head now} Of any thread. */
  long current(long ref) {
    state.checkOpen();
    return table.isReference(ref) ? ref : referenceOfForgotten(ref);
  }

  /** Brings a series back that was taken out. */
  private long referenceOfForgotten(long ref) {
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
    return createUnlessKnown(labels);
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
    state.checkOpen();
    state.stateLock.readLock().lock();
    try {
      int known = table.index().find(labels);
      if (known >= 0) {
        return table.reference(known);
      }
    } finally {
      state.stateLock.readLock().unlock();
    }
    state.stateLock.writeLock().lock();
    try {
      state.checkOpen();
      if (table.index().find(labels) < 0) {
        limits.check(labels, batch.created);
        batch.created++;
      }
      return createUnlessKnown(labels);
    } finally {
      state.stateLock.writeLock().unlock();
    }
  }

  private long createUnlessKnown(Labels labels) {
    state.stateLock.writeLock().lock();
    try {
      int known = table.index().find(labels);
      return table.reference(
          known >= 0 ? known : table.create(labels, state.newestInBlocksMs, state.committedBatch));
    } finally {
      state.stateLock.writeLock().unlock();
    }
  }

  /** Sets what is done after each commit, without locks, by the thread of the commit. */
  void onCommit(Runnable action) {
    afterCommit = action;
  }

  CommitResult commit(Batch batch) throws TsdbException {
    CommitResult result = commitLocked(batch);
    afterCommit.run();
    return result;
  }

  private CommitResult commitLocked(Batch batch) throws TsdbException {
    state.commitLock.lock();
    try {
      state.checkOpen();
      if (batch.removals != state.removals.get() && !batch.isEmpty()) {
        batch.resolve(this::current);
      }
      CommitResult result = check.check(batch, state.newestMs);
      long lsn = write(batch);
      if (!encoder.isEmpty()) {
        apply(batch, lsn);
      }
      return result;
    } finally {
      newlyLogged.clear();
      state.commitLock.unlock();
    }
  }

  /**
   * Encodes what is accepted and writes it, if it is anything; if that fails for whatever reason,
   * series are as they were before the batch.
   */
  private long write(Batch batch) throws TsdbException {
    boolean written = false;
    try {
      encode(batch);
      long lsn = encoder.isEmpty() ? state.committedBatch : state.wal().append(encoder);
      written = true;
      state.loggedSeries.addAndGet(newlyLogged.size());
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
    int plain = 0;
    for (int i = 0; i < batch.size; i++) {
      if (batch.flags[i] == (Batch.ACCEPTED | Batch.WAS_KNOWN) && batch.isFloat(i)) {
        continue;
      }
      encoder.floats(batch.refs, batch.timestampsMs, batch.values, plain, i);
      plain = i + 1;
      if (batch.is(i, Batch.ACCEPTED)) {
        encode(batch, i);
      }
    }
    encoder.floats(batch.refs, batch.timestampsMs, batch.values, plain, batch.size);
    for (Batch.NewExemplar added : batch.exemplars) {
      if (!state.exemplars.contains(table.labels(added.number()), added.exemplar())) {
        encodeNew(added.number());
        encoder.exemplar(added.number() + 1L, added.exemplar());
      }
    }
    for (Batch.NewMetadata added : batch.metadata) {
      if (!state.metadata.contains(added.family(), added.metadata())) {
        encoder.metadata(added.family(), added.metadata());
      }
    }
  }

  private void encode(Batch batch, int i) {
    if (batch.is(i, Batch.UNLOGGED)) {
      encodeNew(batch.number(i));
    }
    encoder.sample(
        batch.number(i) + 1L,
        batch.timestampsMs[i],
        batch.values[i],
        batch.histogram(i),
        batch.startMs(i));
  }

  private void encodeNew(int number) {
    if (!table.isLogged(number)) {
      encoder.series(number + 1L, table.labels(number));
      // In this order: what fails on the way leaves the series as one that the log does not name.
      newlyLogged.addInt(number);
      table.setLogged(number, true);
    }
  }

  /**
   * Takes over what is in the log now. If that fails, no reader sees any of it, and the log takes
   * no more: the next start has all of it.
   */
  private void apply(Batch batch, long lsn) {
    state.stateLock.writeLock().lock();
    try {
      applyAll(batch, lsn);
      state.committedBatch = lsn;
    } catch (RuntimeException | Error e) {
      state.newestAreStored = false;
      state.wal().refuseMore(e);
      throw e;
    } finally {
      state.stateLock.writeLock().unlock();
    }
  }

  private void applyAll(Batch batch, long lsn) {
    table.reclaim();
    table.floats().begin(lsn);
    for (int from = 0; from < batch.size; from += Batch.BLOCK) {
      int end = Math.min(batch.size, from + Batch.BLOCK);
      table.floats().touchOpenChunks(batch.refs, from, end);
      for (int i = from; i < end; i++) {
        if (batch.is(i, Batch.ACCEPTED)) {
          apply(batch, i, lsn);
        }
      }
    }
    for (Batch.NewExemplar added : batch.exemplars) {
      state.exemplars.add(table.labels(added.number()), added.exemplar());
    }
    for (Batch.NewMetadata added : batch.metadata) {
      state.metadata.add(added.family(), added.metadata());
    }
  }

  private void apply(Batch batch, int i, long lsn) {
    if (!table.floats().append(batch, i)) {
      int number = batch.number(i);
      if (batch.is(i, Batch.LATE)) {
        LateSamples.Late late =
            new LateSamples.Late(
                lsn, batch.timestampsMs[i], batch.values[i], batch.histogram(i), batch.startMs(i));
        table.samples().appendLate(number, late, batch.beforeMs[i]);
      } else {
        table.publish(number, lsn);
        table
            .samples()
            .append(
                number,
                batch.timestampsMs[i],
                batch.values[i],
                batch.histogram(i),
                batch.startMs(i),
                batch.beforeMs[i],
                batch.beforeValues[i]);
      }
    }
    table.samples().noteOldest(batch.timestampsMs[i]);
    state.newestMs = Math.max(state.newestMs, batch.timestampsMs[i]);
    appendedSamples++;
  }
}
