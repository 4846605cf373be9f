package io.hmsops.tsdb.head;

import io.hmsops.tsdb.block.ChunkSource;
import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.chunk.Codec;
import io.hmsops.tsdb.chunk.XorBuilder;
import io.hmsops.tsdb.chunk.XorDecoder;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.TsdbException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A chunk of floats in a slot, {@link Codec#XOR} or packed ({@link PackedFloats}). The slot stays
 * as it is until the readers that may know it are closed; behind {@code lengthBytes} an open chunk
 * may grow meanwhile.
 *
 * @param slabs where the slot is
 * @param handle the slot
 * @param index the first word in the slot
 * @param packed whether it is packed
 * @param lengthBytes how many bytes count
 * @param count how many samples
 * @param minTimeMs the first timestamp
 * @param maxTimeMs the last timestamp
 */
record SlabChunk(
    Slabs slabs,
    int handle,
    int index,
    boolean packed,
    int lengthBytes,
    int count,
    long minTimeMs,
    long maxTimeMs)
    implements StoredChunk {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  @Override
  public ChunkSource source(int visibleCount) {
    return new Source(this, visibleCount);
  }

  @Override
  public Chunk toChunk() {
    if (packed) {
      return encoded();
    }
    byte[] data = new byte[lengthBytes + Chunk.SLACK_BYTES];
    read(data);
    return new Chunk(Codec.XOR, minTimeMs, maxTimeMs, count, data, lengthBytes);
  }

  /** The chunk in the codec of checkpoints. */
  private Chunk encoded() {
    SampleBatch samples = new SampleBatch();
    PackedFloats.unpack(slabs.slab(handle), Slabs.start(handle) + index, count, count, samples);
    XorBuilder builder = new XorBuilder();
    for (int i = 0; i < count; i++) {
      builder.add(samples.timestampsMs()[i], samples.values()[i]);
    }
    return builder.snapshot();
  }

  /** Fills in the words that hold the chunk; at most one of them is in the slack. */
  private void read(byte[] data) {
    long[] slab = slabs.slab(handle);
    int start = Slabs.start(handle) + index;
    for (int i = 0; i * Long.BYTES < lengthBytes; i++) {
      WORD.set(data, i * Long.BYTES, slab[start + i]);
    }
  }

  /**
   * Decodes the first samples of a chunk that is not packed.
   *
   * @param slab the array that it is in
   * @param start its first word
   * @param lengthBytes how many bytes it has
   * @param count how many samples
   * @param into gets them
   */
  static void decode(long[] slab, int start, int lengthBytes, int count, SampleBatch into)
      throws TsdbException {
    into.ensureCapacity(count);
    try {
      XorDecoder.decode(slab, start, lengthBytes, count, into.timestampsMs(), into.values());
    } catch (MalformedDataException e) {
      throw new TsdbException(
          "chunk of %d samples from %d: %s".formatted(count, slab[start], e.getMessage()), e);
    }
    into.setFloatCount(count);
  }

  private record Source(SlabChunk chunk, int visibleCount) implements ChunkSource {
    @Override
    public long minTimeMs() {
      return chunk.minTimeMs;
    }

    @Override
    public long maxTimeMs() {
      return chunk.maxTimeMs;
    }

    @Override
    public void decode(SampleBatch into) throws TsdbException {
      long[] slab = chunk.slabs.slab(chunk.handle);
      int start = Slabs.start(chunk.handle) + chunk.index;
      if (chunk.packed) {
        PackedFloats.unpack(slab, start, chunk.count, visibleCount, into);
      } else {
        SlabChunk.decode(slab, start, chunk.lengthBytes, visibleCount, into);
      }
    }
  }
}
