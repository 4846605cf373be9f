package io.hmsops.query.engine;

import java.util.concurrent.atomic.AtomicLong;

/** How many bytes of samples are kept, and may be. Thread-safe. */
final class SampleMemory {
  private final long maxBytes;
  private final AtomicLong heldBytes = new AtomicLong();

  SampleMemory(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Takes some bytes, or {@return false}, and takes none, if there is no room for them. */
  boolean take(long bytes) {
    if (heldBytes.addAndGet(bytes) <= maxBytes) {
      return true;
    }
    heldBytes.addAndGet(-bytes);
    return false;
  }

  /** {@return whether some bytes could be taken by now} */
  boolean hasRoomFor(long bytes) {
    return heldBytes.get() + bytes <= maxBytes;
  }

  void give(long bytes) {
    heldBytes.addAndGet(-bytes);
  }

  long heldBytes() {
    return heldBytes.get();
  }
}
