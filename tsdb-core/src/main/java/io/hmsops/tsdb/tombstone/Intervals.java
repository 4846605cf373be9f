package io.hmsops.tsdb.tombstone;

import java.util.ArrayList;
import java.util.List;

/**
 * Time ranges, ascending, no two touching. Immutable.
 *
 * @param ranges the ranges
 */
public record Intervals(List<Range> ranges) {
  /** No time at all. */
  public static final Intervals NONE = new Intervals(List.of());

  /**
   * A time range.
   *
   * @param fromMs its first millisecond
   * @param toMs its last millisecond, not before the first
   */
  public record Range(long fromMs, long toMs) {}

  /** Copies the list. */
  public Intervals {
    ranges = List.copyOf(ranges);
  }

  /** {@return whether there is no time in it} */
  public boolean isEmpty() {
    return ranges.isEmpty();
  }

  /**
   * {@return these ranges and one more}
   *
   * @param fromMs its first millisecond
   * @param toMs its last millisecond
   */
  public Intervals with(long fromMs, long toMs) {
    if (fromMs > toMs) {
      return this;
    }
    long from = fromMs;
    long to = toMs;
    List<Range> merged = new ArrayList<>(ranges.size() + 1);
    int i = 0;
    while (i < ranges.size() && touchesBefore(ranges.get(i).toMs(), from)) {
      merged.add(ranges.get(i++));
    }
    while (i < ranges.size() && !touchesBefore(to, ranges.get(i).fromMs())) {
      from = Math.min(from, ranges.get(i).fromMs());
      to = Math.max(to, ranges.get(i).toMs());
      i++;
    }
    merged.add(new Range(from, to));
    merged.addAll(ranges.subList(i, ranges.size()));
    return new Intervals(merged);
  }

  /** Whether a range that ends at one time leaves a gap before one that begins at another. */
  private static boolean touchesBefore(long endMs, long startMs) {
    return endMs != Long.MAX_VALUE && endMs + 1 < startMs;
  }

  /**
   * {@return whether a time is in a range}
   *
   * @param timestampMs the time
   */
  public boolean contains(long timestampMs) {
    for (Range range : ranges) {
      if (timestampMs <= range.toMs) {
        return timestampMs >= range.fromMs;
      }
    }
    return false;
  }

  /**
   * {@return whether some time of a range is in these}
   *
   * @param fromMs the first millisecond
   * @param toMs the last millisecond
   */
  public boolean overlaps(long fromMs, long toMs) {
    for (Range range : ranges) {
      if (range.toMs >= fromMs) {
        return range.fromMs <= toMs;
      }
    }
    return false;
  }

  /**
   * {@return whether every time of a range is in these}
   *
   * @param fromMs the first millisecond
   * @param toMs the last millisecond
   */
  public boolean covers(long fromMs, long toMs) {
    for (Range range : ranges) {
      if (range.toMs >= fromMs) {
        return range.fromMs <= fromMs && toMs <= range.toMs;
      }
    }
    return false;
  }

  /**
   * {@return what of these is not behind a time}
   *
   * @param timestampMs the time
   */
  public Intervals upTo(long timestampMs) {
    Intervals left = NONE;
    for (Range range : ranges) {
      left = left.with(range.fromMs, Math.min(range.toMs, timestampMs));
    }
    return left;
  }

  /**
   * {@return what of these is not before a time}
   *
   * @param timestampMs the time
   */
  public Intervals from(long timestampMs) {
    Intervals left = NONE;
    for (Range range : ranges) {
      if (range.toMs >= timestampMs) {
        left = left.with(Math.max(range.fromMs, timestampMs), range.toMs);
      }
    }
    return left;
  }
}
