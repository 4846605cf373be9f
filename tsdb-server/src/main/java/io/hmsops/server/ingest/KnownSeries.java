package io.hmsops.server.ingest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.InstantSource;

/**
 * The references of series by the {@link LabelHash} of the label bytes that senders name them with.
 * Finding takes no lock; entries that were not used for long make way for others. Thread-safe.
 */
final class KnownSeries {
  /*
   * Open addressing, 20 bytes a slot, between half and three quarters of them taken: some 32 bytes a series, where
   * keeping the label bytes for a comparison would take 150 to 250. 95 bits of the hash are compared.
   *
   * A slot is filled under the lock, its reference last; it is never changed again but for its mark. A reader that
   * sees the reference sees the rest. When the table is full, a larger one takes its place; if marks were cleared
   * long enough ago, it leaves out what was not used since, so that what churns away is forgotten.
   */
  private static final VarHandle REFS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int FIRST_SLOTS = 1 << 10;

  /** An entry that was not used for this long may go. No sender has so long an interval. */
  static final long KEPT_UNUSED_MS = 20 * 60_000;

  /** The bit of a tag that says that the entry was used. */
  private static final int USED = 1;

  private final InstantSource clock;
  private final Object lock = new Object();
  private volatile Slots slots = new Slots(FIRST_SLOTS);

  /** When all marks were cleared last. */
  private long clearedMs;

  KnownSeries(InstantSource clock) {
    this.clock = clock;
    this.clearedMs = clock.millis();
  }

  private static final class Slots {
    final int count;
    final long[] highs;
    final int[] tags;
    final long[] refs;
    int taken;

    Slots(int count) {
      this.count = count;
      this.highs = new long[count];
      this.tags = new int[count];
      this.refs = new long[count];
    }

    int first(long high) {
      return (int) Math.unsignedMultiplyHigh(high, count);
    }

    int next(int slot) {
      return slot + 1 == count ? 0 : slot + 1;
    }

    boolean isFull() {
      return taken >= count - count / 4;
    }

    void put(long high, int tag, long ref) {
      int slot = first(high);
      while (refs[slot] != 0) {
        slot = next(slot);
      }
      highs[slot] = high;
      tags[slot] = tag;
      REFS.setRelease(refs, slot, ref);
      taken++;
    }

    /**
     * {@return a table with room; without what is not used and with all marks cleared, if asked}
     */
    Slots renewed(boolean usedOnly) {
      int kept = taken;
      for (int slot = 0; usedOnly && slot < count; slot++) {
        kept -= refs[slot] != 0 && (tags[slot] & USED) == 0 ? 1 : 0;
      }
      Slots renewed = new Slots(Math.max(FIRST_SLOTS, 2 * kept));
      for (int slot = 0; slot < count; slot++) {
        if (refs[slot] != 0 && !usedOnly) {
          renewed.put(highs[slot], tags[slot], refs[slot]);
        } else if ((tags[slot] & USED) != 0) {
          renewed.put(highs[slot], tags[slot] & ~USED, refs[slot]);
        }
      }
      return renewed;
    }
  }

  /** {@return the reference of a series, 0 if it is not known} */
  long find(long high, long low) {
    Slots current = slots;
    int tag = (int) low & ~USED;
    for (int slot = current.first(high); ; slot = current.next(slot)) {
      long ref = (long) REFS.getAcquire(current.refs, slot);
      if (ref == 0) {
        return 0;
      }
      int found = current.tags[slot];
      if (current.highs[slot] == high && (found & ~USED) == tag) {
        if ((found & USED) == 0) {
          current.tags[slot] = found | USED;
        }
        return ref;
      }
    }
  }

  /** Remembers a series by its reference, which is not 0. */
  void put(long high, long low, long ref) {
    synchronized (lock) {
      if (find(high, low) != 0) {
        return;
      }
      Slots current = slots;
      if (current.isFull()) {
        long nowMs = clock.millis();
        boolean usedOnly = nowMs - clearedMs >= KEPT_UNUSED_MS;
        clearedMs = usedOnly ? nowMs : clearedMs;
        current = current.renewed(usedOnly);
        slots = current;
      }
      current.put(high, (int) low | USED, ref);
    }
  }

  /** Forgets everything: references have become invalid. */
  void clear() {
    synchronized (lock) {
      slots = new Slots(FIRST_SLOTS);
    }
  }
}
