package io.hmsops.tsdb.head;

import io.hmsops.tsdb.regex.RequiredRun;
import io.hmsops.tsdb.regex.TextPattern;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Looks through the values of a label for those that a pattern matches. Values that came one after
 * the other mostly lie one behind the other: what every match has is then searched for in all of
 * them at once. Used under the head's lock.
 */
final class ValueScan {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int SOME = 1024;

  private final Texts texts;
  private final IntColumn textOf;
  private final IntColumn values;
  private final TextPattern pattern;
  private final IntPredicate matchesElsewhere;
  private final byte[] prefix;
  private final @Nullable RequiredRun required;

  /** Of some of the values where their texts are, and the first of these values. */
  private int[] handles = {};

  private int first;

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
      IntColumn values,
      TextPattern pattern,
      IntPredicate matchesElsewhere) {
    this.texts = texts;
    this.textOf = textOf;
    this.values = values;
    this.pattern = pattern;
    this.matchesElsewhere = matchesElsewhere;
    this.prefix = pattern.prefix();
    this.required = pattern.run();
  }

  /** Adds the places in the list of values of those that match. */
  void scan(int from, int to, BitSet found) {
    handles = new int[Math.min(SOME, to - from)];
    for (first = from; first < to; first += handles.length) {
      pattern.ask();
      int count = Math.min(handles.length, to - first);
      values.copy(first, count, handles);
      textOf.lookUp(handles, count);
      if (prefix.length > 0) {
        scanPrefixes(count, found);
      } else if (required != null) {
        scanRuns(required, count, found);
      } else {
        for (int i = 0; i < count; i++) {
          test(i, found);
        }
      }
    }
  }

  private void test(int index, BitSet found) {
    int handle = handles[index];
    boolean matches =
        handle < 0
            ? matchesElsewhere.test(values.get(first + index))
            : texts.matches(handle, pattern);
    if (matches) {
      found.set(first + index);
    }
  }

  private void scanRuns(RequiredRun run, int count, BitSet found) {
    for (int i = 0; i < count; ) {
      int end = rowEnd(i, count);
      if (end == i + 1) {
        test(i, found);
      } else {
        searchRow(run, i, end, found);
      }
      i = end;
    }
  }

  /** {@return the end of the values from one on that ascend in one page} */
  private int rowEnd(int begin, int count) {
    int before = handles[begin];
    int pageEnd = Texts.pageEnd(before);
    int i = begin + 1;
    while (i < count && handles[i] > before && handles[i] < pageEnd) {
      before = handles[i];
      i++;
    }
    return i;
  }

  /** Other texts may lie between those of a row; what is found in them does not count. */
  private void searchRow(RequiredRun run, int begin, int end, BitSet found) {
    byte[] page = texts.page(handles[begin]);
    int stop = texts.end(handles[end - 1]);
    int at = Texts.begin(handles[begin]);
    int value = begin;
    while (true) {
      int place = run.find(page, at, stop);
      if (place < 0) {
        return;
      }
      value = lastBefore(place, value, end);
      int handle = handles[value];
      if (place < Texts.begin(handle) || place + run.length() > texts.end(handle)) {
        at = place + 1;
        continue;
      }
      if (pattern.matches(page, Texts.begin(handle), texts.end(handle))) {
        found.set(first + value);
      }
      if (++value == end) {
        return;
      }
      at = Texts.begin(handles[value]);
    }
  }

  /** {@return the last value of a row that begins at or before a place, or the first one} */
  private int lastBefore(int place, int begin, int end) {
    int low = begin;
    int step = 1;
    while (low + step < end && Texts.begin(handles[low + step]) <= place) {
      low += step;
      step *= 2;
    }
    int high = Math.min(low + step, end);
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      if (Texts.begin(handles[middle]) <= place) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The first and the last bytes of the prefix are compared as words, before all else. */
  private void scanPrefixes(int count, BitSet found) {
    int length = prefix.length;
    byte[] padded = Arrays.copyOf(prefix, Math.max(length, Long.BYTES));
    long mask = -1L >>> (Long.SIZE - Byte.SIZE * Math.min(length, Long.BYTES));
    long begin = (long) LONG.get(padded, 0);
    int lastAt = padded.length - Long.BYTES;
    long end = (long) LONG.get(padded, lastAt);
    int sure = Texts.PAGE_BYTES - padded.length;
    for (int i = 0; i < count; i++) {
      int handle = handles[i];
      int at = Texts.begin(handle);
      if (handle < 0 || at > sure) {
        test(i, found);
        continue;
      }
      byte[] page = texts.page(handle);
      // Behind a shorter text stands something else, which the pattern then finds.
      if ((((long) LONG.get(page, at + lastAt) ^ end) & mask) == 0
          && (((long) LONG.get(page, at) ^ begin) & mask) == 0) {
        test(i, found);
      }
    }
  }
}
