package io.hmsops.tsdb.storage;

import java.util.List;
import java.util.function.IntConsumer;

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
 * @param anyOrder whether the series may come in any order
 * @param newestOnly whether of each series only the newest sample of the range is looked at; it
 *     need not have others then
 * @param found told how many series match, before more is looked at of any of them; what it throws
 *     ends the selection
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
    boolean anyOrder,
    boolean newestOnly,
    IntConsumer found,
    Cancellation cancellation) {
  /** Copies the list. */
  public SelectHints {
    grouping = List.copyOf(grouping);
  }

  /**
   * Hints for series in order, however many there are.
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
  public SelectHints(
      long minTimeMs,
      long maxTimeMs,
      long stepMs,
      long rangeMs,
      String function,
      List<String> grouping,
      boolean groupingBy,
      Cancellation cancellation) {
    this(
        minTimeMs,
        maxTimeMs,
        stepMs,
        rangeMs,
        function,
        grouping,
        groupingBy,
        false,
        false,
        _ -> {},
        cancellation);
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
