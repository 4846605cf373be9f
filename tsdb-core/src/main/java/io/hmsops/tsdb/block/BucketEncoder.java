package io.hmsops.tsdb.block;

import io.hmsops.tsdb.chunk.BucketDifferences;
import io.hmsops.tsdb.chunk.ValueColumn;
import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.CorruptFileException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Encodes chunks of classic histograms' buckets as differences from another bucket, where that is
 * smaller. Not thread-safe.
 */
final class BucketEncoder {
  /*
   * Buckets are cumulative, so most of what a bucket says has been said by its neighbours. A bucket is taken from one
   * that is stored as it is, never from one that is itself a difference: what that would save beyond is a few
   * hundredths, and so reading a bucket is reading two columns at most, and damage to a chunk costs those taken from it
   * but no others. Series come in the order of the texts of le, +Inf first, so there is mostly one on either side.
   */

  /** What is saved must be this part of the column, and that of some bytes more. */
  private static final int WORTH_SHARE = 8;

  private static final int WORTH_BYTES = 128;

  /** If steps do not get shorter by that part, encoding is not tried. */
  private static final int SHORTER_SHARE = 16;

  private final ChunksWriter chunks;
  private final BucketBases bases = new BucketBases();
  private final BucketValues known = new BucketValues();
  private final ByteWriter encoded = new ByteWriter(4096);
  private final double[] zeros = new double[ChunkEncoder.MAX_SAMPLES];
  private final double[] differences = new double[ChunkEncoder.MAX_SAMPLES];
  private final long[] scratch = new long[ChunkEncoder.MAX_SAMPLES];
  private double[] base = new double[ChunkEncoder.MAX_SAMPLES];
  private double[] candidate = new double[ChunkEncoder.MAX_SAMPLES];

  BucketEncoder(ChunksWriter chunks) {
    this.chunks = chunks;
  }

  /** Begins a series. */
  void begin(Labels labels) {
    bases.begin(labels);
  }

  /** {@return whether the series is a bucket} */
  boolean isBucket() {
    return bases.isBucket();
  }

  /** What {@link #encode} made: the base, and the column of differences. Until the next call. */
  // Never compared.
  @SuppressWarnings("ArrayRecordComponent")
  record Encoded(BucketReference reference, ByteWriter column, double[] base) {}

  /**
   * {@return a chunk's values as differences, null if that is not worth it}
   *
   * @param timesOffset where the timestamps are
   * @param offset where the chunk will be
   * @param plainBytes how many bytes its column takes as it is
   */
  @Nullable Encoded encode(
      double[] values, int count, long timesOffset, long offset, int plainBytes)
      throws IOException {
    BucketBases.Base near = nearest(values, count, timesOffset);
    if (near == null) {
      return null;
    }
    BucketDifferences.Outcome outcome = BucketDifferences.of(values, base, count, differences);
    if (outcome == BucketDifferences.Outcome.NONE) {
      return null;
    }
    BucketReference reference =
        new BucketReference(
            offset - near.offset(),
            near.length(),
            near.kind(),
            outcome == BucketDifferences.Outcome.WHOLE);
    encoded.clear();
    ValueColumn.encode(differences, count, true, encoded);
    long saved = (long) plainBytes - encoded.length() - reference.lengthBytes();
    return saved * WORTH_SHARE >= plainBytes + WORTH_BYTES
        ? new Encoded(reference, encoded, base)
        : null;
  }

  /** {@return the bucket that leaves least, if it leaves little enough; its values are the base} */
  private BucketBases.@Nullable Base nearest(double[] values, int count, long timesOffset)
      throws IOException {
    long plain = BucketDifferences.roughBits(values, zeros, count);
    long most = plain - plain / SHORTER_SHARE;
    BucketBases.Base below = bases.below(timesOffset);
    BucketBases.Base above = bases.above(timesOffset);
    long withBelow = below == null ? most : roughBits(values, count, below, base);
    long withAbove = above == null ? most : roughBits(values, count, above, candidate);
    if (above != null && withAbove < Math.min(withBelow, most)) {
      double[] swap = base;
      base = candidate;
      candidate = swap;
      return above;
    }
    return withBelow < most ? below : null;
  }

  private long roughBits(double[] values, int count, BucketBases.Base of, double[] into)
      throws IOException {
    read(of, into, count);
    return BucketDifferences.roughBits(values, into, count);
  }

  private void read(BucketBases.Base from, double[] into, int count) throws IOException {
    if (known.get(chunks, from.offset(), into, count)) {
      return;
    }
    byte[] bytes = chunks.readChecked(from.offset(), from.length());
    try {
      BlockChunk.decodePlain(bytes, from.length(), from.kind(), into, scratch, count);
    } catch (MalformedDataException e) {
      throw new AssertionError("what was written here does not decode", e);
    }
    known.keep(chunks, from.offset(), into, count);
  }

  /** Notes a chunk of the series that was written as it is. */
  void wrote(double[] values, int count, long timesOffset, long offset, int length, int kind) {
    bases.add(timesOffset, offset, length, kind, null, 0);
    known.keep(chunks, offset, values, count);
  }

  /** Notes a chunk that was copied. */
  void copied(BlockChunk from, byte[] bytes, long timesOffset, long offset) {
    if (isBucket() && from.isPlain() && !FloatStatistics.areEqual(bytes[0])) {
      bases.add(timesOffset, offset, from.length(), from.kind(), from.file(), from.offset());
    }
  }

  /**
   * {@return the bytes of a chunk that is a difference, as they are in the new block; null if its
   * base was not copied}
   *
   * @param offset where it will be
   */
  @Nullable ByteWriter moved(BlockChunk chunk, byte[] bytes, long offset)
      throws CorruptFileException {
    ByteReader in = new ByteReader(bytes, 0, chunk.length());
    BucketReference reference;
    try {
      reference = BucketReference.read(in);
    } catch (MalformedDataException e) {
      throw chunk.file().damaged(chunk.offset(), e.getMessage());
    }
    BucketBases.Base to = bases.copied(chunk.file(), chunk.offset() - reference.distance());
    if (to == null) {
      return null;
    }
    encoded.clear();
    reference.at(offset - to.offset()).write(encoded);
    encoded.putBytes(bytes, in.position(), chunk.length() - in.position());
    return encoded;
  }
}
