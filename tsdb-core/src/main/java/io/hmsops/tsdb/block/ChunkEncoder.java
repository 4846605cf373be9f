package io.hmsops.tsdb.block;

import io.hmsops.tsdb.chunk.BucketDifferences;
import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.chunk.HistogramColumn;
import io.hmsops.tsdb.chunk.IntegerColumn;
import io.hmsops.tsdb.chunk.ValueColumn;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramContinuity;
import io.hmsops.tsdb.storage.ChunkStatistics;
import io.hmsops.tsdb.storage.SampleBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects samples of one series until they make a chunk, and encodes it. Specified in {@code
 * docs/format/block.md}. Not thread-safe.
 */
final class ChunkEncoder {
  /** How many samples a chunk has at most. */
  static final int MAX_SAMPLES = 4096;

  private final boolean cold;
  private final long[] timestampsMs = new long[MAX_SAMPLES];
  private final double[] values = new double[MAX_SAMPLES];
  private final double[] decoded = new double[MAX_SAMPLES];
  private final long[] scratch = new long[MAX_SAMPLES];
  private final long[] startsMs = new long[MAX_SAMPLES];
  private final List<Histogram> histograms = new ArrayList<>();
  private final ByteWriter column = new ByteWriter(4096);
  private boolean hasStarts;
  private int count;

  ChunkEncoder(boolean cold) {
    this.cold = cold;
  }

  boolean isEmpty() {
    return count == 0;
  }

  int count() {
    return count;
  }

  long[] timestampsMs() {
    return timestampsMs;
  }

  /**
   * Adds samples as long as they can stand in the chunk that is being collected.
   *
   * @param batch the samples
   * @param from the first of them
   * @return the first one that was not added
   */
  int add(SampleBatch batch, int from) {
    if (count == MAX_SAMPLES || (count > 0 && batch.holdsHistograms() == histograms.isEmpty())) {
      return from;
    }
    int before = count;
    if (batch.holdsHistograms()) {
      addHistograms(batch, from);
    } else {
      int added = Math.min(batch.count() - from, MAX_SAMPLES - count);
      System.arraycopy(batch.values(), from, values, count, added);
      count += added;
    }
    int added = count - before;
    System.arraycopy(batch.timestampsMs(), from, timestampsMs, before, added);
    for (int i = 0; i < added; i++) {
      startsMs[before + i] = batch.startTimestampMs(from + i);
      hasStarts |= startsMs[before + i] != SampleBatch.NO_START_TIMESTAMP;
    }
    return from + added;
  }

  private void addHistograms(SampleBatch batch, int from) {
    for (int i = from; i < batch.count() && count < MAX_SAMPLES; i++) {
      Histogram next = batch.histograms()[i];
      if (count > 0) {
        Histogram last = histograms.getLast();
        if (!HistogramColumn.sameLayout(last, next)
            || last.isStale() != next.isStale()
            || !HistogramContinuity.continues(last, next)) {
          return;
        }
      }
      histograms.add(next);
      count++;
    }
  }

  /**
   * Encodes the chunk, without its timestamps, and begins the next.
   *
   * @param chunks where to
   * @param timesOffset where its timestamps are
   * @param buckets where to look for a chunk that this may be a difference from, null for none
   * @return the kind of the chunk, see {@link BlockLayout}
   * @throws IOException if such a chunk cannot be read
   */
  int finish(ChunksWriter chunks, long timesOffset, @Nullable BucketEncoder buckets)
      throws IOException {
    ByteWriter out = chunks.out();
    int kind;
    if (!histograms.isEmpty()) {
      kind = BlockLayout.HISTOGRAMS;
      encodeStarts(out);
      HistogramColumn.encode(histograms, cold, out);
    } else {
      kind = finishFloats(chunks, timesOffset, buckets);
    }
    count = 0;
    hasStarts = false;
    histograms.clear();
    return kind;
  }

  private int finishFloats(ChunksWriter chunks, long timesOffset, @Nullable BucketEncoder buckets)
      throws IOException {
    ByteWriter out = chunks.out();
    int start = out.length();
    long offset = chunks.length();
    boolean constant = ValueColumn.isConstant(values, count);
    ChunkStatistics statistics = FloatStatistics.of(timestampsMs, values, count);
    column.clear();
    ValueColumn.encode(values, count, cold, column);
    if (buckets == null || constant || !buckets.isBucket()) {
      FloatStatistics.write(statistics, count, constant && !hasStarts, false, out);
      putColumn(column, null, out);
      return plainKind();
    }
    BucketEncoder.Encoded differences =
        buckets.encode(values, count, timesOffset, offset, column.length());
    if (differences != null) {
      differences.reference().write(out);
      FloatStatistics.write(statistics, count, false, false, out);
      if (!hasStarts) {
        encodeStarts(out);
      }
      putColumn(differences.column(), differences, out);
      return BlockLayout.DIFFERENCES;
    }
    FloatStatistics.write(statistics, count, false, true, out);
    putColumn(column, null, out);
    buckets.wrote(values, count, timesOffset, offset, out.length() - start, plainKind());
    return plainKind();
  }

  private int plainKind() {
    return hasStarts ? BlockLayout.FLOATS_WITH_STARTS : BlockLayout.FLOATS;
  }

  /** Ends a chunk of floats. */
  private void putColumn(
      ByteWriter encoded, BucketEncoder.@Nullable Encoded differences, ByteWriter out) {
    if (hasStarts) {
      encodeStarts(out);
    }
    int start = out.length();
    out.putBytes(encoded.array(), 0, encoded.length());
    verify(out, start, differences);
  }

  /** Nothing leaves the head on the word of an encoder alone. */
  private void verify(ByteWriter out, int start, BucketEncoder.@Nullable Encoded differences) {
    int end = out.length();
    byte[] encoded = Arrays.copyOfRange(out.array(), start, end + Chunk.SLACK_BYTES);
    try {
      ValueColumn.decode(encoded, 0, end - start, decoded, scratch, count);
    } catch (MalformedDataException e) {
      throw new AssertionError("an encoded chunk does not decode", e);
    }
    if (differences != null) {
      BucketDifferences.undo(differences.base(), decoded, count, differences.reference().whole());
    }
    for (int i = 0; i < count; i++) {
      if (Double.doubleToRawLongBits(decoded[i]) != Double.doubleToRawLongBits(values[i])) {
        throw new AssertionError(
            "value %d of a chunk decodes to %s (expected: %s)".formatted(i, decoded[i], values[i]));
      }
    }
  }

  private void encodeStarts(ByteWriter out) {
    ByteWriter starts = new ByteWriter(32);
    if (hasStarts) {
      IntegerColumn.encode(startsMs, count, cold, starts);
    }
    out.putVarint(starts.length());
    out.putBytes(starts.array(), 0, starts.length());
  }
}
