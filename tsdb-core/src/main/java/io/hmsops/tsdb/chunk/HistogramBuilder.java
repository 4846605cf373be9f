package io.hmsops.tsdb.chunk;

import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramContinuity;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the native histograms of one run, {@link Codec#HISTOGRAM}. Specified in {@code
 * docs/format/chunk-histogram.md}.
 */
public final class HistogramBuilder implements ChunkBuilder {
  /** A full chunk has at least this many samples, however large they are. */
  private static final int MIN_SAMPLES = 10;

  private final ByteWriter bytes = new ByteWriter(128);
  private int count;
  private long firstMs;
  private long lastMs;
  private long lastStartMs;
  private @Nullable Histogram last;

  /** Creates an empty chunk. */
  public HistogramBuilder() {}

  /**
   * {@return whether a histogram belongs to this run}
   *
   * @param next the next histogram
   */
  public boolean continues(Histogram next) {
    return last == null || HistogramContinuity.continues(last, next);
  }

  /**
   * Adds a sample.
   *
   * @param timestampMs its timestamp, larger than the last one
   * @param histogram one that {@link #continues} the run
   * @param startMs its start timestamp, 0 for none
   */
  public void add(long timestampMs, Histogram histogram, long startMs) {
    if (count == 0) {
      firstMs = timestampMs;
    }
    bytes.putZigzag(timestampMs - lastMs);
    bytes.putZigzag(startMs - lastStartMs);
    HistogramBytes.write(bytes, histogram, last);
    lastMs = timestampMs;
    lastStartMs = startMs;
    last = histogram;
    count++;
  }

  @Override
  public Chunk snapshot() {
    return new Chunk(Codec.HISTOGRAM, firstMs, lastMs, count, bytes.array(), bytes.length());
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public boolean isFull() {
    return count >= MAX_SAMPLES || (count >= MIN_SAMPLES && bytes.length() >= FULL_BYTES);
  }

  @Override
  public long minTimeMs() {
    return firstMs;
  }
}
