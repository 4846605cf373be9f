package io.hmsops.tsdb.regex;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A set of code points as ranges.
 *
 * @param ranges ascending, neither overlapping nor touching
 */
record CodePoints(List<Range> ranges) {
  static final CodePoints ALL = new CodePoints(List.of(new Range(0, Character.MAX_CODE_POINT)));
  static final CodePoints NONE = new CodePoints(List.of());

  /** The two letters outside ASCII that differ only in case from one in it. */
  private static final int LONG_S = 0x17F;

  private static final int KELVIN = 0x212A;

  /** All from {@code low} to {@code high}, both included. */
  record Range(int low, int high) {}

  static CodePoints of(int codePoint) {
    return of(codePoint, codePoint);
  }

  static CodePoints of(int low, int high) {
    return new CodePoints(List.of(new Range(low, high)));
  }

  /** {@return the characters of pairs: {@code "azAZ"} are all letters} */
  static CodePoints ofPairs(String pairs) {
    List<Range> ranges = new ArrayList<>();
    for (int i = 0; i < pairs.length(); i += 2) {
      ranges.add(new Range(pairs.charAt(i), pairs.charAt(i + 1)));
    }
    return normalized(ranges);
  }

  private static CodePoints normalized(List<Range> ranges) {
    List<Range> sorted = new ArrayList<>(ranges);
    sorted.sort(Comparator.comparingInt(Range::low));
    List<Range> merged = new ArrayList<>();
    for (Range range : sorted) {
      Range last = merged.isEmpty() ? null : merged.getLast();
      if (last != null && range.low <= last.high + 1) {
        merged.set(merged.size() - 1, new Range(last.low, Math.max(last.high, range.high)));
      } else {
        merged.add(range);
      }
    }
    return new CodePoints(List.copyOf(merged));
  }

  CodePoints or(CodePoints other) {
    List<Range> all = new ArrayList<>(ranges);
    all.addAll(other.ranges);
    return normalized(all);
  }

  CodePoints complement() {
    List<Range> gaps = new ArrayList<>();
    int next = 0;
    for (Range range : ranges) {
      if (range.low > next) {
        gaps.add(new Range(next, range.low - 1));
      }
      next = range.high + 1;
    }
    if (next <= Character.MAX_CODE_POINT) {
      gaps.add(new Range(next, Character.MAX_CODE_POINT));
    }
    return new CodePoints(gaps);
  }

  /**
   * {@return the set with every letter in all its cases}
   *
   * @throws UnsupportedRegexException for letters outside ASCII, whose cases are not known here
   */
  CodePoints foldCase() throws UnsupportedRegexException {
    List<Range> folded = new ArrayList<>(ranges);
    for (Range range : ranges) {
      boolean everything = range.low == 0 && range.high == Character.MAX_CODE_POINT;
      if (range.high >= 0x80 && !everything) {
        throw new UnsupportedRegexException("cases outside ASCII");
      }
      for (int c = range.low; c <= Math.min(range.high, 0x7f); c++) {
        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
          folded.add(new Range(c ^ 0x20, c ^ 0x20));
        }
        switch (c) {
          case 's', 'S' -> folded.add(new Range(LONG_S, LONG_S));
          case 'k', 'K' -> folded.add(new Range(KELVIN, KELVIN));
          default -> {
            // No case outside ASCII.
          }
        }
      }
    }
    return normalized(folded);
  }

  /** {@return how many code points there are} */
  int size() {
    int size = 0;
    for (Range range : ranges) {
      size += range.high - range.low + 1;
    }
    return size;
  }

  boolean isAll() {
    return equals(ALL);
  }
}
