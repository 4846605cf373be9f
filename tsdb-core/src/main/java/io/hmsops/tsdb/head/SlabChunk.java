package io.hmsops.tsdb.head;

import io.hmsops.tsdb.block.ChunkSource;
import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.chunk.Codec;
import io.hmsops.tsdb.chunk.XorDecoder;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.Arrays;

/**
 * A chunk of floats in a slot, {@link Codec#XOR}. The slot stays as it is until the readers that
 * may know it are closed; behind {@code lengthBytes} an open chunk may grow meanwhile.
 *
 * @param slabs where the slot is
 * @param handle the slot
 * @param offset the first byte in the slot
 * @param lengthBytes how many bytes count
 * @param count how many samples
 * @param minTimeMs the first timestamp
 * @param maxTimeMs the last timestamp
 */
record SlabChunk(
    Slabs slabs, int handle, int offset, int lengthBytes, int count, long minTimeMs, long maxTimeMs)
    implements StoredChunk {
  @Override
  public ChunkSource source(int visibleCount) {
    return new Source(this, visibleCount);
  }

  @Override
  public Chunk toChunk() {
    byte[] data = new byte[lengthBytes + Chunk.SLACK_BYTES];
    slabs.read(handle, offset, data, lengthBytes);
    return new Chunk(Codec.XOR, minTimeMs, maxTimeMs, count, data, lengthBytes);
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
      byte[] data = into.decodeBuffer(chunk.lengthBytes + Chunk.SLACK_BYTES);
      chunk.slabs.read(chunk.handle, chunk.offset, data, chunk.lengthBytes);
      Arrays.fill(data, chunk.lengthBytes, chunk.lengthBytes + Chunk.SLACK_BYTES, (byte) 0);
      into.ensureCapacity(visibleCount);
      try {
        XorDecoder.decode(
            data, chunk.lengthBytes, visibleCount, into.timestampsMs(), into.values());
      } catch (MalformedDataException e) {
        throw new TsdbException(
            "chunk of %d samples from %d: %s"
                .formatted(chunk.count, chunk.minTimeMs, e.getMessage()),
            e);
      }
      into.setFloatCount(visibleCount);
    }
  }
}
