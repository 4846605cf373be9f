package io.hmsops.tsdb.chunk;

/**
 * A chunk that grows. Bytes once written stay, so a {@link #snapshot} stays right while the builder
 * goes on. Not thread-safe.
 */
public sealed interface ChunkBuilder permits XorBuilder, StartBuilder, HistogramBuilder {
  /** How many samples a chunk takes at most. */
  int MAX_SAMPLES = 240;

  /** After how many bytes a chunk is full. */
  int FULL_BYTES = 1024;

  /** {@return the samples so far; at least one must have been added} */
  Chunk snapshot();

  /** {@return how many samples were added} */
  int count();

  /** {@return whether the next sample should begin a new chunk} */
  boolean isFull();

  /** {@return the first timestamp} */
  long minTimeMs();
}
