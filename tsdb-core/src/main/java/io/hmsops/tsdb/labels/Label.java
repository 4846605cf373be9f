package io.hmsops.tsdb.labels;

/**
 * One name and value of a label set.
 *
 * @param name the label's name, any non-empty Unicode text
 * @param value the label's value; empty means the same as absent
 */
public record Label(String name, String value) {
  /** The label that holds a metric's name. */
  public static final String METRIC_NAME = "__name__";

  /** The label that may hold a metric's type. */
  public static final String METRIC_TYPE = "__type__";

  /** The label that may hold a metric's unit. */
  public static final String METRIC_UNIT = "__unit__";

  /** The label that holds the upper bound of a classic histogram's bucket. */
  public static final String BUCKET = "le";
}
