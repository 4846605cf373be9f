package io.hmsops.query.engine;

import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The samples of one series, in the batches in which they were read. Read-only once filled. */
final class KeptSamples {
  private static final int BATCH_BYTES = 120;

  /** A histogram without its arrays. */
  private static final int HISTOGRAM_BYTES = 160;

  private final List<Batch> batches = new ArrayList<>(1);
  private long bytes = BATCH_BYTES;

  /** A copy of a batch; histograms are never changed, so they need none. */
  @SuppressWarnings("ArrayRecordComponent") // columns, never compared
  private record Batch(
      long[] timesMs,
      double @Nullable [] values,
      Histogram @Nullable [] histograms,
      long @Nullable [] startsMs) {}

  /** {@return what they take, about} */
  long bytes() {
    return bytes;
  }

  void add(SampleBatch batch) {
    int count = batch.count();
    long[] startsMs = null;
    if (batch.hasStartTimestamps()) {
      startsMs = new long[count];
      for (int i = 0; i < count; i++) {
        startsMs[i] = batch.startTimestampMs(i);
      }
      bytes += (long) count * Long.BYTES;
    }
    bytes += BATCH_BYTES + (long) count * (Long.BYTES + Double.BYTES);
    long[] timesMs = Arrays.copyOf(batch.timestampsMs(), count);
    if (batch.holdsHistograms()) {
      Histogram[] histograms = Arrays.copyOf(batch.histograms(), count);
      for (Histogram histogram : histograms) {
        bytes += bytes(histogram);
      }
      batches.add(new Batch(timesMs, null, histograms, startsMs));
    } else {
      batches.add(new Batch(timesMs, Arrays.copyOf(batch.values(), count), null, startsMs));
    }
  }

  private static long bytes(Histogram histogram) {
    int numbers =
        histogram.positiveBuckets().length
            + histogram.negativeBuckets().length
            + histogram.customBounds().length;
    int spans = histogram.positiveSpans().length + histogram.negativeSpans().length;
    return HISTOGRAM_BYTES + (long) numbers * Double.BYTES + (long) spans * Integer.BYTES;
  }

  /** {@return a new cursor over those of a stretch of time} */
  SampleCursor cursor(long minTimeMs, long maxTimeMs) {
    return new SampleCursor() {
      private int next;

      @Override
      public boolean next(SampleBatch into) {
        into.clear();
        while (next < batches.size() && into.count() == 0) {
          fill(batches.get(next++), minTimeMs, maxTimeMs, into);
        }
        return into.count() > 0;
      }
    };
  }

  private static void fill(Batch batch, long minTimeMs, long maxTimeMs, SampleBatch into) {
    int from = place(batch.timesMs, minTimeMs);
    int to =
        maxTimeMs == Long.MAX_VALUE ? batch.timesMs.length : place(batch.timesMs, maxTimeMs + 1);
    if (batch.values != null && batch.startsMs == null) {
      int count = Math.max(0, to - from);
      into.ensureCapacity(count);
      System.arraycopy(batch.timesMs, from, into.timestampsMs(), 0, count);
      System.arraycopy(batch.values, from, into.values(), 0, count);
      into.setFloatCount(count);
      return;
    }
    for (int i = from; i < to; i++) {
      if (batch.histograms != null) {
        into.add(batch.timesMs[i], batch.histograms[i]);
      } else if (batch.values != null) {
        into.add(batch.timesMs[i], batch.values[i]);
      }
      if (batch.startsMs != null && batch.startsMs[i] != SampleBatch.NO_START_TIMESTAMP) {
        into.setLastStartTimestamp(batch.startsMs[i]);
      }
    }
  }

  /** {@return how many timestamps are before a time} */
  private static int place(long[] timesMs, long timeMs) {
    int found = Arrays.binarySearch(timesMs, timeMs);
    return found < 0 ? -1 - found : found;
  }
}
