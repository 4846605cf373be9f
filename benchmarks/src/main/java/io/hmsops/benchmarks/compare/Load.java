package io.hmsops.benchmarks.compare;

/**
 * Samples to be written, scrape by scrape: a pure function of series and scrape, so that every
 * server is given the same. Any thread may call.
 */
interface Load {

  /** {@return what it is, in a line} */
  String description();

  /** {@return how many series there are} */
  int series();

  /** {@return how many scrapes there are; not every series needs to have a sample in each} */
  int scrapes();

  /**
   * {@return names and values in turn, ordered by name}
   *
   * @param series from 0 to {@code series()} − 1
   */
  String[] labels(int series);

  /**
   * {@return when the sample was taken, in milliseconds since the Unix epoch}
   *
   * @param series from 0 to {@code series()} − 1
   * @param scrape from 0 to {@code scrapes()} − 1
   */
  long timestampMs(int series, int scrape);

  /**
   * {@return the sample}
   *
   * @param series from 0 to {@code series()} − 1
   * @param scrape from 0 to {@code scrapes()} − 1
   */
  double value(int series, int scrape);

  /**
   * {@return whether the series has a sample in the scrape}
   *
   * @param series from 0 to {@code series()} − 1
   * @param scrape from 0 to {@code scrapes()} − 1
   */
  default boolean present(int series, int scrape) {
    return true;
  }
}
