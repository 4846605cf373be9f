package io.hmsops.tsdb.head;

import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramCheck;
import io.hmsops.tsdb.storage.CommitResult;
import io.hmsops.tsdb.storage.CommitResult.Reason;
import io.hmsops.tsdb.storage.CommitResult.Rejection;
import io.hmsops.tsdb.storage.TsdbException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides which samples of a batch are stored. Guarded by the commit lock. */
final class BatchCheck {
  /** Where a sample belongs. */
  private record Place(int number, long timestampMs) {}

  private final SeriesTable table;
  private final HeadLimits limits;
  private final SteadyClock clock;
  private final StoredSamples blocks;

  /** The newest timestamp of the store and of what is accepted of the batch so far. */
  private long newestMs;

  /**
   * What is accepted of the batch, of the first {@link #indexed} samples; grows only when a sample
   * comes that is not the newest of its series.
   */
  private final Map<Place, Integer> acceptedOfBatch = new HashMap<>();

  private int indexed;

  BatchCheck(SeriesTable table, HeadLimits limits, InstantSource clock, StoredSamples blocks) {
    this.table = table;
    this.limits = limits;
    this.clock = new SteadyClock(clock);
    this.blocks = blocks;
  }

  /**
   * What the times of a batch are held against.
   *
   * @param lateWindowMs how far before the newest a sample may be
   */
  private record Bounds(long oldestMs, long latestMs, long lateWindowMs) {}

  /**
   * Marks what is accepted in the batch and notes it as its series' newest sample.
   *
   * @param newestStoredMs the newest timestamp of the store
   * @throws TsdbException if what is stored cannot be read; nothing is noted then
   */
  CommitResult check(Batch batch, long newestStoredMs) throws TsdbException {
    // Age is relative to what is stored, never to the clock: an import of old samples is welcome.
    long nowMs = clock.millis();
    Bounds bounds =
        new Bounds(
            before(newestStoredMs, limits.maxAgeMs()),
            plus(nowMs, limits.maxAheadMs()),
            // Who stamps with a clock that was set back is behind what came before by as much.
            plus(limits.lateWindowMs(), clock.setBackMs()));
    acceptedOfBatch.clear();
    indexed = 0;
    newestMs = newestStoredMs;
    int accepted = 0;
    int duplicates = 0;
    List<Rejection> rejections = new ArrayList<>(0);
    Arrays.fill(batch.flags, 0, batch.size, (byte) 0);
    boolean complete = false;
    try {
      for (int from = 0; from < batch.size; from += Batch.BLOCK) {
        int end = Math.min(batch.size, from + Batch.BLOCK);
        table.floats().touchLines(batch.refs, from, end);
        for (int i = from; i < end; i++) {
          long time = batch.timestampsMs[i];
          if (time <= bounds.latestMs
              && time >= bounds.oldestMs
              && batch.histogram(i) == null
              && table.acceptFloat(batch, i)) {
            newestMs = Math.max(newestMs, time);
            accepted++;
          } else {
            Rejection rejection = refuse(batch, i, bounds);
            if (rejection != null) {
              rejections.add(rejection);
            } else if (batch.is(i, Batch.ACCEPTED)) {
              accepted++;
            } else {
              duplicates++;
            }
          }
        }
      }
      complete = true;
    } finally {
      if (!complete) {
        batch.undo(table);
      }
    }
    return new CommitResult(accepted, duplicates, rejections);
  }

  /** Tells how new what is stored is, before the first batch. */
  void start(long newestStoredMs) {
    clock.start(newestStoredMs);
  }

  private static long before(long newestStoredMs, long millis) {
    return newestStoredMs == Long.MIN_VALUE || millis == Long.MAX_VALUE
        ? Long.MIN_VALUE
        : plus(newestStoredMs, -millis);
  }

  private static long plus(long time, long millis) {
    long sum = time + millis;
    if (((time ^ sum) & (millis ^ sum)) < 0) {
      return millis < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    return sum;
  }

  /** Accepts a sample, or {@return why not}; null and not accepted if it is stored already. */
  private @Nullable Rejection refuse(Batch batch, int i, Bounds bounds) throws TsdbException {
    int number = batch.number(i);
    long time = batch.timestampsMs[i];
    Histogram histogram = batch.histogram(i);
    Optional<String> problem =
        histogram == null ? Optional.empty() : HistogramCheck.problem(histogram);
    if (problem.isPresent()) {
      return rejection(batch, i, Reason.INVALID_HISTOGRAM, problem.get());
    }
    if (time > bounds.latestMs) {
      return rejection(
          batch,
          i,
          Reason.TOO_FAR_IN_FUTURE,
          "too far in the future (expected: at most %d)".formatted(bounds.latestMs));
    }
    if (time <= table.newest().timeMs(number) && !table.newest().isKnown(number)) {
      // Only a bound, if the series is new to the head or its newest sample is deleted.
      boundNewest(number);
    }
    if (time > table.newest().timeMs(number)) {
      if (time < bounds.oldestMs) {
        return rejection(
            batch, i, Reason.TOO_OLD, "too old (expected: at least %d)".formatted(bounds.oldestMs));
      }
      batch.acceptNewest(i, table);
      newestMs = Math.max(newestMs, time);
      return null;
    }
    StoredSamples.Stored stored = stored(batch, i);
    if (stored != null) {
      return stored.is(batch.values[i], histogram)
          ? null
          : rejection(
              batch, i, Reason.DUPLICATE_TIMESTAMP, "another value is stored at that timestamp");
    }
    if (time < bounds.oldestMs) {
      return rejection(
          batch, i, Reason.TOO_OLD, "too old (expected: at least %d)".formatted(bounds.oldestMs));
    }
    long oldestLateMs = before(newestMs, bounds.lateWindowMs());
    if (time < oldestLateMs) {
      return rejection(
          batch,
          i,
          Reason.OUT_OF_ORDER,
          "out of order (expected: after %d, or at least %d, outOfOrderWindow before the newest)"
              .formatted(table.newest().timeMs(number), oldestLateMs));
    }
    batch.acceptLate(i, table);
    return null;
  }

  private void boundNewest(int number) throws TsdbException {
    long hereMs = table.newestHereMs(number);
    if (hereMs < table.newest().timeMs(number)) {
      table.newest().bound(number, Math.max(hereMs, blocks.newestMs(table.labels(number))));
    }
  }

  /** {@return what the batch so far, the head or a block has where a sample belongs} */
  private StoredSamples.@Nullable Stored stored(Batch batch, int i) throws TsdbException {
    int number = batch.number(i);
    long time = batch.timestampsMs[i];
    for (; indexed < i; indexed++) {
      if (batch.is(indexed, Batch.ACCEPTED)) {
        acceptedOfBatch.put(new Place(batch.number(indexed), batch.timestampsMs[indexed]), indexed);
      }
    }
    Integer inBatch = acceptedOfBatch.get(new Place(number, time));
    if (inBatch != null) {
      return new StoredSamples.Stored(batch.values[inBatch], batch.histogram(inBatch));
    }
    if (time == table.newest().timeMs(number) && table.newest().isKnown(number)) {
      return new StoredSamples.Stored(
          table.newest().value(number), table.newest().histogram(number));
    }
    LateSamples.Late inHead = table.samples().at(number, time);
    if (inHead != null) {
      return new StoredSamples.Stored(inHead.value(), inHead.histogram());
    }
    return blocks.find(table.labels(number), time).orElse(null);
  }

  private Rejection rejection(Batch batch, int position, Reason reason, String detail) {
    return new Rejection(
        position,
        reason,
        "%s at %d: %s"
            .formatted(table.labels(batch.number(position)), batch.timestampsMs[position], detail));
  }
}
