package io.hmsops.query.ast;

import java.util.Arrays;
import java.util.Optional;

/** The parts of the language and engine that must be enabled, by their upstream names. */
public enum Feature {
  /** Experimental functions and aggregations. */
  EXPERIMENTAL_FUNCTIONS("promql-experimental-functions"),
  /** {@code anchored} and {@code smoothed}. */
  EXTENDED_RANGE_SELECTORS("promql-extended-range-selectors"),
  /** {@code fill}, {@code fill_left}, {@code fill_right}. */
  BINOP_FILL_MODIFIERS("promql-binop-fill-modifiers"),
  /** The metric's name is dropped at the end of the query. */
  DELAYED_NAME_REMOVAL("promql-delayed-name-removal"),
  /** Start timestamps take part in rates and resets. */
  USE_START_TIMESTAMPS("use-start-timestamps"),
  /** {@code __type__} and {@code __unit__} are attached on scrape. */
  TYPE_AND_UNIT_LABELS("type-and-unit-labels"),
  /** Sample counts per step under {@code stats=all}. */
  PER_STEP_STATS("promql-per-step-stats");

  private final String flag;

  Feature(String flag) {
    this.flag = flag;
  }

  /** {@return the name used with {@code --enable-feature}} */
  public String flag() {
    return flag;
  }

  /**
   * {@return the feature of that name, if there is one}
   *
   * @param flag the name used with {@code --enable-feature}
   */
  public static Optional<Feature> of(String flag) {
    return Arrays.stream(values()).filter(feature -> feature.flag.equals(flag)).findFirst();
  }
}
