package io.hmsops.tsdb.head;

import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.chunk.XorBuilder;
import io.hmsops.tsdb.chunk.XorEncoder;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The chunks of series that hold nothing but floats in order, outside the heap: the open one, which
 * grows through slots of rising lengths, and the sealed ones, each in a slot of its length behind a
 * header. Guarded by the head's lock.
 */
final class PlainSeries {
  private static final int FIRST_SLOT_BYTES = 48;

  /** The longest code of a sample: two prefixes, a timestamp, a window, a value. */
  private static final int MAX_SAMPLE_BYTES = 19;

  /** The header of a sealed chunk. */
  private static final int PREVIOUS = 0;

  private static final int COUNT = PREVIOUS + Integer.BYTES;
  private static final int LENGTH = COUNT + Short.BYTES;
  private static final int MAX_TIME = LENGTH + Short.BYTES;
  private static final int HEADER = MAX_TIME + Long.BYTES;

  private final SeriesLines lines;
  private final Slabs slabs;
  private final ReaderStamps readers;
  private final XorEncoder encoder = new XorEncoder();
  private final long blockRangeMs;
  private long chunkCount;

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
    return lines.open(number) == 0
        && lines.getInt(number, SeriesLines.SEALED) == 0;
  }

  /**
   * Appends a sample.
   *
   * @param previousMs the timestamp of the sample before, if there is one in the open chunk
   * @param previousValue its value
   */
  void append(int number, long timestampMs, double value, long previousMs, double previousValue) {
    MemorySegment page = lines.page(number);
    long line = SeriesLines.start(number);
    long openAndDelta = page.get(ValueLayout.JAVA_LONG, line + SeriesLines.OPEN);
    int open = (int) openAndDelta;
    long state = page.get(ValueLayout.JAVA_LONG, line + SeriesLines.OPEN_STATE);
    long delta = timestampMs - previousMs;
    if (open != 0
        && (XorBuilder.isFull(OpenState.count(state), OpenState.bits(state))
            || delta != (int) delta
            || !isInOneRange(previousMs, timestampMs))) {
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
        bits & 7,
        OpenState.lastByte(state),
        OpenState.count(state),
        previousMs,
        previousValue,
        openAndDelta >> Integer.SIZE,
        OpenState.window(state));
    encoder.add(timestampMs, value);
    store(page, line, open, bits >>> 3, OpenState.capacity(state));
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
   * @param offset where the encoder's bytes belong
   * @param capacity how long the slot is
   */
  private void store(MemorySegment page, long line, int open, int offset, int capacity) {
    int length = (encoder.bitLength() + 7) >>> 3;
    int slot = open;
    int room = capacity;
    if (offset + length > room) {
      room =
          Slabs.capacity(Math.max(FIRST_SLOT_BYTES, room + Math.max(MAX_SAMPLE_BYTES, room / 3)));
      slot = slabs.allocate(room);
      if (open != 0) {
        slabs.copy(open, 0, slot, 0, offset);
        release(open, capacity);
      }
    }
    byte[] bytes = encoder.bytes();
    if (offset + 3 * Long.BYTES <= room && length <= 3 * Long.BYTES) {
      slabs.writeThreeWords(slot, offset, bytes);
    } else {
      slabs.write(slot, offset, bytes, length);
    }
    page.set(
        ValueLayout.JAVA_LONG,
        line + SeriesLines.OPEN,
        encoder.lastDelta() << Integer.SIZE | (slot & 0xffff_ffffL));
    page.set(
        ValueLayout.JAVA_LONG,
        line + SeriesLines.OPEN_STATE,
        OpenState.of(offset * Byte.SIZE + encoder.bitLength(), room, encoder));
  }

  private void release(int handle, int lengthBytes) {
    if (readers.none()) {
      slabs.free(handle, lengthBytes);
    } else {
      slabs.retire(handle, lengthBytes, readers.newest());
    }
  }

  /** Chunks begin with their first timestamp. */
  private long firstMs(int handle, int offset) {
    return Long.reverseBytes(slabs.getLong(handle, offset));
  }

  /**
   * Ends the open chunk.
   *
   * @param lastMs the timestamp of its last sample
   */
  void seal(int number, long lastMs) {
    int open = lines.open(number);
    if (open == 0) {
      return;
    }
    long state = lines.getLong(number, SeriesLines.OPEN_STATE);
    int length = OpenState.lengthBytes(state);
    int sealed = slabs.allocate(HEADER + length);
    slabs.copy(open, 0, sealed, HEADER, length);
    link(number, sealed, OpenState.count(state), length, lastMs);
    release(open, OpenState.capacity(state));
    lines.setLong(number, SeriesLines.OPEN, 0);
  }

  private void link(int number, int sealed, int count, int length, long lastMs) {
    slabs.setInt(sealed, PREVIOUS, lines.getInt(number, SeriesLines.SEALED));
    slabs.setInt(sealed, COUNT, length << Short.SIZE | count);
    slabs.setLong(sealed, MAX_TIME, lastMs);
    lines.setInt(number, SeriesLines.SEALED, sealed);
  }

  /** Takes over a chunk of floats of a checkpoint, newer than those before. */
  void restore(int number, Chunk chunk) {
    int sealed = slabs.allocate(HEADER + chunk.lengthBytes());
    slabs.write(sealed, HEADER, chunk.data(), chunk.lengthBytes());
    link(number, sealed, chunk.count(), chunk.lengthBytes(), chunk.maxTimeMs());
    chunkCount++;
  }

  /** {@return whether a chunk can be taken over} */
  static boolean fits(Chunk chunk) {
    return HEADER + chunk.lengthBytes() <= Slabs.MAX_SLOT_BYTES && chunk.count() <= 0xffff;
  }

  private SlabChunk sealed(int handle) {
    int numbers = slabs.getInt(handle, COUNT);
    return new SlabChunk(
        slabs,
        handle,
        HEADER,
        numbers >>> Short.SIZE,
        numbers & 0xffff,
        firstMs(handle, HEADER),
        slabs.getLong(handle, MAX_TIME));
  }

  /**
   * {@return the chunks that may have samples in a range, newest first}
   *
   * @param lastMs the timestamp of the last sample of the open chunk
   * @param fromMs the first timestamp asked for; older chunks may be left out
   */
  List<SlabChunk> newestFirst(int number, long lastMs, long fromMs) {
    List<SlabChunk> chunks = new ArrayList<>(2);
    int open = lines.open(number);
    if (open != 0) {
      long state = lines.getLong(number, SeriesLines.OPEN_STATE);
      chunks.add(
          new SlabChunk(
              slabs,
              open,
              0,
              OpenState.lengthBytes(state),
              OpenState.count(state),
              firstMs(open, 0),
              lastMs));
    }
    for (int handle = lines.getInt(number, SeriesLines.SEALED);
        handle != 0 && slabs.getLong(handle, MAX_TIME) >= fromMs;
        handle = slabs.getInt(handle, PREVIOUS)) {
      chunks.add(sealed(handle));
    }
    return chunks;
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
    int open = lines.open(number);
    if (open != 0) {
      first = firstMs(open, 0);
    }
    for (int handle = lines.getInt(number, SeriesLines.SEALED);
        handle != 0;
        handle = slabs.getInt(handle, PREVIOUS)) {
      first = firstMs(handle, HEADER);
    }
    return first;
  }

  /** {@return the first timestamp of the open chunk, {@link Long#MAX_VALUE} if there is none} */
  long openMinTimeMs(int number) {
    int open = lines.open(number);
    return open != 0 ? firstMs(open, 0) : Long.MAX_VALUE;
  }

  /** {@return how many sealed chunks end before a time; they are the oldest} */
  int sealedBefore(int number, long endMs) {
    int count = 0;
    for (int handle = lines.getInt(number, SeriesLines.SEALED);
        handle != 0;
        handle = slabs.getInt(handle, PREVIOUS)) {
      count += slabs.getLong(handle, MAX_TIME) < endMs ? 1 : 0;
    }
    return count;
  }

  /** Drops the oldest of the sealed chunks. */
  void dropOldest(int number, int count) {
    int sealedCount = 0;
    for (int handle = lines.getInt(number, SeriesLines.SEALED);
        handle != 0;
        handle = slabs.getInt(handle, PREVIOUS)) {
      sealedCount++;
    }
    int handle = lines.getInt(number, SeriesLines.SEALED);
    int last = 0;
    for (int kept = sealedCount - count; kept > 0; kept--) {
      last = handle;
      handle = slabs.getInt(handle, PREVIOUS);
    }
    if (last == 0) {
      lines.setInt(number, SeriesLines.SEALED, 0);
    } else {
      slabs.setInt(last, PREVIOUS, 0);
    }
    while (handle != 0) {
      int previous = slabs.getInt(handle, PREVIOUS);
      release(handle, HEADER + (slabs.getInt(handle, COUNT) >>> Short.SIZE));
      chunkCount--;
      handle = previous;
    }
  }
}
