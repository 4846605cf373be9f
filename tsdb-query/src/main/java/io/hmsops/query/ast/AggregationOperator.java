package io.hmsops.query.ast;

/** The aggregation operators. */
public enum AggregationOperator {
  /** Sum. */
  SUM("sum", false, false),
  /** Mean. */
  AVG("avg", false, false),
  /** How many. */
  COUNT("count", false, false),
  /** Smallest. */
  MIN("min", false, false),
  /** Largest. */
  MAX("max", false, false),
  /** 1 for each group. */
  GROUP("group", false, false),
  /** Standard deviation of the population. */
  STDDEV("stddev", false, false),
  /** Variance of the population. */
  STDVAR("stdvar", false, false),
  /** Largest k elements. */
  TOPK("topk", true, false),
  /** Smallest k elements. */
  BOTTOMK("bottomk", true, false),
  /** The φ-quantile. */
  QUANTILE("quantile", true, false),
  /** How often each value occurs. */
  COUNT_VALUES("count_values", true, false),
  /** The first k elements. */
  LIMITK("limitk", true, true),
  /** A part of the elements, by the hash of their labels. */
  LIMIT_RATIO("limit_ratio", true, true);

  private final String symbol;
  private final boolean hasParameter;
  private final boolean experimental;

  AggregationOperator(String symbol, boolean hasParameter, boolean experimental) {
    this.symbol = symbol;
    this.hasParameter = hasParameter;
    this.experimental = experimental;
  }

  /** {@return the operator as written} */
  public String symbol() {
    return symbol;
  }

  /** {@return whether it takes a parameter before the vector} */
  public boolean hasParameter() {
    return hasParameter;
  }

  /** {@return whether it must be enabled} */
  public boolean experimental() {
    return experimental;
  }
}
