package io.hmsops.benchmarks.postings;

import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.SeriesSet;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * Question: what does it cost to select series by a regular expression over a label with 400,000
 * values? Cold is the first time that an expression is asked, warm any later time.
 *
 * <p>Arguments: an empty directory, and {@code head} or {@code block}.
 */
public final class RegexLoad {
  private static final long START_MS = 1_700_000_000_000L;
  private static final int PATHS = 400_000;
  private static final String[] TAILS = {"visas", "claims", "photos", "login", "queue"};

  private RegexLoad() {}

  /**
   * Prints the CPU time of each expression.
   *
   * @param args see above
   * @throws IOException if the directory cannot be used
   */
  public static void main(String[] args) throws IOException {
    Options options = Options.defaults().toBuilder().maxAhead(Duration.ofDays(40_000)).build();
    try (Tsdb db = Tsdb.open(Path.of(args[0]), options)) {
      fill(db);
      if (args[1].equals("block")) {
        db.compact();
      }
      // Other expressions over the same values, so that what is measured is compiled code.
      for (int i = 0; i < 20; i++) {
        count(
            db, LabelMatcher.Type.REGEX, ".*[a-f]{" + (1 + i % 4) + "}" + i + "/(visas|claims).*");
        count(db, LabelMatcher.Type.REGEX, ".*f" + i + ".*");
        count(db, LabelMatcher.Type.REGEX, "/v%d/users/%x.*".formatted(1 + i % 3, 1 + i % 15));
        count(db, LabelMatcher.Type.REGEX, ".*[0-9]{4}/" + TAILS[i % 5] + ".{" + i / 5 + ",}");
        count(db, LabelMatcher.Type.REGEX, ".*%d/(%s|%s)".formatted(i % 9, TAILS[i % 5], TAILS[0]));
        count(db, LabelMatcher.Type.NOT_REGEX, "/v2/.{" + i + ",}");
      }
      measure(db, LabelMatcher.Type.REGEX, ".*abc.*");
      measure(db, LabelMatcher.Type.REGEX, "/v1/users/0.*");
      measure(db, LabelMatcher.Type.REGEX, ".*/(login|queue)");
      measure(db, LabelMatcher.Type.REGEX, ".*[0-9]{4}/visas.*");
      measure(db, LabelMatcher.Type.NOT_REGEX, "/v1/.*");
    }
  }

  private static void fill(Tsdb db) throws IOException {
    Random random = new Random(1);
    Appender appender = db.appender();
    for (int i = 0; i < PATHS; i++) {
      String path =
          "/v%d/users/%012x/%s"
              .formatted(
                  1 + i % 3, random.nextLong() & 0xffff_ffff_ffffL, TAILS[random.nextInt(5)]);
      Labels labels = Labels.of("__name__", "bench_paths", "job", "svc-" + i % 50, "path", path);
      appender.add(appender.series(labels), START_MS, i);
      if (appender.size() == 10_000) {
        appender.commit();
      }
    }
    appender.commit();
  }

  private static void measure(Tsdb db, LabelMatcher.Type type, String regex) throws IOException {
    long before = cpuNanos();
    int matched = count(db, type, regex);
    double cold = (cpuNanos() - before) / 1e6;
    int repeats = 10;
    before = cpuNanos();
    for (int i = 0; i < repeats; i++) {
      count(db, type, regex);
    }
    double warm = (cpuNanos() - before) / 1e6 / repeats;
    System.out.printf(
        "path%s\"%s\": %d series, %.1f ms CPU cold, %.1f ms warm%n",
        type.symbol(), regex, matched, cold, warm);
  }

  private static int count(Tsdb db, LabelMatcher.Type type, String regex) throws IOException {
    int count = 0;
    try (Querier querier = db.querier(START_MS, START_MS)) {
      SeriesSet set =
          querier.select(
              SelectHints.range(START_MS, START_MS),
              List.of(
                  LabelMatcher.equal("__name__", "bench_paths"),
                  LabelMatcher.of(type, "path", regex)));
      while (set.next()) {
        count++;
      }
    }
    return count;
  }

  /** Of this thread: the process's counter moves in steps of 10 ms. */
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
