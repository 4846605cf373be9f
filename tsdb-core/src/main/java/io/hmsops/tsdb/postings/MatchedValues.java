package io.hmsops.tsdb.postings;

import io.hmsops.tsdb.regex.TextPattern;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers which values of a label a pattern matches. A label's values are numbered from 0; more
 * may come behind them, but what a number stands for never changes. The results used least lately
 * are forgotten where room is short. Thread-safe.
 */
public final class MatchedValues {
  /** Fewer values are looked through each time. */
  private static final int MIN_VALUES = 256;

  private record Key(String name, String regex) {}

  private record Found(BitSet numbers, int looked) {}

  private final Map<Key, Found> known = new LinkedHashMap<>(16, 0.75f, true);
  private final long maxBytes;
  private long bytes;

  /** Looks at values. */
  @FunctionalInterface
  public interface Scan {
    /**
     * Adds the values that match.
     *
     * @param from the first value to look at
     * @param to the value behind the last one
     * @param matching gets the numbers of those that match
     */
    void scan(int from, int to, BitSet matching);
  }

  /**
   * Creates an empty memory.
   *
   * @param maxBytes what the results may take together
   */
  public MatchedValues(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * {@return the values that match; read-only}
   *
   * @param name the label's name
   * @param pattern the pattern
   * @param count how many values there are
   * @param scan looks at what was not looked at before
   */
  public BitSet find(String name, TextPattern pattern, int count, Scan scan) {
    if (count < MIN_VALUES) {
      BitSet matching = new BitSet(count);
      scan.scan(0, count, matching);
      return matching;
    }
    Key key = new Key(name, pattern.regex());
    Found found;
    synchronized (known) {
      found = known.get(key);
    }
    int looked = found == null ? 0 : found.looked;
    if (found != null && looked >= count) {
      return found.numbers;
    }
    BitSet matching = found == null ? new BitSet(count) : (BitSet) found.numbers.clone();
    scan.scan(looked, count, matching);
    keep(key, new Found(matching, count));
    return matching;
  }

  private void keep(Key key, Found found) {
    synchronized (known) {
      Found before = known.put(key, found);
      bytes += size(found) - (before == null ? 0 : size(before));
      Iterator<Found> oldest = known.values().iterator();
      while (bytes > maxBytes && oldest.hasNext()) {
        bytes -= size(oldest.next());
        oldest.remove();
      }
    }
  }

  private static long size(Found found) {
    return 128L + found.numbers.size() / Byte.SIZE;
  }

  /** Forgets everything: what the numbers stand for has changed. */
  public void clear() {
    synchronized (known) {
      known.clear();
      bytes = 0;
    }
  }
}
