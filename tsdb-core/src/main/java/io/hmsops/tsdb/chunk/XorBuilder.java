package io.hmsops.tsdb.chunk;

/** A chunk of floats that grows, {@link Codec#XOR}. */
public final class XorBuilder implements ChunkBuilder {
  private final XorEncoder encoder = new XorEncoder();
  private long firstMs;

  /** Creates an empty chunk. */
  public XorBuilder() {}

  /**
   * Adds a sample.
   *
   * @param timestampMs its timestamp, larger than the last one
   * @param value any double
   */
  public void add(long timestampMs, double value) {
    if (encoder.count() == 0) {
      firstMs = timestampMs;
    }
    encoder.add(timestampMs, value);
  }

  @Override
  public Chunk snapshot() {
    return new Chunk(
        Codec.XOR,
        firstMs,
        encoder.lastMs(),
        encoder.count(),
        encoder.bytes(),
        (encoder.bitLength() + 7) >>> 3);
  }

  @Override
  public int count() {
    return encoder.count();
  }

  @Override
  public boolean isFull() {
    return isFull(encoder.count(), encoder.bitLength());
  }

  /**
   * {@return whether a chunk of floats takes no further sample}
   *
   * @param count how many it has
   * @param bitLength how many bits they take
   */
  public static boolean isFull(int count, int bitLength) {
    return count >= MAX_SAMPLES || bitLength >= FULL_BYTES * Byte.SIZE;
  }

  @Override
  public long minTimeMs() {
    return firstMs;
  }
}
