package io.hmsops.tsdb.head;

import java.util.ArrayDeque;

/**
 * Which batch was the last when the newest timestamp was some time ago: how a series is known to
 * have been silent, whatever the timestamps that it is written with. Not thread-safe.
 */
final class IdleMarks {
  private record Mark(long newestMs, long lsn) {}

  private final ArrayDeque<Mark> marks = new ArrayDeque<>();

  /** Notes that a batch is the last while a timestamp is the newest. */
  void add(long newestMs, long lsn) {
    if (marks.isEmpty() || newestMs > marks.getLast().newestMs) {
      marks.add(new Mark(newestMs, lsn));
    }
  }

  /** {@return the last batch known from a time or before it, −1 if none is known} */
  long lastBatchAt(long timestampMs) {
    long found = -1;
    for (Mark mark : marks) {
      if (mark.newestMs > timestampMs) {
        break;
      }
      found = mark.lsn;
    }
    return found;
  }

  /** Forgets what is not needed for questions about a time and later ones. */
  void forgetBefore(long timestampMs) {
    while (marks.size() > 1) {
      Mark first = marks.removeFirst();
      if (marks.getFirst().newestMs > timestampMs) {
        marks.addFirst(first);
        return;
      }
    }
  }
}
