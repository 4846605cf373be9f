package io.hmsops.tsdb.tool.prometheus;

import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramContinuity;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import java.io.IOException;
import org.agrona.collections.LongArrayList;
import org.jspecify.annotations.Nullable;

/** Cuts the samples of one series into chunks and writes them. Not thread-safe. */
final class SeriesChunks {
  private static final int MAX_FLOATS = 120;
  private static final int MAX_HISTOGRAMS = 240;

  /** A chunk of histograms is full after so many bytes, if it has a few of them. */
  private static final int FULL_BYTES = 1024;

  private static final int FEW = 10;

  private final ChunkFilesWriter files;
  private final long[] times = new long[MAX_FLOATS];
  private final double[] values = new double[MAX_FLOATS];
  private final SampleBatch batch = new SampleBatch();
  private LongArrayList chunks = new LongArrayList();
  private int floats;
  private HistogramChunks.@Nullable Writer histograms;
  private @Nullable Histogram lastHistogram;
  private long firstMs;
  private long lastMs;
  private long samples;
  private long startTimestamps;

  SeriesChunks(ChunkFilesWriter files) {
    this.files = files;
  }

  /** {@return how many samples were written} */
  long samples() {
    return samples;
  }

  /** {@return how many of them had a start timestamp, which was not written} */
  long startTimestamps() {
    return startTimestamps;
  }

  /** {@return the first timestamp, last timestamp and reference of each chunk of a series} */
  long[] write(SampleCursor cursor) throws IOException {
    chunks = new LongArrayList();
    while (cursor.next(batch)) {
      for (int i = 0; i < batch.count(); i++) {
        if (batch.startTimestampMs(i) != SampleBatch.NO_START_TIMESTAMP) {
          startTimestamps++;
        }
        if (batch.holdsHistograms()) {
          add(batch.timestampsMs()[i], batch.histograms()[i]);
        } else {
          add(batch.timestampsMs()[i], batch.values()[i]);
        }
      }
    }
    endFloats();
    endHistograms();
    return chunks.toLongArray();
  }

  private void add(long timestampMs, double value) throws IOException {
    endHistograms();
    if (floats == MAX_FLOATS) {
      endFloats();
    }
    times[floats] = timestampMs;
    values[floats] = value;
    floats++;
    samples++;
  }

  private void endFloats() throws IOException {
    if (floats > 0) {
      addChunk(
          times[0],
          times[floats - 1],
          files.write(ChunkFiles.XOR, FloatChunks.encodeXor(times, values, 0, floats)));
      floats = 0;
    }
  }

  private void addChunk(long fromMs, long toMs, long reference) {
    chunks.addLong(fromMs);
    chunks.addLong(toMs);
    chunks.addLong(reference);
  }

  private void add(long timestampMs, Histogram histogram) throws IOException {
    endFloats();
    boolean whole =
        histogram.isStale() ? histogram.wholeNumbers() : HistogramChunks.isWhole(histogram);
    if (histograms != null
        && lastHistogram != null
        && !takes(histograms, lastHistogram, histogram, whole)) {
      endHistograms();
    }
    if (histograms == null) {
      histograms = new HistogramChunks.Writer(histogram, whole);
      firstMs = timestampMs;
    }
    histograms.add(timestampMs, histogram);
    lastHistogram = histogram;
    lastMs = timestampMs;
    samples++;
  }

  private static boolean takes(
      HistogramChunks.Writer chunk, Histogram last, Histogram next, boolean whole) {
    boolean full =
        chunk.count() == MAX_HISTOGRAMS
            || (chunk.lengthBytes() >= FULL_BYTES && chunk.count() >= FEW);
    return !full
        && chunk.wholeNumbers() == whole
        && last.isStale() == next.isStale()
        // Behind the first of a chunk a reader takes it that nothing started anew.
        && (last.isStale()
            || (next.resetHint() != CounterResetHint.RESET
                && HistogramLayout.same(last, next)
                && HistogramContinuity.continues(last, next)));
  }

  private void endHistograms() throws IOException {
    if (histograms != null) {
      addChunk(
          firstMs,
          lastMs,
          files.write(
              histograms.wholeNumbers() ? ChunkFiles.HISTOGRAM : ChunkFiles.FLOAT_HISTOGRAM,
              histograms.finish()));
      histograms = null;
      lastHistogram = null;
    }
  }
}
