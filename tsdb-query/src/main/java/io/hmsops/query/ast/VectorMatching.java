package io.hmsops.query.ast;

import java.util.List;
import java.util.OptionalDouble;

/**
 * How the series of two vectors meet.
 *
 * @param cardinality how many may meet how many
 * @param labels the labels listed by {@code on} or {@code ignoring}
 * @param on whether they are listed by {@code on}
 * @param include the labels that {@code group_left} or {@code group_right} copies from the one side
 * @param fillLeft the value for left samples that are missing
 * @param fillRight the value for right samples that are missing
 */
public record VectorMatching(
    Cardinality cardinality,
    List<String> labels,
    boolean on,
    List<String> include,
    OptionalDouble fillLeft,
    OptionalDouble fillRight) {
  /** Copies the lists. */
  public VectorMatching {
    labels = List.copyOf(labels);
    include = List.copyOf(include);
  }

  /** How many series may meet how many. */
  public enum Cardinality {
    /** One of each side. */
    ONE_TO_ONE,
    /** {@code group_left}: many left series meet one right. */
    MANY_TO_ONE,
    /** {@code group_right}: one left series meets many right. */
    ONE_TO_MANY,
    /** Set operators. */
    MANY_TO_MANY
  }
}
