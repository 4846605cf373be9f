package io.hmsops.query.limit;

/**
 * What one query may use.
 *
 * @param maxSamples how many samples may be in memory at once
 * @param maxBytes how much memory it may hold, as estimated from samples and series
 * @param timeoutMs how long it may take
 * @param smallWork how many samples a query may look at or hold and still be a small one; {@link
 *     Long#MAX_VALUE} for a query that has waited its turn
 */
public record QueryLimits(long maxSamples, long maxBytes, long timeoutMs, long smallWork) {
  /** {@return whether the query is tried as a small one} */
  boolean isSmall() {
    return smallWork != Long.MAX_VALUE;
  }

  /** {@return the same for a query that may be as large as the other limits allow} */
  public QueryLimits large() {
    return new QueryLimits(maxSamples, maxBytes, timeoutMs, Long.MAX_VALUE);
  }
}
