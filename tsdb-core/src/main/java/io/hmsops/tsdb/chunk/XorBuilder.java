package io.hmsops.tsdb.chunk;

import static io.hmsops.tsdb.chunk.Chunk.SLACK_BYTES;

import java.nio.ByteBuffer;

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
    ByteBuffer bytes = ByteBuffer.allocate((encoder.fullWords() + 1) * Long.BYTES + SLACK_BYTES);
    for (int i = 0; i < encoder.fullWords(); i++) {
      bytes.putLong(encoder.words()[i]);
    }
    bytes.putLong(encoder.pending());
    return new Chunk(
        Codec.XOR,
        firstMs,
        encoder.lastMs(),
        encoder.count(),
        bytes.array(),
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
