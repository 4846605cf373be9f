package io.hmsops.tsdb.head;

import io.hmsops.tsdb.block.ChunkSource;
import io.hmsops.tsdb.block.HeadChunk;
import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.chunk.ChunkBuilder;
import io.hmsops.tsdb.chunk.HistogramBuilder;
import io.hmsops.tsdb.chunk.StartBuilder;
import io.hmsops.tsdb.chunk.XorBuilder;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One series of the head. Guarded by the head's lock, except where it says otherwise. */
final class HeadSeries {
  /*
   * Samples are numbered from 0 over the life of the series. sealed[0] begins with sample firstNumber;
   * the open chunk, if there is one, follows the last sealed one. A reader of batch b may see the
   * samples below visibleCount(b); versionBatches and versionCounts remember, for the batches that open readers
   * may still stand on, how many samples there were.
   *
   * A cut takes sealed chunks away from the front. Readers that were opened before the cut cannot see the new
   * block, so they go on reading the chunks kept in retired until the last of them is closed.
   */
  private static final Chunk[] NO_CHUNKS = {};

  private final long ref;
  private final Labels labels;

  private Chunk[] sealed = NO_CHUNKS;
  private int sealedCount;
  private long firstNumber;
  private long total;
  private @Nullable ChunkBuilder open;

  private Chunk @Nullable [] retired;
  private long retiredFirstNumber;
  private long retiredVersion;

  private long[] versionBatches = new long[2];
  private long[] versionCounts = new long[2];
  private int versions;

  /** The newest sample; read and written under the commit lock. */
  private long newestMs = Long.MIN_VALUE;

  private boolean newestKnown;
  private double newestValue;
  private @Nullable Histogram newestHistogram;

  /** Whether the log or the checkpoint names this series; under the commit lock. */
  private boolean logged;

  private final List<Exemplar> exemplars = new ArrayList<>(0);

  HeadSeries(long ref, Labels labels) {
    this.ref = ref;
    this.labels = labels;
  }

  long ref() {
    return ref;
  }

  Labels labels() {
    return labels;
  }

  boolean isLogged() {
    return logged;
  }

  void setLogged() {
    logged = true;
  }

  long newestMs() {
    return newestMs;
  }

  boolean isNewest(double value, @Nullable Histogram histogram) {
    if (!newestKnown || (histogram == null) != (newestHistogram == null)) {
      return false;
    }
    if (histogram != null && newestHistogram != null) {
      return histogram.withResetHint(newestHistogram.resetHint()).equals(newestHistogram);
    }
    return Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(newestValue);
  }

  /** Notes the newest sample before it is appended, so that the next of the batch is compared. */
  void setNewest(long timestampMs, double value, @Nullable Histogram histogram) {
    newestMs = timestampMs;
    newestValue = value;
    newestHistogram = histogram;
    newestKnown = true;
  }

  /** Notes that a newest sample exists whose value nobody remembers. */
  void setNewestTime(long timestampMs) {
    if (timestampMs > newestMs) {
      newestMs = timestampMs;
      newestKnown = false;
      newestHistogram = null;
    }
  }

  void append(
      long timestampMs,
      double value,
      @Nullable Histogram histogram,
      long startMs,
      long blockRangeMs) {
    ChunkBuilder current = open;
    if (current != null
        && (current.isFull()
            || Math.floorDiv(current.minTimeMs(), blockRangeMs)
                != Math.floorDiv(timestampMs, blockRangeMs))) {
      seal();
    }
    if (histogram != null) {
      if (!(open instanceof HistogramBuilder builder) || !builder.continues(histogram)) {
        seal();
        open = new HistogramBuilder();
      }
      ((HistogramBuilder) open).add(timestampMs, histogram, startMs);
    } else if (startMs != 0 || open instanceof StartBuilder) {
      if (!(open instanceof StartBuilder)) {
        seal();
        open = new StartBuilder();
      }
      ((StartBuilder) open).add(timestampMs, value, startMs);
    } else {
      if (!(open instanceof XorBuilder)) {
        seal();
        open = new XorBuilder();
      }
      ((XorBuilder) open).add(timestampMs, value);
    }
    total++;
  }

  /** Ends the open chunk. */
  void seal() {
    if (open != null) {
      Chunk chunk = open.snapshot();
      open = null;
      add(trimmed(chunk));
    }
  }

  private static Chunk trimmed(Chunk chunk) {
    byte[] data = Arrays.copyOf(chunk.data(), chunk.lengthBytes() + Chunk.SLACK_BYTES);
    return new Chunk(
        chunk.codec(),
        chunk.minTimeMs(),
        chunk.maxTimeMs(),
        chunk.count(),
        data,
        chunk.lengthBytes());
  }

  private void add(Chunk chunk) {
    if (sealedCount == sealed.length) {
      sealed = Arrays.copyOf(sealed, Math.max(4, 2 * sealedCount));
    }
    sealed[sealedCount++] = chunk;
  }

  /** Takes over a chunk of a checkpoint. */
  void restore(Chunk chunk) {
    add(chunk);
    total += chunk.count();
  }

  /**
   * Makes what was appended visible to readers of a batch and later ones.
   *
   * @param oldestBatch the oldest batch that a reader stands on
   */
  void publish(long batch, long oldestBatch) {
    if (versions > 0 && versionBatches[versions - 1] == batch) {
      versionCounts[versions - 1] = total;
      return;
    }
    int drop = 0;
    while (drop + 1 < versions && versionBatches[drop + 1] <= oldestBatch) {
      drop++;
    }
    if (drop > 0) {
      System.arraycopy(versionBatches, drop, versionBatches, 0, versions - drop);
      System.arraycopy(versionCounts, drop, versionCounts, 0, versions - drop);
      versions -= drop;
    }
    if (versions == versionBatches.length) {
      versionBatches = Arrays.copyOf(versionBatches, 2 * versions);
      versionCounts = Arrays.copyOf(versionCounts, 2 * versions);
    }
    versionBatches[versions] = batch;
    versionCounts[versions] = total;
    versions++;
  }

  private long visibleTotal(long batch) {
    for (int i = versions - 1; i >= 0; i--) {
      if (versionBatches[i] <= batch) {
        return versionCounts[i];
      }
    }
    return 0;
  }

  /**
   * {@return the chunks a reader may see and that may have samples in a range}
   *
   * @param batch the batch the reader stands on
   * @param layoutVersion the head's version when the reader was opened
   */
  List<ChunkSource> chunks(long batch, long layoutVersion, long minTimeMs, long maxTimeMs) {
    List<ChunkSource> found = new ArrayList<>(4);
    long visible = visibleTotal(batch);
    long number = firstNumber;
    if (retired != null && layoutVersion < retiredVersion) {
      number = retiredFirstNumber;
      for (Chunk chunk : retired) {
        number = addVisible(found, chunk, number, visible, minTimeMs, maxTimeMs);
      }
    }
    for (int i = 0; i < sealedCount && number < visible; i++) {
      number = addVisible(found, sealed[i], number, visible, minTimeMs, maxTimeMs);
    }
    if (open != null && number < visible) {
      addVisible(found, open.snapshot(), number, visible, minTimeMs, maxTimeMs);
    }
    return found;
  }

  private static long addVisible(
      List<ChunkSource> found,
      Chunk chunk,
      long number,
      long visible,
      long minTimeMs,
      long maxTimeMs) {
    int count = (int) Math.min(chunk.count(), visible - number);
    if (count > 0 && chunk.minTimeMs() <= maxTimeMs && chunk.maxTimeMs() >= minTimeMs) {
      found.add(new HeadChunk(chunk, count));
    }
    return number + chunk.count();
  }

  /** {@return all chunks that are not in blocks, the open one as it is now} */
  List<Chunk> chunks() {
    List<Chunk> all = new ArrayList<>(Arrays.asList(sealed).subList(0, sealedCount));
    if (open != null) {
      all.add(open.snapshot());
    }
    return all;
  }

  int chunkCount() {
    return sealedCount + (open != null ? 1 : 0);
  }

  boolean isEmpty() {
    return chunkCount() == 0;
  }

  long minTimeMs() {
    if (sealedCount > 0) {
      return sealed[0].minTimeMs();
    }
    return open != null ? open.minTimeMs() : Long.MAX_VALUE;
  }

  /** {@return the chunks from the front that end before a time, the open one sealed if need be} */
  List<Chunk> chunksBefore(long endMs) {
    if (open != null && open.minTimeMs() < endMs) {
      seal();
    }
    int count = 0;
    while (count < sealedCount && sealed[count].maxTimeMs() < endMs) {
      count++;
    }
    return List.copyOf(Arrays.asList(sealed).subList(0, count));
  }

  /** Takes chunks away from the front; readers of earlier versions keep them. */
  void retire(List<Chunk> chunks, long newVersion) {
    retired = chunks.toArray(new Chunk[0]);
    retiredFirstNumber = firstNumber;
    retiredVersion = newVersion;
    sealed = Arrays.copyOfRange(sealed, chunks.size(), sealedCount);
    sealedCount = sealed.length;
    for (Chunk chunk : chunks) {
      firstNumber += chunk.count();
    }
  }

  void dropRetired() {
    retired = null;
  }

  List<Exemplar> exemplars() {
    return exemplars;
  }

  static ChunkSource source(Chunk chunk) {
    return new HeadChunk(chunk, chunk.count());
  }
}
