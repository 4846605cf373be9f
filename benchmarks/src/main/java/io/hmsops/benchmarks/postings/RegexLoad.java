package io.hmsops.benchmarks.postings;

import static io.hmsops.tsdb.labels.LabelMatcher.Type.NOT_REGEX;
import static io.hmsops.tsdb.labels.LabelMatcher.Type.REGEX;

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
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;

/**
 * Question: what does it cost to select series by a regular expression over a label with 400,000
 * values? Cold is the first time that an expression is asked: the median of many of one form, after
 * half as many others. Warm is any later time.
 *
 * <p>Arguments: an empty directory, {@code head} or {@code block}, and perhaps the numbers of the
 * forms wanted, from 0.
 */
public final class RegexLoad {
  private static final long START_MS = 1_700_000_000_000L;
  private static final int PATHS = 400_000;
  private static final int COLD = 60;
  private static final int WARM = 20;
  private static final List<String> RESOURCES =
      List.of(
          "users",
          "orders",
          "passports",
          "photos",
          "payments",
          "offices",
          "agents",
          "tickets",
          "files",
          "reports");
  private static final List<String> LEAVES =
      List.of(
          "visas", "login", "queue", "status", "history", "items", "address", "photo", "notes",
          "audit");

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
      List<Form> forms = forms();
      for (int i = 0; i < forms.size(); i++) {
        if (args.length == 2 || List.of(args).subList(2, args.length).contains("" + i)) {
          measure(db, forms.get(i));
        }
      }
    }
  }

  /** Expressions of one form; none of them is asked twice. */
  private record Form(String example, LabelMatcher.Type type, IntFunction<String> expressions) {}

  private static List<Form> forms() {
    return List.of(
        new Form(".*abc.*", REGEX, i -> ".*%03x.*".formatted((i * 37 + 0xabc) % 4096)),
        new Form(
            "/v1/users/0.*",
            REGEX,
            i -> "/v%d/%s/%x.*".formatted(1 + i % 3, RESOURCES.get(i / 3 % 10), i / 30)),
        new Form(
            ".*/(login|queue)",
            REGEX,
            i -> ".*%x?/(%s|%s)".formatted(i / 10, LEAVES.get(i % 10), LEAVES.get((i + 3) % 10))),
        new Form(
            ".*[0-9]{4}/visas.*",
            REGEX, i -> ".*[0-%d]{4}/%s.*".formatted(9 - i / 10, LEAVES.get(i % 10))),
        new Form("/v1/.*", NOT_REGEX, i -> "/v%d/.{%d,}".formatted(1 + i % 3, 1 + i / 3)));
  }

  private static void fill(Tsdb db) throws IOException {
    Random random = new Random(1);
    Appender appender = db.appender();
    for (int i = 0; i < PATHS; i++) {
      String path =
          "/v%d/%s/%012x/%s"
              .formatted(
                  1 + i % 3,
                  RESOURCES.get(i / 3 % 10),
                  random.nextLong() & 0xffff_ffff_ffffL,
                  LEAVES.get(i / 30 % 10));
      Labels labels = Labels.of("__name__", "bench_paths", "job", "svc-" + i % 50, "path", path);
      appender.add(appender.series(labels), START_MS, i);
      if (appender.size() == 10_000) {
        appender.commit();
      }
    }
    appender.commit();
  }

  private static void measure(Tsdb db, Form form) throws IOException {
    for (int i = COLD; i < COLD + COLD / 2; i++) {
      count(db, form.type, form.expressions.apply(i));
    }
    double[] cold = new double[COLD];
    for (int i = 0; i < COLD; i++) {
      long before = cpuNanos();
      count(db, form.type, form.expressions.apply(i));
      cold[i] = (cpuNanos() - before) / 1e6;
    }
    Arrays.sort(cold);
    count(db, form.type, form.example);
    long before = cpuNanos();
    int matched = 0;
    for (int i = 0; i < WARM; i++) {
      matched = count(db, form.type, form.example);
    }
    System.out.printf(
        "path%s\"%s\": %d series, %.2f ms CPU cold (%.2f to %.2f), %.2f ms warm%n",
        form.type.symbol(),
        form.example,
        matched,
        cold[COLD / 2],
        cold[0],
        cold[COLD - 1],
        (cpuNanos() - before) / 1e6 / WARM);
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
