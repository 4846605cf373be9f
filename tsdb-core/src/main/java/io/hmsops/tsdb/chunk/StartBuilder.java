package io.hmsops.tsdb.chunk;

import io.hmsops.tsdb.encoding.ByteWriter;

/**
 * Encodes floats with start timestamps, {@link Codec#FLOAT_WITH_START}. Specified in {@code
 * docs/format/chunk-start.md}.
 */
public final class StartBuilder implements ChunkBuilder {
  private final ByteWriter bytes = new ByteWriter(64);
  private int count;
  private long firstMs;
  private long lastMs;
  private long lastStartMs;

  /** Creates an empty chunk. */
  public StartBuilder() {}

  /**
   * Adds a sample.
   *
   * @param timestampMs its timestamp, larger than the last one
   * @param value any double
   * @param startMs its start timestamp, 0 for none
   */
  public void add(long timestampMs, double value, long startMs) {
    if (count == 0) {
      firstMs = timestampMs;
    }
    bytes.putZigzag(timestampMs - lastMs);
    bytes.putZigzag(startMs - lastStartMs);
    bytes.putDouble(value);
    lastMs = timestampMs;
    lastStartMs = startMs;
    count++;
  }

  @Override
  public Chunk snapshot() {
    return new Chunk(Codec.FLOAT_WITH_START, firstMs, lastMs, count, bytes.array(), bytes.length());
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public boolean isFull() {
    return count >= MAX_SAMPLES;
  }

  @Override
  public long minTimeMs() {
    return firstMs;
  }
}
