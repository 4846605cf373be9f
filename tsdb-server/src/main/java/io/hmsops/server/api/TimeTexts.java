package io.hmsops.server.api;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The texts of timestamps, by the place of their sample in a series: series of one answer mostly
 * have the same timestamps, and copying a text takes less than making it. Not thread-safe.
 */
final class TimeTexts {
  /** Timestamps of this century in seconds, with their milliseconds, take fewer. */
  private static final int TEXT_BYTES = 16;

  /** Samples further back in a series are written anew each time. */
  private static final int MOST = 1 << 12;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

  private long[] timesMs = {};
  private byte[] texts = {};

  /** A length of 0 means that there is no text. */
  private byte[] lengths = {};

  TimeTexts() {}

  /** Makes room for a series of so many samples, if there is none yet. */
  void expect(int samples) {
    if (samples > timesMs.length && timesMs.length < MOST) {
      int room = Math.min(samples, MOST);
      timesMs = new long[room];
      texts = new byte[room * TEXT_BYTES];
      lengths = new byte[room];
    }
  }

  /**
   * Writes a timestamp in seconds.
   *
   * @param place of the sample in its series
   * @param timeMs the timestamp
   * @param into where to; at least {@link NumberText#MAX_BYTES} behind {@code at} belong to it
   * @param at its first byte
   * @return where the text ends
   */
  int write(int place, long timeMs, byte[] into, int at) {
    if (place >= timesMs.length) {
      return NumberText.writeSeconds(timeMs, into, at);
    }
    int length = lengths[place];
    if (length == 0 || timesMs[place] != timeMs) {
      return remember(place, timeMs, into, at);
    }
    int from = place * TEXT_BYTES;
    WORD.set(into, at, (long) WORD.get(texts, from));
    WORD.set(into, at + Long.BYTES, (long) WORD.get(texts, from + Long.BYTES));
    return at + length;
  }

  private int remember(int place, long timeMs, byte[] into, int at) {
    int end = NumberText.writeSeconds(timeMs, into, at);
    int length = end - at;
    lengths[place] = 0;
    if (length <= TEXT_BYTES) {
      System.arraycopy(into, at, texts, place * TEXT_BYTES, length);
      timesMs[place] = timeMs;
      lengths[place] = (byte) length;
    }
    return end;
  }
}
