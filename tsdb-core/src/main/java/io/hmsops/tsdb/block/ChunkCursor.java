package io.hmsops.tsdb.block;

import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.chunk.Codec;
import io.hmsops.tsdb.chunk.HistogramBytes;
import io.hmsops.tsdb.chunk.XorDecoder;
import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramContinuity;
import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decodes the chunks of one series, one chunk a batch. Not thread-safe. */
public final class ChunkCursor implements SampleCursor {
  private final List<? extends ChunkSource> sources;
  private final long maxTimeMs;
  private final Cancellation cancellation;
  private int next;

  /** The first timestamp that may be handed out: no sample is handed out twice. */
  private long fromMs;

  /**
   * Creates a cursor.
   *
   * @param sources the chunks, ascending by time, none overlapping another
   * @param minTimeMs the first timestamp wanted
   * @param maxTimeMs the last timestamp wanted
   * @param cancellation asked before each chunk
   */
  public ChunkCursor(
      List<? extends ChunkSource> sources,
      long minTimeMs,
      long maxTimeMs,
      Cancellation cancellation) {
    this.sources = sources;
    this.fromMs = minTimeMs;
    this.maxTimeMs = maxTimeMs;
    this.cancellation = cancellation;
  }

  @Override
  public boolean next(SampleBatch into) throws TsdbException {
    into.clear();
    while (next < sources.size()) {
      ChunkSource source = sources.get(next++);
      if (source.maxTimeMs() < fromMs || source.minTimeMs() > maxTimeMs) {
        continue;
      }
      cancellation.check();
      Chunk chunk = source.load();
      try {
        decode(chunk, source.visibleCount(), into);
      } catch (MalformedDataException e) {
        throw new TsdbException(
            "chunk of %d samples from %d: %s"
                .formatted(chunk.count(), chunk.minTimeMs(), e.getMessage()),
            e);
      }
      if (into.count() > 0) {
        fromMs = into.timestampsMs()[into.count() - 1] + 1;
        return true;
      }
    }
    return false;
  }

  private void decode(Chunk chunk, int count, SampleBatch into) throws MalformedDataException {
    switch (chunk.codec()) {
      case Codec.XOR -> decodeXor(chunk, count, into);
      case Codec.FLOAT_WITH_START, Codec.HISTOGRAM -> decodeRecords(chunk, count, into);
      default ->
          throw new MalformedDataException(
              "codec %d (expected: %d to %d)"
                  .formatted(chunk.codec(), Codec.XOR, Codec.FLOAT_WITH_START));
    }
  }

  private void decodeXor(Chunk chunk, int count, SampleBatch into) throws MalformedDataException {
    into.ensureCapacity(count);
    long[] times = into.timestampsMs();
    double[] values = into.values();
    XorDecoder.decode(chunk.data(), chunk.lengthBytes(), count, times, values);
    int from = 0;
    int to = count;
    while (from < to && times[from] < fromMs) {
      from++;
    }
    while (from < to && times[to - 1] > maxTimeMs) {
      to--;
    }
    if (from > 0) {
      System.arraycopy(times, from, times, 0, to - from);
      System.arraycopy(values, from, values, 0, to - from);
    }
    into.setFloatCount(to - from);
  }

  private void decodeRecords(Chunk chunk, int count, SampleBatch into)
      throws MalformedDataException {
    ByteReader in = new ByteReader(chunk.data(), 0, chunk.lengthBytes());
    long time = 0;
    long start = 0;
    @Nullable Histogram histogram = null;
    for (int i = 0; i < count; i++) {
      time += in.getZigzag();
      start += in.getZigzag();
      double value = 0;
      if (chunk.codec() == Codec.HISTOGRAM) {
        histogram = HistogramBytes.read(in, histogram);
      } else {
        value = in.getDouble();
      }
      if (time < fromMs || time > maxTimeMs) {
        continue;
      }
      if (histogram != null) {
        into.add(
            time,
            histogram.withResetHint(HistogramContinuity.readHint(histogram.resetHint(), i == 0)));
      } else {
        into.add(time, value);
      }
      if (start != SampleBatch.NO_START_TIMESTAMP) {
        into.setLastStartTimestamp(start);
      }
    }
  }
}
