package io.hmsops.tsdb.head;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.postings.Selection;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Reads the head for {@link HeadReader}s. Looks at some series at a time under the head's state
 * lock, so that a commit never waits for all of a large query. Thread-safe.
 */
final class HeadReads {
  private static final int SLICE = 1024;

  /** So many series are brought near at once. */
  private static final int NEAR = 64;

  private final HeadState state;
  private final SeriesTable table;
  private final Lock stateReadLock;

  HeadReads(HeadState state) {
    this.state = state;
    this.table = state.table;
    this.stateReadLock = state.stateLock.readLock();
  }

  HeadSelection select(
      HeadReader reader, List<LabelMatcher> matchers, HeadRange wanted, IntConsumer found) {
    int[] matching = numbers(matchers);
    found.accept(matching.length);
    int[] numbers = wanted.sorted() ? table.index().order().sorted(matching) : matching;
    HeadSelection selection = new HeadSelection(table, numbers.length, wanted.newestOnly());
    for (int from = 0; from < numbers.length; from += SLICE) {
      int end = Math.min(from + SLICE, numbers.length);
      // Before the state lock: they are taken in this order.
      boolean newest = wanted.newestOnly() && holdNewest();
      stateReadLock.lock();
      try {
        for (int near = from; near < end; near += NEAR) {
          int until = Math.min(near + NEAR, end);
          if (newest) {
            selectNewest(numbers, near, until, reader, wanted, selection);
          } else {
            table.touch(numbers, near, until);
            for (int i = near; i < until; i++) {
              select(numbers[i], reader, wanted, selection);
            }
          }
        }
      } finally {
        stateReadLock.unlock();
        if (newest) {
          state.commitLock.unlock();
        }
      }
    }
    return selection;
  }

  /**
   * Takes the commit lock, so that newest samples are those that are stored, unless it would be
   * waited for: by this thread, or by a commit for one slice after the other.
   */
  private boolean holdNewest() {
    if (state.commitLock.hasQueuedThreads() || !state.commitLock.tryLock()) {
      return false;
    }
    if (state.newestAreStored) {
      return true;
    }
    state.commitLock.unlock();
    return false;
  }

  private void selectNewest(
      int[] numbers,
      int from,
      int end,
      HeadReader reader,
      HeadRange wanted,
      HeadSelection selection) {
    table.touchLines(numbers, from, end);
    for (int i = from; i < end; i++) {
      if (!table.selectNewest(numbers[i], reader, wanted, selection)) {
        select(numbers[i], reader, wanted, selection);
      }
    }
  }

  private void select(int number, HeadReader reader, HeadRange wanted, HeadSelection selection) {
    if (table.exists(number)) {
      table.select(number, reader, wanted.minTimeMs(), wanted.maxTimeMs(), selection);
    }
  }

  /** What is done for a row of numbers. */
  @FunctionalInterface
  private interface Slice {
    void look(int from, int end);
  }

  /** Does something for the numbers below a bound. Commits wait for some of them at most. */
  private void inSlices(int bound, Slice action) {
    for (int from = 0; from < bound; from += SLICE) {
      stateReadLock.lock();
      try {
        action.look(from, Math.min(from + SLICE, bound));
      } finally {
        stateReadLock.unlock();
      }
    }
  }

  private void forEach(int bound, IntConsumer action) {
    inSlices(
        bound,
        (from, end) -> {
          for (int i = from; i < end; i++) {
            action.accept(i);
          }
        });
  }

  void labelNames(
      HeadReader reader,
      List<LabelMatcher> matchers,
      long minTimeMs,
      long maxTimeMs,
      Consumer<String> action) {
    LabelListing listing = new LabelListing(table, reader, minTimeMs, maxTimeMs);
    if (matchers.isEmpty()) {
      forEach(table.index().pairs().nameCount(), listing::findName);
    } else {
      int[] numbers = numbers(matchers);
      forEach(numbers.length, i -> listing.findNames(numbers[i]));
    }
    listing.forEachName(action);
  }

  void labelValues(
      HeadReader reader,
      String name,
      List<LabelMatcher> matchers,
      long minTimeMs,
      long maxTimeMs,
      Consumer<String> action) {
    int nameNumber = table.index().pairs().findName(name);
    if (nameNumber == LabelPairs.NONE) {
      return;
    }
    LabelListing listing = new LabelListing(table, reader, minTimeMs, maxTimeMs);
    if (matchers.isEmpty()) {
      IntColumn values = table.index().pairs().values(nameNumber);
      forEach(values.size(), i -> listing.findLabel(values.get(i)));
    } else {
      int[] numbers = numbers(matchers);
      forEach(numbers.length, i -> listing.findLabel(numbers[i], nameNumber));
    }
    listing.forEachValue(action);
  }

  /** {@return the series that pass all matchers, ascending} */
  private int[] numbers(List<LabelMatcher> matchers) {
    stateReadLock.lock();
    try {
      return Candidates.select(table.index(), matchers)
          .orElseGet(() -> existing(Selection.select(table.index(), matchers)));
    } finally {
      stateReadLock.unlock();
    }
  }

  private int[] existing(BitSet selected) {
    int[] numbers = new int[selected.cardinality()];
    int count = 0;
    for (int number = selected.nextSetBit(0); number >= 0; ) {
      if (table.exists(number)) {
        numbers[count++] = number;
      }
      number = selected.nextSetBit(number + 1);
    }
    return count == numbers.length ? numbers : Arrays.copyOf(numbers, count);
  }
}
