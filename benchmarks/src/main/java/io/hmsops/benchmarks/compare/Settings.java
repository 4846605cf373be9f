package io.hmsops.benchmarks.compare;

import java.nio.file.Path;

/**
 * What a run is about.
 *
 * @param workDirectory where the servers' temporary directories are made
 * @param scale what the numbers of series are multiplied with, 1 for the full size
 * @param serverJavaOptions JVM options for our own server, or empty
 * @param corpus recorded series
 * @param nowMs the time that the load's timestamps end before, in milliseconds since the Unix
 *     epoch: one for all servers, so that they are given the same samples
 */
record Settings(
    Path workDirectory, double scale, String serverJavaOptions, Corpus corpus, long nowMs) {
  private static final long MARGIN_MS = 60_000;

  /** {@return a number of series, scaled down but not below {@code least}} */
  int scaled(int full, int least) {
    return Math.max(Math.min(full, least), (int) Math.round(full * scale));
  }

  /** {@return how long to go on with a measurement, in seconds; a tenth at the least} */
  double seconds(double full) {
    return full * Math.max(0.1, Math.min(1, scale));
  }

  /** {@return the time of a first scrape such that the last of so many is shortly before now} */
  long startMs(int scrapes) {
    long start = nowMs - MARGIN_MS - (long) scrapes * CounterLoad.SCRAPE_MS;
    return start - start % CounterLoad.SCRAPE_MS;
  }
}
