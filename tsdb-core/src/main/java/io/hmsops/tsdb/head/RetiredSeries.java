package io.hmsops.tsdb.head;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * What went into blocks, cut by cut, as long as readers of before are open. Guarded by the head's
 * locks, as the series themselves.
 */
final class RetiredSeries {
  /**
   * What one cut took.
   *
   * @param layoutVersion readers of earlier versions need it
   */
  private record Cut(long layoutVersion, Int2ObjectHashMap<RetiredChunks> series) {}

  /** The oldest first. */
  private final Deque<Cut> cuts = new ArrayDeque<>();

  /**
   * Keeps what went of a series.
   *
   * @param layoutVersion of the head without it; not smaller than those before
   */
  void add(int number, long layoutVersion, RetiredChunks chunks) {
    Cut last = cuts.peekLast();
    if (last == null || last.layoutVersion != layoutVersion) {
      last = new Cut(layoutVersion, new Int2ObjectHashMap<>());
      cuts.add(last);
    }
    last.series.put(number, chunks);
  }

  /** {@return what of a series went after a reader's version of the head, the oldest first} */
  List<RetiredChunks> since(int number, long readersVersion) {
    Cut newest = cuts.peekLast();
    if (newest == null || newest.layoutVersion <= readersVersion) {
      return List.of();
    }
    List<RetiredChunks> found = new ArrayList<>(1);
    for (Cut cut : cuts) {
      RetiredChunks chunks = cut.series.get(number);
      if (cut.layoutVersion > readersVersion && chunks != null) {
        found.add(chunks);
      }
    }
    return found;
  }

  boolean isEmpty() {
    return cuts.isEmpty();
  }

  boolean contains(int number) {
    return cuts.stream().anyMatch(cut -> cut.series.containsKey(number));
  }

  /** Forgets what no reader needs, and {@return whether nothing is left} */
  boolean drop(long oldestReadersVersion) {
    while (!cuts.isEmpty() && cuts.getFirst().layoutVersion <= oldestReadersVersion) {
      cuts.removeFirst();
    }
    return cuts.isEmpty();
  }
}
