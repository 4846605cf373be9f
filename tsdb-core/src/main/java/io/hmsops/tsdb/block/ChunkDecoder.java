package io.hmsops.tsdb.block;

import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.chunk.Codec;
import io.hmsops.tsdb.chunk.HistogramBytes;
import io.hmsops.tsdb.chunk.XorDecoder;
import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramContinuity;
import io.hmsops.tsdb.storage.SampleBatch;
import org.jspecify.annotations.Nullable;

/** Decodes what {@link io.hmsops.tsdb.chunk.ChunkBuilder}s have built. */
final class ChunkDecoder {
  private ChunkDecoder() {}

  /**
   * Decodes the first samples of a chunk.
   *
   * @param chunk the chunk
   * @param count how many samples
   * @param into gets them; its former content is dropped
   * @throws MalformedDataException if the bytes are not such a chunk
   */
  static void decode(Chunk chunk, int count, SampleBatch into) throws MalformedDataException {
    into.clear();
    switch (chunk.codec()) {
      case Codec.XOR -> {
        into.ensureCapacity(count);
        XorDecoder.decode(
            chunk.data(), 0, chunk.lengthBytes(), count, into.timestampsMs(), into.values());
        into.setFloatCount(count);
      }
      case Codec.FLOAT_WITH_START, Codec.HISTOGRAM -> decodeRecords(chunk, count, into);
      default ->
          throw new MalformedDataException(
              "codec %d (expected: %d to %d)"
                  .formatted(chunk.codec(), Codec.XOR, Codec.FLOAT_WITH_START));
    }
  }

  private static void decodeRecords(Chunk chunk, int count, SampleBatch into)
      throws MalformedDataException {
    ByteReader in = new ByteReader(chunk.data(), 0, chunk.lengthBytes());
    long time = 0;
    long start = 0;
    @Nullable Histogram histogram = null;
    for (int i = 0; i < count; i++) {
      time += in.getZigzag();
      start += in.getZigzag();
      if (chunk.codec() == Codec.HISTOGRAM) {
        histogram = HistogramBytes.read(in, histogram);
        into.add(time, HistogramContinuity.asRead(histogram, i == 0));
      } else {
        into.add(time, in.getDouble());
      }
      if (start != SampleBatch.NO_START_TIMESTAMP) {
        into.setLastStartTimestamp(start);
      }
    }
  }
}
