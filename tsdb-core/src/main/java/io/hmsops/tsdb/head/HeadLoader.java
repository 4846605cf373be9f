package io.hmsops.tsdb.head;

import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.wal.BatchVisitor;
import io.hmsops.tsdb.wal.CheckpointSeries;
import io.hmsops.tsdb.wal.CheckpointVisitor;
import io.hmsops.tsdb.wal.ExtrasVisitor;
import io.hmsops.tsdb.wal.FloatSeriesReader;
import io.hmsops.tsdb.wal.LoggedLabels;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Fills the head from a checkpoint and the log behind it, before anybody else uses it. Series keep
 * their references over a restart.
 */
public final class HeadLoader
    implements BatchVisitor, CheckpointVisitor, ExtrasVisitor, AutoCloseable {
  /*
   * Two threads: this one reads and creates series, the other appends. A line's flags are written here before its
   * series is handed over, and there from then on; slots for labels and for chunks come from different slabs.
   */
  private static final int COLUMNS = 8;
  private static final ReplayColumns END = new ReplayColumns();

  /** What was handed over before it has been applied when it is met. */
  private static final ReplayColumns BARRIER = new ReplayColumns();

  private final HeadState state;
  private final SeriesTable table;
  private final ExemplarStore exemplars;
  private final MetadataStore metadata;
  private final BlockingQueue<ReplayColumns> filled = new ArrayBlockingQueue<>(COLUMNS);
  private final BlockingQueue<ReplayColumns> free = new ArrayBlockingQueue<>(COLUMNS);
  private final ReplayedEntries entries;
  private final Thread applying;
  private volatile @Nullable Throwable failure;
  private ReplayColumns columns = new ReplayColumns();
  private boolean ended;

  /** Whether series of the checkpoint were handed over that are perhaps not applied yet. */
  private boolean handedOver;

  private long lsn;
  private long loggedSeries;

  /** Exemplars and metadata of these batches are known; −1 while they are being handed over. */
  private long extrasLsn = -1;

  /** The series of a frame of a checkpoint. */
  private int[] numbers = new int[1024];

  private int[] hashes = new int[1024];

  /** The ids of the labels of such a frame, and of one of its series. */
  private int[] labels = {};

  private int[] ids = new int[16];

  /** Samples of series that the log or the checkpoint should have named before, by reference. */
  private final Map<Long, Long> unknownSamples = new HashMap<>();

  /** The newest batch in the checkpoint. */
  private long checkpointLsn;

  /**
   * How many batches behind the checkpoint's newest one are in its part about a series, by number:
   * those that came while it was written.
   */
  private int[] batchesBehind = {};

  private long newestRestored;

  /** Numbers of series that are gone; they are in the index until nothing more is about them. */
  private final BitSet gone = new BitSet();

  private final Semaphore barrierReached = new Semaphore(0);

  HeadLoader(HeadState state, Replay replay, long newestInBlocksMs) {
    this.state = state;
    this.table = state.table;
    this.exemplars = state.exemplars;
    this.metadata = state.metadata;
    for (int i = 1; i < COLUMNS; i++) {
      free.add(new ReplayColumns());
    }
    this.entries = new ReplayedEntries(state, replay, newestInBlocksMs);
    this.applying = Thread.ofPlatform().daemon().name("hms-tsdb-replay").start(this::apply);
  }

  private void apply() {
    try {
      for (ReplayColumns next = filled.take(); next != END; next = filled.take()) {
        if (next == BARRIER) {
          barrierReached.release();
          continue;
        }
        if (failure == null) {
          applyTo(next);
        }
        next.clear();
        free.put(next);
      }
    } catch (InterruptedException e) {
      failure = e;
    }
  }

  // Whatever it is, the opening thread has to know.
  @SuppressWarnings("CatchingUnchecked")
  private void applyTo(ReplayColumns next) {
    try {
      entries.apply(next);
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }

  /**
   * Says which batch comes next.
   *
   * @param newLsn its sequence number
   */
  public void beginBatch(long newLsn) {
    lsn = newLsn;
  }

  /**
   * Says that all exemplars and metadata of older batches have been handed over.
   *
   * @param newestBatch the newest batch of which they are known
   */
  public void endExtras(long newestBatch) {
    extrasLsn = newestBatch;
  }

  /** {@return how many samples were dropped because their series was lost with a damaged frame} */
  public long samplesOfUnknownSeries() {
    return unknownSamples.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * {@return the newest batch of which a series of the checkpoint has something, 0 if there is
   * none}
   */
  public long newestRestoredBatch() {
    return newestRestored;
  }

  /** Waits until everything is in the head. */
  @Override
  public void close() {
    if (ended) {
      return;
    }
    ended = true;
    put(columns);
    put(END);
    boolean interrupted = false;
    while (applying.isAlive()) {
      try {
        applying.join();
      } catch (InterruptedException _) {
        // The head may not be used before it is filled.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    removeGone();
    table.index().findFree();
    state.loggedSeries.addAndGet(loggedSeries);
    if (failure != null) {
      throw new IllegalStateException("the log could not be applied to the head", failure);
    }
  }

  private void put(ReplayColumns full) {
    boolean interrupted = false;
    while (true) {
      try {
        filled.put(full);
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private int add(ReplayColumns.Kind kind, int number, @Nullable Object object) {
    if (columns.isFull()) {
      put(columns);
      columns = next();
    }
    return columns.add(kind, number, lsn, object);
  }

  private ReplayColumns next() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return free.take();
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static int number(long ref) {
    if (ref < 1 || ref > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "series reference: %d (expected: 1 to %d)".formatted(ref, Integer.MAX_VALUE));
    }
    return (int) ref - 1;
  }

  private void restored(int number, long batch) {
    newestRestored = Math.max(newestRestored, batch);
    if (batch <= checkpointLsn) {
      return;
    }
    if (number >= batchesBehind.length) {
      batchesBehind = Arrays.copyOf(batchesBehind, Math.max(table.size(), number + number / 2));
    }
    batchesBehind[number] = (int) Math.min(batch - checkpointLsn, Integer.MAX_VALUE);
  }

  private long restoredBatch(int number) {
    return number < batchesBehind.length ? checkpointLsn + batchesBehind[number] : checkpointLsn;
  }

  private int resolve(long ref, Labels labels) {
    int number = number(ref);
    awaitIfGone(number);
    if (!table.exists(number)) {
      table.index().create(number, labels);
      table.setLogged(number, true);
    }
    return number;
  }

  /** The number may be another series' now. */
  private void awaitIfGone(int number) {
    if (gone.get(number)) {
      awaitApplied();
      removeGone();
    }
  }

  /** Waits until all that was read so far is in the head. */
  private void awaitApplied() {
    put(columns);
    columns = next();
    put(BARRIER);
    barrierReached.acquireUninterruptibly();
  }

  private void removeGone() {
    if (!gone.isEmpty()) {
      table.forget(gone);
      gone.clear();
    }
  }

  /** {@return the number of a known series, −1 if it is none} */
  private int known(long ref) {
    int number = (int) ref - 1;
    return ref == number + 1L && table.exists(number) && !gone.get(number) ? number : -1;
  }

  @Override
  public void begin(long newestBatch) {
    // A block that was cut after the checkpoint was written at a later batch.
    lsn = newestBatch + 1;
    checkpointLsn = newestBatch;
  }

  @Override
  public void series(long ref, Labels labels) {
    var _ = resolve(ref, labels);
    loggedSeries++;
  }

  @Override
  public void series(long ref, LoggedLabels labels) {
    int number = number(ref);
    awaitIfGone(number);
    if (!table.exists(number)) {
      table.index().create(number, labels);
      table.setLogged(number, true);
    }
    loggedSeries++;
  }

  @Override
  public void series(CheckpointSeries stored) {
    int number = resolve(stored.ref(), stored.labels());
    restored(number, stored.batch());
    handedOver = true;
    var _ = add(ReplayColumns.Kind.CHECKPOINT_SERIES, number, stored);
  }

  @Override
  public void floats(FloatSeriesReader frame) throws MalformedDataException {
    if (handedOver) {
      // What follows is done here, beside nothing.
      awaitApplied();
      handedOver = false;
    }
    SeriesIndex index = table.index();
    index.expect(frame.knownSeries(), frame.knownLabels());
    if (labels.length < frame.distinctLabels()) {
      labels = new int[frame.distinctLabels() + frame.distinctLabels() / 4];
    }
    index.pairs().internAll(frame, labels);
    int created = 0;
    while (frame.nextSeries()) {
      int number = number(frame.ref());
      if (table.exists(number)) {
        throw new MalformedDataException(
            "series %d: there twice (expected: once)".formatted(frame.ref()));
      }
      if (ids.length < frame.labelCount()) {
        ids = new int[2 * frame.labelCount()];
      }
      for (int i = 0; i < frame.labelCount(); i++) {
        ids[i] = labels[frame.labels()[i]];
      }
      if (created == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * created);
        hashes = Arrays.copyOf(hashes, 2 * created);
      }
      numbers[created] = number;
      hashes[created++] = index.createUnplaced(number, ids, frame.labelCount());
      table.setLogged(number, true);
      restored(number, frame.batch());
      entries.restore(number, lsn, frame);
    }
    index.placeAll(numbers, hashes, created);
  }

  @Override
  public void sample(
      long ref, long timestampMs, double value, @Nullable Histogram histogram, long startMs) {
    int number = known(ref);
    if (number < 0) {
      unknownSamples.merge(ref, 1L, Long::sum);
      return;
    }
    int i = add(ReplayColumns.Kind.SAMPLE, number, histogram);
    columns.timestampsMs[i] = timestampMs;
    columns.values[i] = value;
    columns.startsMs[i] = startMs;
  }

  @Override
  public void exemplar(long ref, Exemplar exemplar) {
    int number = known(ref);
    if (number >= 0 && lsn > extrasLsn) {
      var _ = add(ReplayColumns.Kind.EXEMPLAR, number, exemplar);
    }
  }

  @Override
  public void exemplar(Labels series, Exemplar exemplar) {
    exemplars.add(series, exemplar);
  }

  @Override
  public void metadata(String family, Metadata said) {
    if (lsn > extrasLsn) {
      metadata.add(family, said);
    }
  }

  @Override
  public void gone(long ref) {
    // It had left before its part of the checkpoint was written: what was about it is in blocks.
    var _ = unknownSamples.remove(ref);
    int number = known(ref);
    if (number >= 0 && lsn > restoredBatch(number)) {
      var _ = add(ReplayColumns.Kind.GONE, number, null);
      gone.set(number);
    }
  }

  @Override
  public void deletion(long ref, long fromMs, long toMs) {
    int number = known(ref);
    if (number >= 0) {
      int i = add(ReplayColumns.Kind.DELETION, number, null);
      columns.timestampsMs[i] = fromMs;
      columns.startsMs[i] = toMs;
    }
  }
}
