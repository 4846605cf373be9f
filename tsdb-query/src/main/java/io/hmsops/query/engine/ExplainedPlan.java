package io.hmsops.query.engine;

import java.util.List;

/**
 * One operator of a plan that has been run, with what it took, and those below it.
 *
 * @param operator what it does, such as {@code sum by (job)}, {@code rate} or {@code selector}
 * @param text the part of the query that it is
 * @param timeNanos time spent on all threads, that of the operators below included; of a selector
 *     the time for finding and reading its series; 0 of an operator that was computed series by
 *     series inside the one above
 * @param inside whether it was computed series by series inside the operator above
 * @param steps at how many steps it was evaluated
 * @param series how many series a selector found, or the value of another operator had
 * @param chunks how many chunks, or parts of them, were decoded
 * @param samples how many samples were read
 * @param bytes how much memory its value took; of a selector what was decoded
 * @param pruned what needed not be done, in words
 * @param operands the operators below
 */
public record ExplainedPlan(
    String operator,
    String text,
    long timeNanos,
    boolean inside,
    long steps,
    long series,
    long chunks,
    long samples,
    long bytes,
    List<String> pruned,
    List<ExplainedPlan> operands) {
  /** Copies the lists. */
  public ExplainedPlan {
    pruned = List.copyOf(pruned);
    operands = List.copyOf(operands);
  }
}
