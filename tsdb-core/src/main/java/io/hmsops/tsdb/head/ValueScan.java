package io.hmsops.tsdb.head;

import io.hmsops.tsdb.regex.RequiredRun;
import io.hmsops.tsdb.regex.TextPattern;
import java.util.BitSet;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks through the values of a label for those that a pattern matches. Values that came one after
 * the other mostly lie one behind the other: what every match has is then searched for in all of
 * them at once, and only a value in which it is found is looked at. Used under the head's lock.
 */
final class ValueScan {
  /** So many values are looked at one by one without asking whether to go on. */
  private static final int SOME = 1024;

  /**
   * Behind a value with the prefix so many are looked at one by one, which costs about as much as
   * to search: others may have it, too.
   */
  private static final int NEIGHBOURS = 4;

  private final Texts texts;
  private final IntColumn textOf;
  private final NameValues values;
  private final TextPattern pattern;
  private final IntPredicate matchesElsewhere;
  private final boolean atBegin;
  private final @Nullable RequiredRun required;

  /**
   * Creates a scan.
   *
   * @param textOf the handle of each label's value, negative if it is not in {@code texts}
   * @param values the labels
   * @param matchesElsewhere whether a label matches whose value is not in {@code texts}
   */
  ValueScan(
      Texts texts,
      IntColumn textOf,
      NameValues values,
      TextPattern pattern,
      IntPredicate matchesElsewhere) {
    this.texts = texts;
    this.textOf = textOf;
    this.values = values;
    this.pattern = pattern;
    this.matchesElsewhere = matchesElsewhere;
    this.atBegin = pattern.prefix().length > 0;
    this.required = pattern.run();
  }

  /** Adds the places in the list of values of those that match. */
  void scan(int from, int to, BitSet found) {
    int row = values.rowOf(from);
    for (int begin = from; begin < to; row++) {
      int end = Math.min(values.rowEnd(row), to);
      if (required != null && end > begin + 1) {
        pattern.ask();
        search(required, begin, end, found);
      } else {
        while (end < to && (required == null || values.rowEnd(row + 1) == end + 1)) {
          row++;
          end = Math.min(values.rowEnd(row), to);
        }
        testEach(begin, end, found);
      }
      begin = end;
    }
  }

  private void testEach(int begin, int end, BitSet found) {
    int[] handles = new int[Math.min(SOME, end - begin)];
    for (int from = begin; from < end; from += handles.length) {
      pattern.ask();
      int count = Math.min(handles.length, end - from);
      values.ids().copy(from, count, handles);
      textOf.lookUp(handles, count);
      for (int i = 0; i < count; i++) {
        if (matches(from + i, handles[i])) {
          found.set(from + i);
        }
      }
    }
  }

  private boolean matches(int place, int handle) {
    return handle < 0 ? matchesElsewhere.test(values.get(place)) : texts.matches(handle, pattern);
  }

  private int handle(int place) {
    return textOf.get(values.get(place));
  }

  /**
   * Searches a row, whose texts ascend in one page. Other texts may lie between them; what is found
   * in those does not count.
   */
  private void search(RequiredRun run, int begin, int end, BitSet found) {
    int last = handle(end - 1);
    byte[] page = texts.page(last);
    int stop = texts.end(last);
    int at = Texts.begin(handle(begin));
    int bytesPerValue = Math.max(1, (stop - at) / (end - begin));
    int value = begin;
    while (true) {
      int place = run.find(page, at, stop);
      if (place < 0) {
        return;
      }
      value = lastBefore(place, value, end, (place - at) / bytesPerValue);
      int handle = handle(value);
      int start = Texts.begin(handle);
      boolean counts =
          atBegin ? place == start : place >= start && place + run.length() <= texts.end(handle);
      if (!counts) {
        at = place + 1;
        continue;
      }
      if (texts.matches(handle, pattern)) {
        found.set(value);
      }
      value = atBegin ? testNeighbours(value + 1, end, found) : value + 1;
      if (value == end) {
        return;
      }
      at = Texts.begin(handle(value));
    }
  }

  /** Tests some values, and more if one of them matches; {@return the value behind them} */
  private int testNeighbours(int begin, int end, BitSet found) {
    int value = begin;
    for (int until = value + NEIGHBOURS; value < Math.min(until, end); value++) {
      if (texts.matches(handle(value), pattern)) {
        found.set(value);
        until = value + 1 + NEIGHBOURS;
      }
    }
    return value;
  }

  /**
   * {@return the last value of a row that begins at or before a place, or the first one}
   *
   * @param distance how far from the first it may be
   */
  private int lastBefore(int place, int begin, int end, int distance) {
    int low = begin;
    int high = Math.min(begin + distance, end - 1);
    int step = 1;
    if (Texts.begin(handle(high)) > place) {
      while (high - step > begin && Texts.begin(handle(high - step)) > place) {
        high -= step;
        step *= 2;
      }
      low = Math.max(begin, high - step);
    } else {
      low = high;
      while (low + step < end && Texts.begin(handle(low + step)) <= place) {
        low += step;
        step *= 2;
      }
      high = Math.min(low + step, end);
    }
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (Texts.begin(handle(middle)) <= place) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
