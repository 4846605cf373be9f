package io.hmsops.tsdb.head;

/**
 * The ids of a name's values, in the order in which they came, and which of them are a row: one
 * after the other, with texts that ascend in one page of {@link Texts}. Guarded by the head's lock;
 * but what is known to be there may be read while values are added.
 */
final class NameValues {
  private static final int NO_TEXT = -1;

  private final IntColumn ids = new IntColumn();

  /** Where each row begins: mostly some thousand values make one. */
  private final IntColumn rows = new IntColumn();

  private int lastText = NO_TEXT;

  /**
   * Adds a value.
   *
   * @param text its handle, negative if it is not among the texts
   */
  void add(int id, int text) {
    boolean follows = lastText >= 0 && text > lastText && text < Texts.pageEnd(lastText);
    if (!follows) {
      rows.add(ids.size());
    }
    ids.add(id);
    lastText = text;
  }

  int size() {
    return ids.size();
  }

  int get(int place) {
    return ids.get(place);
  }

  IntColumn ids() {
    return ids;
  }

  /** {@return which row a place is in} */
  int rowOf(int place) {
    int low = 0;
    int high = rows.size();
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (rows.get(middle) <= place) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** {@return the place behind a row} */
  int rowEnd(int row) {
    return row + 1 < rows.size() ? rows.get(row + 1) : ids.size();
  }

  long memoryBytes() {
    return ids.memoryBytes() + rows.memoryBytes();
  }
}
