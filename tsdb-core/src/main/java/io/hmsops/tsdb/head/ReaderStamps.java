package io.hmsops.tsdb.head;

import java.util.concurrent.ConcurrentSkipListMap;

/** The open readers, numbered as they were opened. Thread-safe. */
final class ReaderStamps {
  private final ConcurrentSkipListMap<Long, HeadReader> open = new ConcurrentSkipListMap<>();
  private volatile long newest;

  /** {@return the number of the reader opened last} */
  long newest() {
    return newest;
  }

  boolean none() {
    return open.isEmpty();
  }

  /** Under the head's lock, so that what the reader may see is still there. */
  synchronized long add(HeadReader reader) {
    newest++;
    open.put(newest, reader);
    return newest;
  }

  void remove(long stamp) {
    open.remove(stamp);
  }

  /** {@return the number of the reader opened first, above all if there is none} */
  long oldest() {
    var first = open.firstEntry();
    return first == null ? Long.MAX_VALUE : first.getKey();
  }

  /** {@return the oldest batch a reader stands on} */
  long oldestBatch(long ifNone) {
    var first = open.firstEntry();
    return first == null ? ifNone : first.getValue().batch();
  }

  /** {@return the oldest layout a reader stands on} */
  long oldestLayout(long ifNone) {
    var first = open.firstEntry();
    return first == null ? ifNone : first.getValue().layoutVersion();
  }
}
