package io.hmsops.query.engine;

/**
 * What a query took. Times are in nanoseconds.
 *
 * @param queueNanos time spent waiting to be evaluated
 * @param prepareNanos time spent reading, checking and planning the text
 * @param evalNanos time spent evaluating, reading samples included
 * @param sortNanos time spent sorting the answer
 * @param totalNanos all of it
 * @param selectedSeries how many series its selectors found
 * @param readBatches how many batches of samples were read: chunks, or parts of them
 * @param readSamples how many samples were read, each once
 * @param peakSamples how many samples were held at most
 * @param peakBytes how much memory was held at most, as estimated
 */
public record QueryStatistics(
    long queueNanos,
    long prepareNanos,
    long evalNanos,
    long sortNanos,
    long totalNanos,
    long selectedSeries,
    long readBatches,
    long readSamples,
    long peakSamples,
    long peakBytes) {
  /** Of a query that has not begun. */
  public static final QueryStatistics NONE = new QueryStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
