package io.hmsops.query.ast;

/** What must be known of a function before it is evaluated. */
public enum FunctionTrait {
  /** Its value depends on the time it is evaluated at, even if its arguments do not. */
  DEPENDS_ON_TIME,
  /** It is a number that the query's range and step give, and is never evaluated. */
  IS_QUERY_TIME,
  /** Of a selector it asks for the times of the samples, which are the same at whatever step. */
  ASKS_FOR_SAMPLE_TIMES,
  /** Of histograms that are selected below it only count and sum matter. */
  READS_COUNT_AND_SUM,
  /** All of the histograms that are selected below it matters. */
  READS_WHOLE_HISTOGRAMS,
  /** Its annotations count how often something was met. */
  COUNTS_ANNOTATIONS
}
