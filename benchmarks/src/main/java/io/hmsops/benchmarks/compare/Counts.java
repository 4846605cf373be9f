package io.hmsops.benchmarks.compare;

import java.io.IOException;
import java.util.Locale;

/** Counts that are known beforehand, asked of a server. */
final class Counts {

  private Counts() {}

  /** {@return the path of an instant query} */
  static String instant(Contestant contestant, String query, long atMs) {
    return "/api/v1/query?query=%s&time=%s%s"
        .formatted(HttpConnection.encoded(query), seconds(atMs), contestant.queryParameters());
  }

  /** {@return the path of a range query} */
  static String range(
      Contestant contestant, String query, long startMs, long endMs, int stepSeconds) {
    return "/api/v1/query_range?query=%s&start=%s&end=%s&step=%d%s"
        .formatted(
            HttpConnection.encoded(query),
            seconds(startMs),
            seconds(endMs),
            stepSeconds,
            contestant.queryParameters());
  }

  private static String seconds(long ms) {
    return String.format(Locale.ROOT, "%.3f", ms / 1e3);
  }

  /**
   * Fails unless the server has exactly the samples of the load's first metric; a sum over all
   * metrics is no query, for {@code count_over_time} drops the name.
   */
  static void requireStored(RunningServer server, Load load) throws IOException {
    String metric = metric(load.labels(0));
    long sent = 0;
    for (int i = 0; i < load.series(); i++) {
      if (metric.equals(metric(load.labels(i)))) {
        for (int scrape = 0; scrape < load.scrapes(); scrape++) {
          sent += load.present(i, scrape) ? 1 : 0;
        }
      }
    }
    server.contestant().flush(server);
    long endMs = load.timestampMs(0, load.scrapes() - 1) + 2 * CounterLoad.SCRAPE_MS;
    long spanSeconds = (endMs - load.timestampMs(0, 0)) / 1_000 + 20;
    String query = "sum(count_over_time(%s[%ds]))".formatted(metric, spanSeconds);
    Answer answer = Answer.parse(server.get(instant(server.contestant(), query, endMs)));
    if (answer.onlyValue() != sent) {
      throw new IOException(
          "%s is %.0f (expected: the %d samples that were sent)"
              .formatted(query, answer.onlyValue(), sent));
    }
  }

  private static String metric(String[] labels) {
    for (int i = 0; i < labels.length; i += 2) {
      if (labels[i].equals("__name__")) {
        return labels[i + 1];
      }
    }
    throw new AssertionError("a series of the load has no name");
  }
}
