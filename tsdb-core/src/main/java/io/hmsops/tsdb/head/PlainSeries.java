package io.hmsops.tsdb.head;

import io.hmsops.tsdb.block.ChunkSource;
import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.wal.FloatSeriesReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The chunks of series that hold nothing but floats in order, in {@link Slabs}: the open one, which
 * grows through slots of rising lengths, and the sealed ones, each in a slot of its length behind a
 * header, packed if that is shorter. Guarded by the head's lock.
 */
final class PlainSeries {
  private final SeriesLines lines;
  private final Slabs slabs;
  private final SealedChunks sealedChunks;
  private final PlainCheckpoint checkpoint;
  private final OpenChunks openChunks;
  private final SampleBatch samples = new SampleBatch();
  private final long[] packed = new long[OpenChunks.FULL_BITS / Long.SIZE];
  private long chunkCount;

  PlainSeries(SeriesLines lines, Slabs slabs, ReaderStamps readers, long blockRangeMs) {
    this.lines = lines;
    this.slabs = slabs;
    this.openChunks = new OpenChunks(slabs, readers, blockRangeMs);
    this.sealedChunks = new SealedChunks(slabs);
    this.checkpoint = new PlainCheckpoint(lines, slabs, sealedChunks);
  }

  /** {@return how many chunks all series have} */
  long chunkCount() {
    return chunkCount;
  }

  OpenChunks openChunks() {
    return openChunks;
  }

  boolean isEmpty(int number) {
    return open(number) == 0 && lines.low(number, SeriesLines.SLOTS) == 0;
  }

  private int open(int number) {
    return lines.low(number, SeriesLines.OPEN);
  }

  /**
   * Appends a sample.
   *
   * @param page the array that the series' line is in
   * @param line where the line begins
   * @param number the series
   * @param previousMs the timestamp of the sample before, if there is one in the open chunk
   * @param previousValue its value
   */
  void append(
      long[] page,
      int line,
      int number,
      long timestampMs,
      double value,
      long previousMs,
      double previousValue) {
    if (!openChunks.append(page, line, timestampMs, value, previousMs, previousValue)) {
      seal(number, previousMs);
      openChunks.begin(page, line, timestampMs, value);
      chunkCount++;
    }
  }

  /**
   * Ends the open chunk.
   *
   * @param lastMs the timestamp of its last sample
   */
  void seal(int number, long lastMs) {
    int open = open(number);
    if (open == 0) {
      return;
    }
    long state = lines.get(number, SeriesLines.OPEN_STATE);
    int count = OpenState.count(state);
    int length = (OpenState.bits(state) + 7) >>> 3;
    int packedWords = pack(open, count, length);
    if (packedWords > 0) {
      int sealed = sealedChunks.allocate(packedWords);
      slabs.fill(sealed, SealedChunks.HEADER, packed, packedWords);
      link(number, sealed, true, count, packedWords * Long.BYTES, lastMs);
    } else {
      int sealed = sealedChunks.allocate(SealedChunks.words(length));
      slabs.copy(open, 0, sealed, SealedChunks.HEADER, SealedChunks.words(length));
      link(number, sealed, false, count, length, lastMs);
    }
    openChunks.release(open, OpenState.capacity(state));
    lines.set(number, SeriesLines.OPEN, 0);
  }

  /** Packs the open chunk, if it is shorter then; else {@return 0} */
  private int pack(int open, int count, int lengthBytes) {
    try {
      SlabChunk.decode(slabs.slab(open), Slabs.start(open), lengthBytes, count, samples);
    } catch (TsdbException e) {
      throw new AssertionError("an open chunk cannot be read", e);
    }
    int words = PackedFloats.pack(samples.timestampsMs(), samples.values(), count, packed);
    return words < SealedChunks.words(lengthBytes) ? words : 0;
  }

  private void link(int number, int sealed, boolean isPacked, int count, int length, long lastMs) {
    int previous = lines.low(number, SeriesLines.SLOTS);
    sealedChunks.link(sealed, previous, isPacked, count, length, lastMs);
    lines.setLow(number, SeriesLines.SLOTS, sealed);
  }

  /** Takes over a chunk of floats of a checkpoint, newer than those before. */
  void restore(int number, Chunk chunk) {
    int words = SealedChunks.words(chunk.lengthBytes());
    int sealed = sealedChunks.allocate(words);
    ByteBuffer data = ByteBuffer.wrap(chunk.data());
    for (int i = 0; i < words; i++) {
      // The last word may have bytes of the slack.
      slabs.set(sealed, SealedChunks.HEADER + i, data.getLong(i * Long.BYTES));
    }
    link(number, sealed, false, chunk.count(), chunk.lengthBytes(), chunk.maxTimeMs());
    chunkCount++;
  }

  boolean isOpen(int number) {
    return open(number) != 0;
  }

  /** Takes over the chunk of a checkpoint that was read last, newer than those before. */
  void restore(int number, FloatSeriesReader stored) throws MalformedDataException {
    checkpoint.restore(number, stored);
    chunkCount++;
  }

  /** {@return what writes the chunks into a checkpoint} */
  PlainCheckpoint checkpoint() {
    return checkpoint;
  }

  /** {@return whether a chunk can be taken over} */
  static boolean fits(Chunk chunk) {
    return SealedChunks.HEADER + SealedChunks.words(chunk.lengthBytes()) <= Slabs.MAX_SLOT_WORDS
        && chunk.count() <= SealedChunks.MAX_COUNT;
  }

  private SlabChunk sealed(int handle) {
    return new SlabChunk(
        slabs,
        handle,
        SealedChunks.HEADER,
        sealedChunks.isPacked(handle),
        sealedChunks.lengthBytes(handle),
        sealedChunks.count(handle),
        sealedChunks.minTimeMs(handle),
        sealedChunks.maxTimeMs(handle));
  }

  /**
   * {@return the chunks that may have samples in a range, newest first}
   *
   * @param lastMs the timestamp of the last sample of the open chunk
   * @param fromMs the first timestamp asked for; older chunks may be left out
   */
  List<SlabChunk> newestFirst(int number, long lastMs, long fromMs) {
    List<SlabChunk> chunks = new ArrayList<>(2);
    int open = open(number);
    if (open != 0) {
      long state = lines.get(number, SeriesLines.OPEN_STATE);
      chunks.add(
          new SlabChunk(
              slabs,
              open,
              0,
              false,
              (OpenState.bits(state) + 7) >>> 3,
              OpenState.count(state),
              slabs.get(open, 0),
              lastMs));
    }
    for (int handle = lines.low(number, SeriesLines.SLOTS);
        handle != 0 && sealedChunks.maxTimeMs(handle) >= fromMs;
        handle = sealedChunks.previous(handle)) {
      chunks.add(sealed(handle));
    }
    return chunks;
  }

  /**
   * Collects the chunks that a reader may see and that may have samples in a range, by time.
   *
   * @param lastMs a timestamp that none of the series is behind
   * @param total how many samples there are
   * @param visible how many of them the reader may see
   * @param fromMs the first timestamp asked for
   * @param toMs the last timestamp asked for
   * @param into gets them
   */
  void collect(
      int number,
      long lastMs,
      long total,
      long visible,
      long fromMs,
      long toMs,
      ChunkHandles into) {
    if (lastMs < fromMs) {
      return;
    }
    int before = into.size();
    long end = total;
    int open = open(number);
    if (open != 0) {
      long state = lines.get(number, SeriesLines.OPEN_STATE);
      int count = OpenState.count(state);
      long seen = Math.min(count, visible - (end - count));
      if (seen > 0 && (lastMs <= toMs || slabs.get(open, 0) <= toMs)) {
        into.addOpen(open, (OpenState.bits(state) + 7) >>> 3, (int) seen);
      }
      end -= count;
    }
    for (int handle = lines.low(number, SeriesLines.SLOTS); handle != 0; ) {
      long[] slab = slabs.slab(handle);
      int start = Slabs.start(handle);
      if (slab[start + SealedChunks.MAX_TIME] < fromMs) {
        break;
      }
      long links = slab[start + SealedChunks.LINKS];
      int count = SealedChunks.count(links);
      long seen = Math.min(count, visible - (end - count));
      if (seen > 0 && (lastMs <= toMs || slab[start + SealedChunks.HEADER] <= toMs)) {
        into.addSealed(
            handle, SealedChunks.isPacked(links), SealedChunks.lengthBytes(links), (int) seen);
      }
      end -= count;
      handle = SealedChunks.previous(links);
    }
    into.reverseFrom(before);
  }

  /** Decodes what may be seen of a chunk; needs no lock. */
  static void decode(Slabs slabs, ChunkHandles chunks, int index, SampleBatch into)
      throws TsdbException {
    int slot = chunks.slot(index);
    long[] slab = slabs.slab(slot);
    int start = Slabs.start(slot);
    int count = chunks.count(index);
    if (chunks.isPacked(index)) {
      PackedFloats.unpack(
          slab,
          start + SealedChunks.HEADER,
          SealedChunks.count(slab[start + SealedChunks.LINKS]),
          count,
          into);
    } else {
      int first = chunks.isSealed(index) ? start + SealedChunks.HEADER : start;
      SlabChunk.decode(slab, first, chunks.lengthBytes(index), count, into);
    }
  }

  /** {@return a chunk; needs no lock} The last timestamp of an open one is not known. */
  static ChunkSource chunk(Slabs slabs, ChunkHandles chunks, int index) {
    int slot = chunks.slot(index);
    boolean sealed = chunks.isSealed(index);
    int first = sealed ? SealedChunks.HEADER : 0;
    int seen = chunks.count(index);
    return new SlabChunk(
            slabs,
            slot,
            first,
            chunks.isPacked(index),
            chunks.lengthBytes(index),
            sealed ? SealedChunks.count(slabs.get(slot, SealedChunks.LINKS)) : seen,
            slabs.get(slot, first),
            sealed ? slabs.get(slot, SealedChunks.MAX_TIME) : Long.MAX_VALUE)
        .source(seen);
  }

  /** {@return all chunks, oldest first} */
  List<SlabChunk> chunks(int number, long lastMs) {
    List<SlabChunk> chunks = newestFirst(number, lastMs, Long.MIN_VALUE);
    Collections.reverse(chunks);
    return chunks;
  }

  /** {@return the first timestamp, {@link Long#MAX_VALUE} if there is none} */
  long minTimeMs(int number) {
    long first = Long.MAX_VALUE;
    int open = open(number);
    if (open != 0) {
      first = slabs.get(open, 0);
    }
    for (int handle = lines.low(number, SeriesLines.SLOTS);
        handle != 0;
        handle = sealedChunks.previous(handle)) {
      first = sealedChunks.minTimeMs(handle);
    }
    return first;
  }

  /** {@return the first timestamp of the open chunk, {@link Long#MAX_VALUE} if there is none} */
  long openMinTimeMs(int number) {
    int open = open(number);
    return open != 0 ? slabs.get(open, 0) : Long.MAX_VALUE;
  }

  /** {@return how many sealed chunks end before a time; they are the oldest} */
  int sealedUntil(int number, long lastMs) {
    int count = 0;
    for (int handle = lines.low(number, SeriesLines.SLOTS);
        handle != 0;
        handle = sealedChunks.previous(handle)) {
      count += sealedChunks.maxTimeMs(handle) <= lastMs ? 1 : 0;
    }
    return count;
  }

  /** Drops the oldest of the sealed chunks. */
  void dropOldest(int number, int count) {
    int sealedCount = 0;
    for (int handle = lines.low(number, SeriesLines.SLOTS);
        handle != 0;
        handle = sealedChunks.previous(handle)) {
      sealedCount++;
    }
    int handle = lines.low(number, SeriesLines.SLOTS);
    int last = 0;
    for (int kept = sealedCount - count; kept > 0; kept--) {
      last = handle;
      handle = sealedChunks.previous(handle);
    }
    if (last == 0) {
      lines.setLow(number, SeriesLines.SLOTS, 0);
    } else {
      sealedChunks.unlink(last);
    }
    while (handle != 0) {
      int previous = sealedChunks.previous(handle);
      openChunks.release(
          handle, SealedChunks.HEADER + SealedChunks.words(sealedChunks.lengthBytes(handle)));
      chunkCount--;
      handle = previous;
    }
  }
}
