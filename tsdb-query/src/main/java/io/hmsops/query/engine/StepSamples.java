package io.hmsops.query.engine;

/**
 * How many samples each step of a query could see, counted as Prometheus does: each sample of each
 * window, and what instant selectors took; a histogram counts for as many samples as it is large.
 *
 * @param seen how many, one number a step
 * @param read how many of them no step before had seen
 */
@SuppressWarnings("ArrayRecordComponent") // handed out once, never compared
public record StepSamples(long[] seen, long[] read) {
  /** {@return the samples seen by all steps} */
  public long totalSeen() {
    return java.util.Arrays.stream(seen).sum();
  }

  /** {@return the samples read by all steps} */
  public long totalRead() {
    return java.util.Arrays.stream(read).sum();
  }
}
