package io.hmsops.tsdb.head;

import java.util.BitSet;
import java.util.function.Consumer;
import java.util.function.IntPredicate;

/**
 * Lists names and values of labels of series that a reader may see in a time range. Labels are
 * looked at as numbers; a series is looked at only if it could add something. Not thread-safe; its
 * methods are called under the head's lock, for some numbers at a time.
 */
final class LabelListing {
  private final SeriesTable table;
  private final HeadReader reader;
  private final long minTimeMs;
  private final long maxTimeMs;
  private final ChunkHandles scratch = new ChunkHandles(4);

  /** The numbers of the names, or the ids of the labels, that have been found. */
  private final BitSet found = new BitSet();

  LabelListing(SeriesTable table, HeadReader reader, long minTimeMs, long maxTimeMs) {
    this.table = table;
    this.reader = reader;
    this.minTimeMs = minTimeMs;
    this.maxTimeMs = maxTimeMs;
  }

  private boolean isSeen(int number) {
    return table.exists(number) && table.isSeen(number, reader, minTimeMs, maxTimeMs, scratch);
  }

  /** Finds a name if any series with it is seen. */
  void findName(int name) {
    IntColumn values = table.index().pairs().values(name);
    for (int i = 0; i < values.size() && !found.get(name); i++) {
      if (table.index().pairs().series().any(values.get(i), this::isSeen)) {
        found.set(name);
      }
    }
  }

  /** Finds the names of the labels of a series. */
  void findNames(int number) {
    LabelPairs pairs = table.index().pairs();
    IntPredicate isNew = id -> !found.get(pairs.nameOf(id));
    if (table.exists(number)
        && table.index().labels().any(table.index().slot(number), isNew)
        && isSeen(number)) {
      table
          .index()
          .labels()
          .any(
              table.index().slot(number),
              id -> {
                found.set(pairs.nameOf(id));
                return false;
              });
    }
  }

  /** Finds a label if any series with it is seen. */
  void findLabel(int id) {
    if (table.index().pairs().series().any(id, this::isSeen)) {
      found.set(id);
    }
  }

  /** Finds the label with a name that a series has. */
  void findLabel(int number, int name) {
    if (table.exists(number)) {
      int id = table.index().labels().idOf(table.index().slot(number), name);
      if (id != LabelPairs.NONE && !found.get(id) && isSeen(number)) {
        found.set(id);
      }
    }
  }

  /** Hands out the names that were found. */
  void forEachName(Consumer<String> action) {
    found.stream().forEach(name -> action.accept(table.index().pairs().nameText(name)));
  }

  /** Hands out the values of the labels that were found. */
  void forEachValue(Consumer<String> action) {
    found.stream().forEach(id -> action.accept(table.index().pairs().value(id)));
  }
}
