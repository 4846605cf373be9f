package io.hmsops.tsdb.storage;

import java.util.List;

/**
 * What a query will do with the series it selects. A store may use this to read less; it must not
 * change the answer.
 *
 * @param minTimeMs the earliest timestamp that will be looked at, inclusive
 * @param maxTimeMs the latest timestamp that will be looked at, inclusive
 * @param stepMs the query's step, 0 for an instant query
 * @param rangeMs the length of the range selector, 0 for an instant selector
 * @param function the function or aggregation right above the selector, empty if there is none
 * @param grouping the labels of the aggregation above, empty if there is none
 * @param groupingBy whether the grouping is {@code by} rather than {@code without}
 * @param cancellation asked while reading
 */
public record SelectHints(
    long minTimeMs,
    long maxTimeMs,
    long stepMs,
    long rangeMs,
    String function,
    List<String> grouping,
    boolean groupingBy,
    Cancellation cancellation) {
  /** Copies the list. */
  public SelectHints {
    grouping = List.copyOf(grouping);
  }

  /**
   * {@return hints that know only the time range}
   *
   * @param minTimeMs the earliest timestamp that will be looked at, inclusive
   * @param maxTimeMs the latest timestamp that will be looked at, inclusive
   */
  public static SelectHints range(long minTimeMs, long maxTimeMs) {
    return new SelectHints(minTimeMs, maxTimeMs, 0, 0, "", List.of(), false, Cancellation.NONE);
  }
}
