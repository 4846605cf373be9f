package io.hmsops.benchmarks.head;

import com.sun.management.ThreadMXBean;
import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.Series;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.storage.TsdbException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What does reading series out of the head cost, by stage: selecting them in order, asking for one
 * label, decoding? Counters as in {@link AppendLoad}, one scrape each 15 s. CPU time of the reading
 * thread for each series, the first run (which sorts) and the mean of the later ones.
 *
 * <p>Arguments: series, samples a series, an empty directory, and, if it is not to be in 2023, the
 * time of the first scrape in milliseconds. The directory can be served afterwards.
 */
public final class SelectLoad {
  private static final int SCRAPE_MS = 15_000;
  private static final int BATCH = 10_000;
  private static final int RUNS = 12;
  private static final int WARM_FROM = 4;

  private static double sink;

  private SelectLoad() {}

  /**
   * Fills the head and reads it.
   *
   * @param args see above
   * @throws IOException if the directory cannot be written
   */
  public static void main(String[] args) throws IOException {
    int series = Integer.parseInt(args[0]);
    int samples = Integer.parseInt(args[1]);
    long startMs = args.length > 3 ? Long.parseLong(args[3]) : 1_700_000_000_000L;
    Options options = Options.defaults().toBuilder().maxAhead(Duration.ofDays(40_000)).build();
    try (Tsdb db = Tsdb.open(Path.of(args[2]), options)) {
      fill(db, series, samples, startMs);
      long endMs = startMs + (long) (samples - 1) * SCRAPE_MS;
      LabelMatcher all = LabelMatcher.equal("__name__", "bench_requests_total");
      LabelMatcher job = LabelMatcher.equal("job", "svc-07");
      LabelMatcher one = LabelMatcher.equal("series", "4711");
      measure(db, "all, all samples", startMs, endMs, List.of(all));
      measure(db, "all, newest 5 min", endMs - 300_000, endMs, List.of(all));
      measure(db, "one job, all samples", startMs, endMs, List.of(all, job));
      measure(db, "one job, newest 5 min", endMs - 300_000, endMs, List.of(all, job));
      measure(db, "one series, newest 5 min", endMs - 300_000, endMs, List.of(all, one));
    }
    print("sink", Double.toString(sink));
  }

  private static void fill(Tsdb db, int series, int samples, long startMs) throws TsdbException {
    Appender appender = db.appender();
    long[] refs = new long[series];
    for (int i = 0; i < series; i++) {
      refs[i] =
          appender.series(
              Labels.of(
                  "__name__",
                  "bench_requests_total",
                  "job",
                  "svc-%02d".formatted(i % 50),
                  "instance",
                  "10.0.%d.%d:9100".formatted(i / 50 % 200, i / 10_000 % 250),
                  "handler",
                  "/api/v1/resource" + i % 10,
                  "code",
                  new String[] {"200", "404", "500", "503"}[i % 4],
                  "series",
                  Integer.toString(i)));
    }
    long accepted = 0;
    for (int scrape = 0; scrape < samples; scrape++) {
      for (int i = 0; i < series; i++) {
        appender.add(
            refs[i],
            startMs + (long) scrape * SCRAPE_MS,
            (double) scrape * (i % 97) + (i & 7) * (scrape % 3));
        if (appender.size() == BATCH) {
          accepted += appender.commit().accepted();
        }
      }
      accepted += appender.commit().accepted();
    }
    print("fill", accepted + " samples");
  }

  private static void measure(
      Tsdb db, String what, long fromMs, long toMs, List<LabelMatcher> matchers)
      throws TsdbException {
    double[] first = run(db, fromMs, toMs, matchers);
    double[] sums = new double[first.length];
    for (int i = 1; i < RUNS; i++) {
      double[] times = run(db, fromMs, toMs, matchers);
      for (int stage = 0; stage < sums.length && i >= WARM_FROM; stage++) {
        sums[stage] += times[stage] / (RUNS - WARM_FROM);
      }
    }
    print(
        what,
        "select %.0f (first %.0f), label %.0f (%.0f), decode %.0f (%.0f) ns a series; %.0f bytes a series"
            .formatted(sums[0], first[0], sums[1], first[1], sums[2], first[2], sums[3]));
  }

  private static double[] run(Tsdb db, long fromMs, long toMs, List<LabelMatcher> matchers)
      throws TsdbException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = threads.getCurrentThreadAllocatedBytes();
    long begin = threads.getCurrentThreadCpuTime();
    try (Querier querier = db.querier(fromMs, toMs)) {
      List<Series> found = new ArrayList<>();
      SeriesSet set = querier.select(SelectHints.range(fromMs, toMs), matchers);
      while (set.next()) {
        found.add(set.series());
      }
      long selected = threads.getCurrentThreadCpuTime();
      for (Series series : found) {
        sink += series.label("job").length();
      }
      long labelled = threads.getCurrentThreadCpuTime();
      SampleBatch batch = new SampleBatch();
      for (Series series : found) {
        SampleCursor cursor = series.samples();
        while (cursor.next(batch)) {
          sink += batch.values()[batch.count() - 1];
        }
      }
      double count = Math.max(1, found.size());
      return new double[] {
        (selected - begin) / count,
        (labelled - selected) / count,
        (threads.getCurrentThreadCpuTime() - labelled) / count,
        (threads.getCurrentThreadAllocatedBytes() - bytes) / count
      };
    }
  }

  private static void print(String what, String text) {
    System.out.printf(Locale.ROOT, "%-26s %s%n", what, text);
  }
}
