package io.hmsops.tsdb.head;

import io.hmsops.tsdb.block.ChunkSource;
import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.chunk.ChunkBuilder;
import io.hmsops.tsdb.chunk.XorEncoder;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.wal.FloatSeriesEncoder;
import io.hmsops.tsdb.wal.FloatSeriesReader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The chunks of series that hold nothing but floats in order, in {@link Slabs}: the open one, which
 * grows through slots of rising lengths, and the sealed ones, each in a slot of its length behind a
 * header, packed if that is shorter. Guarded by the head's lock.
 */
final class PlainSeries {
  private static final int FIRST_SLOT_WORDS = 6;

  /**
   * A chunk of so many bits takes no further sample. Counters are a quarter of that once they are
   * packed, so what is open should not be much; others lose a header to each half kilobyte.
   */
  private static final int FULL_BITS = 512 * Byte.SIZE;

  /**
   * The header of a sealed chunk: the slot of the one before, whether it is packed, its length in
   * bytes, its count.
   */
  private static final int LINKS = 0;

  private static final long PACKED = 1L << 31;
  private static final int LENGTH_MASK = 0x7fff;

  private static final int MAX_TIME = 1;
  private static final int HEADER = 2;

  /** The most samples of a chunk. */
  private static final int MAX_COUNT = 0xffff;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final SeriesLines lines;
  private final Slabs slabs;
  private final ReaderStamps readers;
  private final XorEncoder encoder = new XorEncoder();
  private final SampleBatch samples = new SampleBatch();
  private final long[] packed = new long[FULL_BITS / Long.SIZE];
  private final long blockRangeMs;
  private long chunkCount;

  /** The chunks of a series, newest first, while it is encoded; under the commit lock. */
  private int[] handles = new int[16];

  /** The block range of the timestamp that was looked at last. */
  private long rangeStartMs = Long.MAX_VALUE;

  private long rangeLastMs = Long.MIN_VALUE;

  PlainSeries(SeriesLines lines, Slabs slabs, ReaderStamps readers, long blockRangeMs) {
    this.blockRangeMs = blockRangeMs;
    this.lines = lines;
    this.slabs = slabs;
    this.readers = readers;
  }

  /** {@return how many chunks all series have} */
  long chunkCount() {
    return chunkCount;
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
   * @param previousMs the timestamp of the sample before, if there is one in the open chunk
   * @param previousValue its value
   */
  void append(int number, long timestampMs, double value, long previousMs, double previousValue) {
    long[] page = lines.page(number);
    int line = SeriesLines.start(number);
    long openAndDelta = page[line + SeriesLines.OPEN];
    int open = (int) openAndDelta;
    long state = page[line + SeriesLines.OPEN_STATE];
    long delta = timestampMs - previousMs;
    if (open != 0
        && (isFull(state) || delta != (int) delta || !isInOneRange(previousMs, timestampMs))) {
      seal(number, previousMs);
      open = 0;
    }
    if (open == 0) {
      encoder.restart();
      encoder.add(timestampMs, value);
      store(page, line, 0, 0, 0);
      chunkCount++;
      return;
    }
    int bits = OpenState.bits(state);
    encoder.resume(
        bits & (Long.SIZE - 1),
        page[line + SeriesLines.OPEN_WORD],
        OpenState.count(state),
        previousMs,
        previousValue,
        openAndDelta >> Integer.SIZE,
        OpenState.window(state));
    encoder.add(timestampMs, value);
    store(page, line, open, bits / Long.SIZE, OpenState.capacity(state));
  }

  private static boolean isFull(long state) {
    return OpenState.count(state) >= ChunkBuilder.MAX_SAMPLES || OpenState.bits(state) >= FULL_BITS;
  }

  /** Whether no block begins between two timestamps. */
  private boolean isInOneRange(long previousMs, long timestampMs) {
    if (timestampMs < rangeStartMs || timestampMs > rangeLastMs) {
      rangeStartMs = Math.floorDiv(timestampMs, blockRangeMs) * blockRangeMs;
      rangeLastMs = rangeStartMs + (blockRangeMs - 1);
    }
    return previousMs >= rangeStartMs;
  }

  /**
   * Writes what was encoded.
   *
   * @param open the slot, 0 if there is none yet
   * @param index where the encoder's first word belongs
   * @param capacity how many words the slot has
   */
  private void store(long[] page, int line, int open, int index, int capacity) {
    int full = encoder.fullWords();
    int slot = open;
    int room = capacity;
    if (index + full >= room) {
      room = Slabs.capacity(Math.max(FIRST_SLOT_WORDS, index + full + 1 + room / 4));
      slot = slabs.allocate(room);
      if (open != 0) {
        slabs.copy(open, 0, slot, 0, index);
        release(open, capacity);
      }
    }
    long[] slab = slabs.slab(slot);
    int start = Slabs.start(slot) + index;
    for (int i = 0; i < full; i++) {
      slab[start + i] = encoder.words()[i];
    }
    slab[start + full] = encoder.pending();
    page[line + SeriesLines.OPEN] = (encoder.lastDelta() << Integer.SIZE) | (slot & 0xffff_ffffL);
    page[line + SeriesLines.OPEN_STATE] =
        OpenState.of(index * Long.SIZE + encoder.bitLength(), room, encoder);
    page[line + SeriesLines.OPEN_WORD] = encoder.pending();
  }

  private void release(int handle, int words) {
    if (readers.none()) {
      slabs.free(handle, words);
    } else {
      slabs.retire(handle, words, readers.newest());
    }
  }

  private static int words(int lengthBytes) {
    return (lengthBytes + Long.BYTES - 1) / Long.BYTES;
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
      int sealed = slabs.allocate(HEADER + packedWords);
      slabs.fill(sealed, HEADER, packed, packedWords);
      link(number, sealed, true, count, packedWords * Long.BYTES, lastMs);
    } else {
      int sealed = slabs.allocate(HEADER + words(length));
      slabs.copy(open, 0, sealed, HEADER, words(length));
      link(number, sealed, false, count, length, lastMs);
    }
    release(open, OpenState.capacity(state));
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
    return words < words(lengthBytes) ? words : 0;
  }

  private void link(int number, int sealed, boolean isPacked, int count, int length, long lastMs) {
    long previous = lines.low(number, SeriesLines.SLOTS) & 0xffff_ffffL;
    slabs.set(
        sealed,
        LINKS,
        previous << Integer.SIZE | (isPacked ? PACKED : 0) | (long) length << Short.SIZE | count);
    slabs.set(sealed, MAX_TIME, lastMs);
    lines.setLow(number, SeriesLines.SLOTS, sealed);
  }

  private int previous(int sealed) {
    return (int) (slabs.get(sealed, LINKS) >>> Integer.SIZE);
  }

  private int count(int sealed) {
    return (int) slabs.get(sealed, LINKS) & 0xffff;
  }

  private boolean isPacked(int sealed) {
    return (slabs.get(sealed, LINKS) & PACKED) != 0;
  }

  private int lengthBytes(int sealed) {
    return (int) (slabs.get(sealed, LINKS) >>> Short.SIZE) & LENGTH_MASK;
  }

  /** Takes over a chunk of floats of a checkpoint, newer than those before. */
  void restore(int number, Chunk chunk) {
    int words = words(chunk.lengthBytes());
    int sealed = slabs.allocate(HEADER + words);
    ByteBuffer data = ByteBuffer.wrap(chunk.data());
    for (int i = 0; i < words; i++) {
      // The last word may have bytes of the slack.
      slabs.set(sealed, HEADER + i, data.getLong(i * Long.BYTES));
    }
    link(number, sealed, false, chunk.count(), chunk.lengthBytes(), chunk.maxTimeMs());
    chunkCount++;
  }

  boolean isOpen(int number) {
    return open(number) != 0;
  }

  /**
   * Encodes all chunks.
   *
   * @param lastMs the timestamp of the last sample of the open chunk
   * @param goesOn whether the open chunk can be gone on with after a restart
   */
  void encode(int number, long lastMs, boolean goesOn, FloatSeriesEncoder out) {
    int open = open(number);
    int count = 0;
    for (int handle = lines.low(number, SeriesLines.SLOTS);
        handle != 0;
        handle = previous(handle)) {
      if (count == handles.length) {
        handles = Arrays.copyOf(handles, 2 * count);
      }
      handles[count++] = handle;
    }
    out.beginChunks(count + (open != 0 ? 1 : 0));
    while (count > 0) {
      int sealed = handles[--count];
      out.chunk(
          count(sealed),
          isPacked(sealed),
          slabs.get(sealed, MAX_TIME),
          slabs.slab(sealed),
          Slabs.start(sealed) + HEADER,
          lengthBytes(sealed));
    }
    if (open != 0) {
      long state = lines.get(number, SeriesLines.OPEN_STATE);
      int bits = OpenState.bits(state);
      out.chunk(
          OpenState.count(state),
          false,
          lastMs,
          slabs.slab(open),
          Slabs.start(open),
          (bits + 7) >>> 3);
      if (goesOn) {
        out.open(
            bits, OpenState.window(state), lines.get(number, SeriesLines.OPEN) >> Integer.SIZE);
      }
    }
  }

  /** {@return the first timestamp of a stored chunk} */
  static long minTimeMs(FloatSeriesReader stored) {
    return (long) WORD.get(stored.bytes(), stored.offset());
  }

  /** Takes over the chunk of a checkpoint that was read last, newer than those before. */
  void restore(int number, FloatSeriesReader stored) throws MalformedDataException {
    int words = words(stored.lengthBytes());
    if (HEADER + words > OpenState.MAX_CAPACITY || stored.samples() > MAX_COUNT) {
      throw new MalformedDataException(
          "chunk of %d samples in %d bytes (expected: at most %d in %d)"
              .formatted(
                  stored.samples(),
                  stored.lengthBytes(),
                  MAX_COUNT,
                  (OpenState.MAX_CAPACITY - HEADER) * Long.BYTES));
    }
    chunkCount++;
    if (!stored.isOpen()) {
      int sealed = slabs.allocate(HEADER + words);
      copy(stored, slabs.slab(sealed), Slabs.start(sealed) + HEADER, words);
      if (stored.isPacked()
          && !PackedFloats.fits(
              slabs.slab(sealed), Slabs.start(sealed) + HEADER, stored.samples(), words)) {
        throw new MalformedDataException(
            "packed chunk of %d samples in %d words (expected: more words)"
                .formatted(stored.samples(), words));
      }
      link(
          number,
          sealed,
          stored.isPacked(),
          stored.samples(),
          stored.lengthBytes(),
          stored.maxTimeMs());
      return;
    }
    int last = stored.bits() / Long.SIZE;
    int capacity = Slabs.capacity(Math.max(FIRST_SLOT_WORDS, last + 1));
    int slot = slabs.allocate(capacity);
    long[] slab = slabs.slab(slot);
    int start = Slabs.start(slot);
    slab[start + last] = 0;
    copy(stored, slab, start, words);
    lines.set(number, SeriesLines.OPEN, stored.deltaMs() << Integer.SIZE | (slot & 0xffff_ffffL));
    lines.set(
        number,
        SeriesLines.OPEN_STATE,
        OpenState.of(stored.bits(), capacity, stored.samples(), stored.window()));
    lines.set(number, SeriesLines.OPEN_WORD, slab[start + last]);
  }

  private static void copy(FloatSeriesReader stored, long[] slab, int start, int words) {
    byte[] bytes = stored.bytes();
    int from = stored.offset();
    int full = stored.lengthBytes() / Long.BYTES;
    for (int i = 0; i < full; i++) {
      slab[start + i] = (long) WORD.get(bytes, from + i * Long.BYTES);
    }
    if (full < words) {
      long word = 0;
      for (int i = full * Long.BYTES; i < words * Long.BYTES; i++) {
        word = word << Byte.SIZE | (i < stored.lengthBytes() ? bytes[from + i] & 0xff : 0);
      }
      slab[start + full] = word;
    }
  }

  /** {@return whether a chunk can be taken over} */
  static boolean fits(Chunk chunk) {
    return HEADER + words(chunk.lengthBytes()) <= Slabs.MAX_SLOT_WORDS
        && chunk.count() <= MAX_COUNT;
  }

  private SlabChunk sealed(int handle) {
    return new SlabChunk(
        slabs,
        handle,
        HEADER,
        isPacked(handle),
        lengthBytes(handle),
        count(handle),
        slabs.get(handle, HEADER),
        slabs.get(handle, MAX_TIME));
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
        handle != 0 && slabs.get(handle, MAX_TIME) >= fromMs;
        handle = previous(handle)) {
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
      if (slab[start + MAX_TIME] < fromMs) {
        break;
      }
      long links = slab[start + LINKS];
      int count = (int) links & 0xffff;
      long seen = Math.min(count, visible - (end - count));
      if (seen > 0 && (lastMs <= toMs || slab[start + HEADER] <= toMs)) {
        into.addSealed(
            handle, (links & PACKED) != 0, (int) (links >>> Short.SIZE) & LENGTH_MASK, (int) seen);
      }
      end -= count;
      handle = (int) (links >>> Integer.SIZE);
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
      PackedFloats.unpack(slab, start + HEADER, (int) slab[start + LINKS] & 0xffff, count, into);
    } else {
      int first = chunks.isSealed(index) ? start + HEADER : start;
      SlabChunk.decode(slab, first, chunks.lengthBytes(index), count, into);
    }
  }

  /** {@return a chunk; needs no lock} The last timestamp of an open one is not known. */
  static ChunkSource chunk(Slabs slabs, ChunkHandles chunks, int index) {
    int slot = chunks.slot(index);
    boolean sealed = chunks.isSealed(index);
    int first = sealed ? HEADER : 0;
    int seen = chunks.count(index);
    return new SlabChunk(
            slabs,
            slot,
            first,
            chunks.isPacked(index),
            chunks.lengthBytes(index),
            sealed ? (int) slabs.get(slot, LINKS) & 0xffff : seen,
            slabs.get(slot, first),
            sealed ? slabs.get(slot, MAX_TIME) : Long.MAX_VALUE)
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
        handle = previous(handle)) {
      first = slabs.get(handle, HEADER);
    }
    return first;
  }

  /** {@return the first timestamp of the open chunk, {@link Long#MAX_VALUE} if there is none} */
  long openMinTimeMs(int number) {
    int open = open(number);
    return open != 0 ? slabs.get(open, 0) : Long.MAX_VALUE;
  }

  /** {@return how many sealed chunks end before a time; they are the oldest} */
  int sealedBefore(int number, long endMs) {
    int count = 0;
    for (int handle = lines.low(number, SeriesLines.SLOTS);
        handle != 0;
        handle = previous(handle)) {
      count += slabs.get(handle, MAX_TIME) < endMs ? 1 : 0;
    }
    return count;
  }

  /** Drops the oldest of the sealed chunks. */
  void dropOldest(int number, int count) {
    int sealedCount = 0;
    for (int handle = lines.low(number, SeriesLines.SLOTS);
        handle != 0;
        handle = previous(handle)) {
      sealedCount++;
    }
    int handle = lines.low(number, SeriesLines.SLOTS);
    int last = 0;
    for (int kept = sealedCount - count; kept > 0; kept--) {
      last = handle;
      handle = previous(handle);
    }
    if (last == 0) {
      lines.setLow(number, SeriesLines.SLOTS, 0);
    } else {
      slabs.set(last, LINKS, slabs.get(last, LINKS) & 0xffff_ffffL);
    }
    while (handle != 0) {
      int previous = previous(handle);
      release(handle, HEADER + words(lengthBytes(handle)));
      chunkCount--;
      handle = previous;
    }
  }
}
