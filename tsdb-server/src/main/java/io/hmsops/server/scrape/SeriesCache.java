package io.hmsops.server.scrape;

import io.hmsops.tsdb.labels.Labels;
import java.util.Arrays;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.LongArrayList;
import org.agrona.collections.LongHashSet;
import org.jspecify.annotations.Nullable;

/**
 * The series of one target by the bytes of their lines, in columns, so that a scrape like the one
 * before builds no labels. Lines that were not seen in the last scrape are forgotten. Not
 * thread-safe.
 */
final class SeriesCache {
  /** There is no such series. */
  static final int NONE = -1;

  /** A reference that is not known yet. */
  static final long NO_REF = -1;

  private static final int MAX_LINES_OF_BAD_PAGES = 1000;

  /** Stored, so that it ends with a marker when it vanishes: in the last good scrape. */
  private static final int LIVE = 1;

  /** The same, in this scrape. */
  private static final int TRACKED = 2;

  /** A rule drops the series. */
  private static final int DROPPED = 4;

  private byte[] texts = new byte[1 << 10];
  private int[] starts = new int[65];
  private int[] hashes = new int[64];
  private long[] refs = new long[64];
  private int[] scrapes = new int[64];
  private byte[] flags = new byte[64];

  /** The series that followed in the last scrape: the first guess in the next one. */
  private int[] followers = new int[64];

  private int size;

  /** Open addressing; an index + 1, or 0. */
  private int[] slots = new int[128];

  /** What is needed until a series has its reference. */
  private final Int2ObjectHashMap<Labels> labels = new Int2ObjectHashMap<>();

  private int scrape;
  private int seen;
  private int goodSize;
  private int last = NONE;
  private int firstOfScrape = NONE;

  /** Series of a cache before this one that have not ended. */
  private long[] inherited = {};

  /** Forgets everything: references have become invalid. */
  void clear() {
    size = 0;
    seen = 0;
    goodSize = 0;
    last = NONE;
    firstOfScrape = NONE;
    Arrays.fill(slots, 0);
    labels.clear();
    inherited = new long[0];
  }

  void startScrape() {
    scrape++;
    seen = 0;
    last = NONE;
    for (int i = 0; i < size; i++) {
      flags[i] &= ~TRACKED;
    }
  }

  /** {@return the series that followed the last one found in the scrape before, if there is one} */
  int expected() {
    return last == NONE ? firstOfScrape : followers[last];
  }

  byte[] texts() {
    return texts;
  }

  int textStart(int series) {
    return starts[series];
  }

  int textEnd(int series) {
    return starts[series + 1];
  }

  /** {@return the series of a line, {@link #NONE} if it is not known} */
  int find(byte[] page, int from, int to) {
    int hash = hash(page, from, to);
    int mask = slots.length - 1;
    for (int slot = hash & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
      int i = slots[slot] - 1;
      if (hashes[i] == hash && Arrays.equals(texts, starts[i], starts[i + 1], page, from, to)) {
        return i;
      }
    }
    return NONE;
  }

  /**
   * {@return a new series}
   *
   * @param stored its labels, null if a rule drops it
   */
  int add(byte[] page, int from, int to, @Nullable Labels stored) {
    makeRoom(to - from);
    int i = size++;
    int end = starts[i] + (to - from);
    System.arraycopy(page, from, texts, starts[i], to - from);
    starts[i + 1] = end;
    hashes[i] = hash(page, from, to);
    refs[i] = NO_REF;
    scrapes[i] = 0;
    followers[i] = NONE;
    flags[i] = (byte) (stored == null ? DROPPED : 0);
    if (stored != null) {
      labels.put(i, stored);
    }
    if (2 * size > slots.length) {
      slots = new int[2 * slots.length];
      for (int other = 0; other < size; other++) {
        place(other);
      }
    } else {
      place(i);
    }
    return i;
  }

  private void makeRoom(int textBytes) {
    if (size == hashes.length) {
      int capacity = size + size / 2;
      starts = Arrays.copyOf(starts, capacity + 1);
      hashes = Arrays.copyOf(hashes, capacity);
      refs = Arrays.copyOf(refs, capacity);
      scrapes = Arrays.copyOf(scrapes, capacity);
      flags = Arrays.copyOf(flags, capacity);
      followers = Arrays.copyOf(followers, capacity);
    }
    int needed = Math.addExact(starts[size], textBytes);
    if (needed > texts.length) {
      texts = Arrays.copyOf(texts, Math.max(needed, texts.length + texts.length / 2));
    }
  }

  private void place(int series) {
    int mask = slots.length - 1;
    int slot = hashes[series] & mask;
    while (slots[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    slots[slot] = series + 1;
  }

  /** Notes that a series is on the page, or {@return false} if it was there before. */
  boolean see(int series) {
    if (last == NONE) {
      firstOfScrape = series;
    } else {
      followers[last] = series;
    }
    last = series;
    if (scrapes[series] == scrape) {
      return false;
    }
    scrapes[series] = scrape;
    seen++;
    return true;
  }

  boolean isDropped(int series) {
    return (flags[series] & DROPPED) != 0;
  }

  /** {@return the reference, {@link #NO_REF} if it is not known yet} */
  long ref(int series) {
    return refs[series];
  }

  void setRef(int series, long ref) {
    refs[series] = ref;
    labels.remove(series);
  }

  /** {@return the labels of a series without reference} */
  Labels labels(int series) {
    Labels stored = labels.get(series);
    if (stored == null) {
      throw new AssertionError("a series that was dropped or has its reference");
    }
    return stored;
  }

  /** Makes a series one that gets a marker when it vanishes. */
  void track(int series) {
    flags[series] |= TRACKED;
  }

  /** Makes a series one that is not stored, and gets no marker. */
  void untrack(int series) {
    flags[series] &= ~(TRACKED | LIVE);
  }

  /** {@return the series of the last good scrape that this one, complete, did not have} */
  LongArrayList vanished() {
    LongArrayList vanished = new LongArrayList();
    for (int i = 0; i < size; i++) {
      if ((flags[i] & (LIVE | TRACKED)) == LIVE) {
        vanished.addLong(refs[i]);
      }
    }
    for (long ref : inherited) {
      vanished.addLong(ref);
    }
    if (!vanished.isEmpty()) {
      // Two lines may stand for one series, which has not vanished if one of them is there.
      LongHashSet tracked = new LongHashSet();
      for (int i = 0; i < size; i++) {
        if ((flags[i] & TRACKED) != 0) {
          tracked.add(refs[i]);
        }
      }
      boolean _ = vanished.removeIfLong(tracked::contains);
    }
    return vanished;
  }

  /** {@return the series that have not ended} */
  LongArrayList live() {
    LongArrayList live = new LongArrayList();
    for (int i = 0; i < size; i++) {
      if ((flags[i] & LIVE) != 0) {
        live.addLong(refs[i]);
      }
    }
    for (long ref : inherited) {
      live.addLong(ref);
    }
    return live;
  }

  /** Ends a good scrape: what it had is what the next one is compared with. */
  void endScrape() {
    for (int i = 0; i < size; i++) {
      flags[i] = (byte) ((flags[i] & DROPPED) | ((flags[i] & TRACKED) != 0 ? LIVE : 0));
    }
    inherited = new long[0];
    forgetUnseen();
    goodSize = size;
  }

  /** Ends a failed scrape: all its series have ended, but their lines are still known. */
  void endFailedScrape() {
    for (int i = 0; i < size; i++) {
      flags[i] &= DROPPED;
    }
    inherited = new long[0];
    // A page that is always bad and always different may not fill the memory.
    if (size > 2 * goodSize + MAX_LINES_OF_BAD_PAGES) {
      forgetUnseen();
    }
  }

  /** Takes over the series of a cache that will not be used any more, so that they can end. */
  void inherit(SeriesCache predecessor) {
    inherited = predecessor.live().toLongArray();
  }

  private void forgetUnseen() {
    if (seen == size) {
      return;
    }
    int[] moved = new int[size];
    int kept = 0;
    for (int i = 0; i < size; i++) {
      moved[i] = scrapes[i] == scrape ? kept : NONE;
      if (scrapes[i] == scrape) {
        move(i, kept++);
      } else {
        labels.remove(i);
      }
    }
    size = kept;
    Arrays.fill(slots, 0);
    for (int i = 0; i < size; i++) {
      followers[i] = followers[i] == NONE ? NONE : moved[followers[i]];
      place(i);
    }
    firstOfScrape = firstOfScrape == NONE ? NONE : moved[firstOfScrape];
    last = NONE;
  }

  private void move(int from, int to) {
    if (from == to) {
      return;
    }
    int length = starts[from + 1] - starts[from];
    System.arraycopy(texts, starts[from], texts, starts[to], length);
    starts[to + 1] = starts[to] + length;
    hashes[to] = hashes[from];
    refs[to] = refs[from];
    scrapes[to] = scrapes[from];
    flags[to] = flags[from];
    followers[to] = followers[from];
    Labels pending = labels.remove(from);
    if (pending != null) {
      labels.put(to, pending);
    }
  }

  private static int hash(byte[] bytes, int from, int to) {
    int hash = 1;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    return hash ^ (hash >>> 16);
  }
}
