package io.hmsops.benchmarks.compare;

import java.io.IOException;

/**
 * What asking the same thing again and again costs a server.
 *
 * @param coldCpuSeconds of the first time
 * @param cpuSeconds the mean of the times after the first and one warm-up
 * @param wallSeconds the mean of the same
 * @param runs how many those were
 * @param text what the server answered
 */
record QueryTimer(
    double coldCpuSeconds, double cpuSeconds, double wallSeconds, int runs, String text) {
  private static final int LEAST_RUNS = 3;
  private static final int MOST_RUNS = 200;

  /**
   * Asks.
   *
   * @param path what is asked
   * @param enoughSeconds how long to go on if there are runs enough
   * @throws IOException if it is not answered, or answered differently another time
   */
  static QueryTimer measure(RunningServer server, String path, double enoughSeconds)
      throws IOException {
    ProcessFigures figures = server.figures();
    double begin = figures.cpuSeconds();
    String text = server.get(path);
    double cold = figures.cpuSeconds() - begin;
    requireSame(path, text, server.get(path));
    double before = figures.cpuSeconds();
    long beginNanos = System.nanoTime();
    long enoughNanos = (long) (enoughSeconds * 1e9);
    int runs = 0;
    while (runs < LEAST_RUNS
        || (runs < MOST_RUNS && System.nanoTime() - beginNanos < enoughNanos)) {
      requireSame(path, text, server.get(path));
      runs++;
    }
    double wall = (System.nanoTime() - beginNanos) / 1e9;
    return new QueryTimer(cold, (figures.cpuSeconds() - before) / runs, wall / runs, runs, text);
  }

  private static void requireSame(String path, String first, String other) throws IOException {
    // Order and trace ids may differ; what must not is how much there is.
    if (Math.abs(first.length() - other.length()) > first.length() / 100 + 100) {
      throw new IOException(
          "%s: %d characters, then %d".formatted(path, first.length(), other.length()));
    }
  }
}
