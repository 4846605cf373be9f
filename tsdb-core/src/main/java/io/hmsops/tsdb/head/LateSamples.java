package io.hmsops.tsdb.head;

import io.hmsops.tsdb.block.ChunkSource;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramContinuity;
import io.hmsops.tsdb.storage.SampleBatch;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The samples of one series that came behind a newer one, by time. Few: they are moved into blocks
 * like others. Guarded by the head's lock.
 */
final class LateSamples {
  /**
   * A sample.
   *
   * @param batch the batch that brought it
   */
  record Late(
      long batch,
      long timestampMs,
      double value,
      @Nullable Histogram histogram,
      long startTimestampMs) {}

  private final List<Late> samples = new ArrayList<>(4);

  boolean isEmpty() {
    return samples.isEmpty();
  }

  int count() {
    return samples.size();
  }

  List<Late> all() {
    return List.copyOf(samples);
  }

  long maxTimeMs() {
    return samples.isEmpty() ? Long.MIN_VALUE : samples.getLast().timestampMs;
  }

  /** {@return the newest batch that brought one} */
  long newestBatch() {
    long newest = 0;
    for (Late late : samples) {
      newest = Math.max(newest, late.batch);
    }
    return newest;
  }

  long minTimeMs() {
    return samples.isEmpty() ? Long.MAX_VALUE : samples.getFirst().timestampMs;
  }

  /** {@return the index of the first sample that is not before a time} */
  private int indexOf(long timestampMs) {
    int low = 0;
    int high = samples.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (samples.get(middle).timestampMs < timestampMs) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** {@return the index behind the last sample that is not behind a time} */
  private int endOf(long timestampMs) {
    return timestampMs == Long.MAX_VALUE ? samples.size() : indexOf(timestampMs + 1);
  }

  @Nullable Late at(long timestampMs) {
    int index = indexOf(timestampMs);
    return index < samples.size() && samples.get(index).timestampMs == timestampMs
        ? samples.get(index)
        : null;
  }

  /** Adds a sample at a time at which there is none. */
  void add(Late late) {
    int index = indexOf(late.timestampMs);
    samples.add(index, late);
  }

  /** Takes out what is in a range; {@return how many} */
  int remove(long fromMs, long toMs) {
    int from = indexOf(fromMs);
    int end = endOf(toMs);
    samples.subList(from, end).clear();
    return end - from;
  }

  /** {@return a copy of what was committed up to a batch and is not behind a time} */
  LateSamples until(long lastMs, long batch) {
    LateSamples copy = new LateSamples();
    samples.stream()
        .filter(late -> late.timestampMs <= lastMs && late.batch <= batch)
        .forEach(copy.samples::add);
    return copy;
  }

  /** Takes out what was committed up to a batch and is not behind a time; {@return how many} */
  int removeUntil(long lastMs, long batch) {
    int before = samples.size();
    samples.removeIf(late -> late.timestampMs <= lastMs && late.batch <= batch);
    return before - samples.size();
  }

  /** {@return what a reader of a batch may see within a time range, as chunks of one kind each} */
  List<ChunkSource> chunks(long batch, long minTimeMs, long maxTimeMs) {
    List<Late> floats = new ArrayList<>();
    List<Late> histograms = new ArrayList<>();
    for (int i = indexOf(minTimeMs); i < samples.size(); i++) {
      Late late = samples.get(i);
      if (late.timestampMs > maxTimeMs) {
        break;
      }
      if (late.batch <= batch) {
        (late.histogram == null ? floats : histograms).add(late);
      }
    }
    List<ChunkSource> chunks = new ArrayList<>(2);
    if (!floats.isEmpty()) {
      chunks.add(new LateChunk(floats));
    }
    if (!histograms.isEmpty()) {
      chunks.add(new LateChunk(histograms));
    }
    return chunks;
  }

  /**
   * {@return what came up to a batch and is not behind a time, as chunks that do not cross block
   * ranges}
   */
  List<ChunkSource> chunksByRange(long lastMs, long blockRangeMs, long batch) {
    List<ChunkSource> chunks = new ArrayList<>();
    int end = endOf(lastMs);
    int i = 0;
    while (i < end) {
      long range = Math.floorDiv(samples.get(i).timestampMs, blockRangeMs);
      boolean last = range == Math.floorDiv(Long.MAX_VALUE, blockRangeMs);
      long rangeLastMs = last ? Long.MAX_VALUE : (range + 1) * blockRangeMs - 1;
      chunks.addAll(chunks(batch, samples.get(i).timestampMs, rangeLastMs));
      i = endOf(rangeLastMs);
    }
    return chunks;
  }

  private record LateChunk(List<Late> samples) implements ChunkSource {
    @Override
    public long minTimeMs() {
      return samples.getFirst().timestampMs;
    }

    @Override
    public long maxTimeMs() {
      return samples.getLast().timestampMs;
    }

    @Override
    public void decode(SampleBatch into) {
      into.clear();
      for (Late late : samples) {
        if (late.histogram != null) {
          into.add(late.timestampMs, HistogramContinuity.asRead(late.histogram, true));
        } else {
          into.add(late.timestampMs, late.value);
        }
        if (late.startTimestampMs != SampleBatch.NO_START_TIMESTAMP) {
          into.setLastStartTimestamp(late.startTimestampMs);
        }
      }
    }
  }
}
