package io.hmsops.tsdb.head;

import io.hmsops.tsdb.chunk.ChunkBuilder;
import io.hmsops.tsdb.chunk.XorEncoder;

/**
 * The open chunks of series that hold nothing but floats in order, which grow through slots of
 * rising lengths. How a chunk goes on stands in the line of its series. Guarded by the head's lock.
 */
final class OpenChunks {
  private static final int FIRST_SLOT_WORDS = 6;

  /**
   * A chunk of so many bits takes no further sample. Counters are a quarter of that once they are
   * packed, so what is open should not be much; others lose a header to each half kilobyte.
   */
  static final int FULL_BITS = 512 * Byte.SIZE;

  private final Slabs slabs;
  private final ReaderStamps readers;
  private final long blockRangeMs;
  private final XorEncoder encoder = new XorEncoder();

  /** The block range of the timestamp that was looked at last. */
  private long rangeStartMs = Long.MAX_VALUE;

  private long rangeLastMs = Long.MIN_VALUE;

  OpenChunks(Slabs slabs, ReaderStamps readers, long blockRangeMs) {
    this.slabs = slabs;
    this.readers = readers;
    this.blockRangeMs = blockRangeMs;
  }

  /** {@return the word that the next sample of a series goes into, 0 if it has no open chunk} */
  long nextWord(long[] page, int line) {
    int open = (int) page[line + SeriesLines.OPEN];
    return open == 0
        ? 0
        : slabs.get(open, OpenState.bits(page[line + SeriesLines.OPEN_STATE]) / Long.SIZE);
  }

  /**
   * Appends a sample, or {@return false} if it has to begin a chunk.
   *
   * @param page the array that the series' line is in
   * @param line where the line begins
   * @param previousMs the timestamp of the sample before, if there is one in the open chunk
   * @param previousValue its value
   */
  boolean append(
      long[] page,
      int line,
      long timestampMs,
      double value,
      long previousMs,
      double previousValue) {
    long openAndDelta = page[line + SeriesLines.OPEN];
    long state = page[line + SeriesLines.OPEN_STATE];
    long delta = timestampMs - previousMs;
    if ((int) openAndDelta == 0
        || isFull(state)
        || delta != (int) delta
        || !isInOneRange(previousMs, timestampMs)) {
      return false;
    }
    long xor = Double.doubleToRawLongBits(value) ^ Double.doubleToRawLongBits(previousValue);
    int window = OpenState.window(state);
    long code = XorEncoder.code(delta - (openAndDelta >> Integer.SIZE), xor, window);
    int length = Long.SIZE - 1 - Long.numberOfLeadingZeros(code);
    int bits = OpenState.bits(state);
    int over = bits % Long.SIZE + length - Long.SIZE;
    int capacity = OpenState.capacity(state);
    if (code == 0 || (over >= 0 && bits / Long.SIZE + 1 >= capacity)) {
      encode(page, line, timestampMs, value, previousMs, previousValue);
      return true;
    }
    long[] slab = slabs.slab((int) openAndDelta);
    int at = Slabs.start((int) openAndDelta) + bits / Long.SIZE;
    long word = page[line + SeriesLines.OPEN_WORD];
    code ^= 1L << length;
    if (over < 0) {
      word |= code << -over;
    } else {
      slab[at++] = word | code >>> over;
      word = over == 0 ? 0 : code << -over;
    }
    slab[at] = word;
    page[line + SeriesLines.OPEN_WORD] = word;
    page[line + SeriesLines.OPEN] = delta << Integer.SIZE | (openAndDelta & 0xffff_ffffL);
    page[line + SeriesLines.OPEN_STATE] =
        OpenState.of(
            bits + length,
            capacity,
            OpenState.count(state) + 1,
            XorEncoder.windowAfter(xor, window));
    return true;
  }

  /**
   * {@return how many words a slot gets}
   *
   * @param words how many are needed, less than {@link OpenState#MAX_CAPACITY}
   * @param before how many words the chunk had
   */
  static int capacity(int words, int before) {
    int roomy = Math.max(FIRST_SLOT_WORDS, words + before / 4);
    return Math.min(Slabs.capacity(roomy), OpenState.MAX_CAPACITY);
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

  /** Begins a chunk with a sample; the series has no open one. */
  void begin(long[] page, int line, long timestampMs, double value) {
    encoder.restart();
    encoder.add(timestampMs, value);
    store(page, line, 0, 0, 0);
  }

  /** Appends any sample, in a longer slot if it takes one. */
  private void encode(
      long[] page,
      int line,
      long timestampMs,
      double value,
      long previousMs,
      double previousValue) {
    long openAndDelta = page[line + SeriesLines.OPEN];
    long state = page[line + SeriesLines.OPEN_STATE];
    int bits = OpenState.bits(state);
    encoder.resume(
        bits % Long.SIZE,
        page[line + SeriesLines.OPEN_WORD],
        OpenState.count(state),
        previousMs,
        previousValue,
        openAndDelta >> Integer.SIZE,
        OpenState.window(state));
    encoder.add(timestampMs, value);
    store(page, line, (int) openAndDelta, bits / Long.SIZE, OpenState.capacity(state));
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
      room = capacity(index + full + 1, room);
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

  /** Gives a slot back, as soon as no reader can know it. */
  void release(int handle, int words) {
    if (readers.none()) {
      slabs.free(handle, words);
    } else {
      slabs.retire(handle, words, readers.newest());
    }
  }
}
