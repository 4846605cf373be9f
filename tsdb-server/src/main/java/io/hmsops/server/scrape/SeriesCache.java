package io.hmsops.server.scrape;

import io.hmsops.tsdb.labels.Labels;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The series of one target by the bytes of their lines, so that a scrape like the one before builds
 * no labels. Lines that were not seen in the last scrape are forgotten. Not thread-safe.
 */
final class SeriesCache {
  /** A reference that is not known yet. */
  static final long NO_REF = -1;

  private static final int MAX_LINES_OF_BAD_PAGES = 1000;

  /** What a line stands for. */
  static final class Entry {
    private final byte[] line;
    private final int hash;

    /** The labels that are stored, null if a rule drops the series. */
    final @Nullable Labels labels;

    long ref = NO_REF;
    long lastScrape;

    private @Nullable Entry next;

    private Entry(byte[] line, int hash, @Nullable Labels labels) {
      this.line = line;
      this.hash = hash;
      this.labels = labels;
    }
  }

  private @Nullable Entry[] table = new Entry[64];
  private int size;
  private int goodSize;
  private long scrape;

  /** Series with samples of the last good scrape that get a marker when they vanish. */
  private Map<Labels, Entry> previous = new HashMap<>();

  private Map<Labels, Entry> current = new HashMap<>();

  void startScrape() {
    scrape++;
    current = new HashMap<>(previous.size() * 2);
  }

  /** {@return the number of the scrape that goes on, from 1} */
  long scrape() {
    return scrape;
  }

  @Nullable Entry find(byte[] page, int from, int to) {
    int hash = hash(page, from, to);
    for (Entry e = table[hash & (table.length - 1)]; e != null; e = e.next) {
      if (e.hash == hash && Arrays.equals(e.line, 0, e.line.length, page, from, to)) {
        return e;
      }
    }
    return null;
  }

  Entry add(byte[] page, int from, int to, @Nullable Labels labels) {
    if (size >= table.length) {
      resize(table.length * 2);
    }
    Entry entry = new Entry(Arrays.copyOfRange(page, from, to), hash(page, from, to), labels);
    link(entry);
    size++;
    return entry;
  }

  void track(Entry entry) {
    if (entry.labels != null) {
      current.put(entry.labels, entry);
    }
  }

  /** {@return the series of the last good scrape that this one did not have} */
  Map<Labels, Entry> vanished() {
    Map<Labels, Entry> vanished = new HashMap<>(previous);
    vanished.keySet().removeAll(current.keySet());
    return vanished;
  }

  /** Ends a good scrape: what it had is what the next one is compared with. */
  void endScrape() {
    previous = current;
    forgetUnseen();
    goodSize = size;
  }

  /** Ends a failed scrape: all its series have ended, but their lines are still known. */
  void endFailedScrape() {
    previous = new HashMap<>();
    current = new HashMap<>();
    // A page that is always bad and always different may not fill the memory.
    if (size > 2 * goodSize + MAX_LINES_OF_BAD_PAGES) {
      forgetUnseen();
    }
  }

  /** Takes over the series of a cache that will not be used any more, so that they can end. */
  void inherit(SeriesCache predecessor) {
    previous = predecessor.previous;
  }

  /** {@return the series that have not ended} */
  Map<Labels, Entry> live() {
    return previous;
  }

  private void forgetUnseen() {
    for (int i = 0; i < table.length; i++) {
      Entry kept = null;
      Entry e = table[i];
      while (e != null) {
        Entry following = e.next;
        if (e.lastScrape == scrape) {
          e.next = kept;
          kept = e;
        } else {
          size--;
        }
        e = following;
      }
      table[i] = kept;
    }
  }

  private void link(Entry entry) {
    int bucket = entry.hash & (table.length - 1);
    entry.next = table[bucket];
    table[bucket] = entry;
  }

  private void resize(int length) {
    @Nullable Entry[] old = table;
    table = new Entry[length];
    for (Entry head : old) {
      Entry e = head;
      while (e != null) {
        Entry following = e.next;
        link(e);
        e = following;
      }
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
