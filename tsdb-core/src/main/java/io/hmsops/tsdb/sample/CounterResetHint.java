package io.hmsops.tsdb.sample;

/** What is known about whether a native histogram starts anew against the one before it. */
public enum CounterResetHint {
  /** Nothing is known: compare the buckets. */
  UNKNOWN,
  /** It has started anew. */
  RESET,
  /** It continues the one before it. */
  NOT_RESET,
  /** It is a gauge: there are no resets. */
  GAUGE
}
