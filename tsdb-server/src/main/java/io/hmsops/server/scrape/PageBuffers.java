package io.hmsops.server.scrape;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Arrays that pages are read into, used again and again: a page of a megabyte every second or two
 * from each target would otherwise be most of the garbage. Thread-safe.
 */
final class PageBuffers {
  /** Few pages are read at a time, and a burst of them gives its memory back. */
  private static final int KEPT = 3;

  private static final int KEPT_BYTES = 4 << 20;
  private static final int FIRST_BYTES = 1 << 15;

  private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(KEPT);

  /** {@return an array, with anything in it} */
  byte[] take() {
    byte[] buffer = free.poll();
    return buffer != null ? buffer : new byte[FIRST_BYTES];
  }

  /** Takes back an array that nobody uses any more. */
  void giveBack(byte[] buffer) {
    // If there are enough already, this one is garbage.
    boolean _ = buffer.length <= KEPT_BYTES && free.offer(buffer);
  }
}
