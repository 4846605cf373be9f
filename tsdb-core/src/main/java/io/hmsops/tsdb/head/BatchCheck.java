package io.hmsops.tsdb.head;

import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramCheck;
import io.hmsops.tsdb.storage.CommitResult;
import io.hmsops.tsdb.storage.CommitResult.Reason;
import io.hmsops.tsdb.storage.CommitResult.Rejection;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Decides which samples of a batch are stored. Guarded by the commit lock. */
final class BatchCheck {
  private final HeadLimits limits;
  private final InstantSource clock;

  BatchCheck(HeadLimits limits, InstantSource clock) {
    this.limits = limits;
    this.clock = clock;
  }

  /**
   * Marks what is accepted in the batch and notes it as its series' newest sample.
   *
   * @param newestStoredMs the newest timestamp of the store
   */
  CommitResult check(Batch batch, long newestStoredMs) {
    long latestMs = plus(clock.millis(), limits.maxAheadMs());
    // Relative to what is stored, never to the clock: an import of old samples is welcome.
    long oldestMs =
        newestStoredMs == Long.MIN_VALUE
            ? Long.MIN_VALUE
            : plus(newestStoredMs, -limits.maxAgeMs());
    int accepted = 0;
    int duplicates = 0;
    List<Rejection> rejections = new ArrayList<>(0);
    for (int i = 0; i < batch.size; i++) {
      HeadSeries series = batch.series[i];
      long time = batch.timestampsMs[i];
      batch.accepted[i] = false;
      if (time > series.newestMs()
          && time <= latestMs
          && time >= oldestMs
          && batch.histograms[i] == null) {
        series.setNewest(time, batch.values[i], null);
        batch.accepted[i] = true;
        accepted++;
      } else if (time == series.newestMs()
          && series.isNewest(batch.values[i], batch.histograms[i])) {
        duplicates++;
      } else {
        Optional<Rejection> rejection = refuse(batch, i, oldestMs, latestMs);
        if (rejection.isPresent()) {
          rejections.add(rejection.get());
        } else {
          series.setNewest(time, batch.values[i], batch.histograms[i]);
          batch.accepted[i] = true;
          accepted++;
        }
      }
    }
    return new CommitResult(accepted, duplicates, rejections);
  }

  private static long plus(long time, long millis) {
    long sum = time + millis;
    if (((time ^ sum) & (millis ^ sum)) < 0) {
      return millis < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
    return sum;
  }

  private static Optional<Rejection> refuse(
      Batch batch, int position, long oldestMs, long latestMs) {
    HeadSeries series = batch.series[position];
    long time = batch.timestampsMs[position];
    Histogram histogram = batch.histograms[position];
    Optional<String> problem =
        histogram == null ? Optional.empty() : HistogramCheck.problem(histogram);
    Reason reason;
    String detail;
    if (problem.isPresent()) {
      reason = Reason.INVALID_HISTOGRAM;
      detail = problem.get();
    } else if (time > latestMs) {
      reason = Reason.TOO_FAR_IN_FUTURE;
      detail = "too far in the future (expected: at most %d)".formatted(latestMs);
    } else if (time < oldestMs) {
      reason = Reason.TOO_OLD;
      detail = "too old (expected: at least %d)".formatted(oldestMs);
    } else if (time < series.newestMs()) {
      reason = Reason.OUT_OF_ORDER;
      detail = "out of order (expected: after %d)".formatted(series.newestMs());
    } else if (time == series.newestMs()) {
      reason = Reason.DUPLICATE_TIMESTAMP;
      detail = "another value is stored at that timestamp";
    } else {
      return Optional.empty();
    }
    return Optional.of(
        new Rejection(position, reason, "%s at %d: %s".formatted(series.labels(), time, detail)));
  }
}
