package io.hmsops.query.plan;

import io.hmsops.query.check.Queries;
import io.hmsops.query.function.Dialect;
import io.hmsops.query.parse.ParseException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Queries by their text, the ones used last. What a query means depends on its text, the features,
 * and, for some, on the times: features and functions are those of the cache, and what depends on
 * times is worked out after ({@link PreparedQuery#plan}). What is wrong is not kept. Thread-safe.
 */
public final class PlanCache {
  private final Dialect dialect;
  private final int maxEntries;
  private final long maxBytes;

  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by the lock, which is held for a look-up only; the order is that of use.
  private final LinkedHashMap<String, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);
  private long bytes;

  private final AtomicLong hits = new AtomicLong();
  private final AtomicLong misses = new AtomicLong();

  private record Entry(PreparedQuery query, long bytes) {}

  /**
   * What the cache holds and how often it helped.
   *
   * @param entries how many queries it holds
   * @param bytes how much memory they use, as estimated
   * @param hits how often a query was there
   * @param misses how often it was not
   */
  public record Counts(int entries, long bytes, long hits, long misses) {}

  /**
   * Creates an empty cache.
   *
   * @param dialect the language that texts are read in
   * @param maxEntries how many queries are kept
   * @param maxBytes how much memory they may use, as estimated
   */
  public PlanCache(Dialect dialect, int maxEntries, long maxBytes) {
    this.dialect = dialect;
    this.maxEntries = maxEntries;
    this.maxBytes = maxBytes;
  }

  /**
   * {@return a query, read and checked}
   *
   * @param text the query
   * @throws ParseException if it is not a valid query
   */
  public PreparedQuery get(String text) throws ParseException {
    lock.lock();
    try {
      Entry entry = entries.get(text);
      if (entry != null) {
        hits.incrementAndGet();
        return entry.query();
      }
    } finally {
      lock.unlock();
    }
    misses.incrementAndGet();
    PreparedQuery query = new PreparedQuery(Queries.parse(text, dialect));
    put(text, query);
    return query;
  }

  private void put(String text, PreparedQuery query) {
    long size = query.walk(() -> PlanWeight.of(text, query.expr()));
    // One query must not push out all others.
    if (maxEntries == 0 || size > maxBytes / 8) {
      return;
    }
    lock.lock();
    try {
      Entry former = entries.put(text, new Entry(query, size));
      bytes += size - (former == null ? 0 : former.bytes());
      Iterator<Map.Entry<String, Entry>> oldest = entries.entrySet().iterator();
      while (entries.size() > maxEntries || bytes > maxBytes) {
        bytes -= oldest.next().getValue().bytes();
        oldest.remove();
      }
    } finally {
      lock.unlock();
    }
  }

  /** {@return what the cache holds and how often it helped} */
  public Counts counts() {
    lock.lock();
    try {
      return new Counts(entries.size(), bytes, hits.get(), misses.get());
    } finally {
      lock.unlock();
    }
  }
}
