package io.hmsops.tsdb.head;

import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.wal.FloatSeriesEncoder;
import io.hmsops.tsdb.wal.FloatSeriesReader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** What a checkpoint holds of {@link PlainSeries}: their chunks, word by word. */
final class PlainCheckpoint {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  /** Beside a quarter more, as chunks get that grow. */
  private static final int ROOM_WORDS = 2;

  private final SeriesLines lines;
  private final Slabs slabs;
  private final SealedChunks sealedChunks;

  /** The chunks of a series, newest first, while it is encoded; under the commit lock. */
  private int[] handles = new int[16];

  PlainCheckpoint(SeriesLines lines, Slabs slabs, SealedChunks sealedChunks) {
    this.lines = lines;
    this.slabs = slabs;
    this.sealedChunks = sealedChunks;
  }

  /**
   * Encodes all chunks of a series.
   *
   * @param lastMs the timestamp of the last sample of the open chunk
   * @param goesOn whether the open chunk can be gone on with after a restart
   */
  void encode(int number, long lastMs, boolean goesOn, FloatSeriesEncoder out) {
    int open = lines.low(number, SeriesLines.OPEN);
    int count = collectSealed(number);
    out.beginChunks(count + (open != 0 ? 1 : 0));
    while (count > 0) {
      int sealed = handles[--count];
      out.chunk(
          sealedChunks.count(sealed),
          sealedChunks.isPacked(sealed),
          sealedChunks.maxTimeMs(sealed),
          slabs.slab(sealed),
          Slabs.start(sealed) + SealedChunks.HEADER,
          sealedChunks.lengthBytes(sealed));
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

  private int collectSealed(int number) {
    int count = 0;
    int handle = lines.low(number, SeriesLines.SLOTS);
    while (handle != 0) {
      if (count == handles.length) {
        handles = Arrays.copyOf(handles, 2 * count);
      }
      handles[count++] = handle;
      handle = sealedChunks.previous(handle);
    }
    return count;
  }

  /** {@return the first timestamp of a stored chunk} */
  static long minTimeMs(FloatSeriesReader stored) {
    return (long) WORD.get(stored.bytes(), stored.offset());
  }

  /** Takes over the chunk that was read last, newer than those that its series has. */
  void restore(int number, FloatSeriesReader stored) throws MalformedDataException {
    int words = SealedChunks.words(stored.lengthBytes());
    int maxWords = OpenState.MAX_CAPACITY - SealedChunks.HEADER;
    if (words > maxWords || stored.samples() > SealedChunks.MAX_COUNT) {
      throw new MalformedDataException(
          "chunk of %d samples in %d bytes (expected: at most %d in %d)"
              .formatted(
                  stored.samples(),
                  stored.lengthBytes(),
                  SealedChunks.MAX_COUNT,
                  maxWords * Long.BYTES));
    }
    if (stored.isOpen()) {
      restoreOpen(number, stored);
    } else {
      restoreSealed(number, stored, words);
    }
  }

  private void restoreSealed(int number, FloatSeriesReader stored, int words)
      throws MalformedDataException {
    int sealed = sealedChunks.allocate(words);
    long[] slab = slabs.slab(sealed);
    int start = Slabs.start(sealed) + SealedChunks.HEADER;
    copy(stored, slab, start, words);
    if (stored.isPacked() && !PackedFloats.fits(slab, start, stored.samples(), words)) {
      throw new MalformedDataException(
          "packed chunk of %d samples in %d words (expected: more words)"
              .formatted(stored.samples(), words));
    }
    sealedChunks.link(
        sealed,
        lines.low(number, SeriesLines.SLOTS),
        stored.isPacked(),
        stored.samples(),
        stored.lengthBytes(),
        stored.maxTimeMs());
    lines.setLow(number, SeriesLines.SLOTS, sealed);
  }

  private void restoreOpen(int number, FloatSeriesReader stored) {
    int last = stored.bits() / Long.SIZE;
    // With room for some samples: the log behind goes on with most chunks, and each had to grow at
    // once.
    int words = last + 1;
    int capacity = OpenChunks.capacity(words + ROOM_WORDS, words);
    int slot = slabs.allocate(capacity);
    long[] slab = slabs.slab(slot);
    int start = Slabs.start(slot);
    slab[start + last] = 0;
    copy(stored, slab, start, SealedChunks.words(stored.lengthBytes()));
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
}
