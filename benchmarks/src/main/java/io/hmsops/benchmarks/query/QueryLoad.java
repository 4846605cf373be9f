package io.hmsops.benchmarks.query;

import io.hmsops.query.engine.Engine;
import io.hmsops.query.engine.EngineOptions;
import io.hmsops.query.engine.QueryException;
import io.hmsops.query.engine.QueryRequest;
import io.hmsops.query.engine.QueryResult;
import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.db.Tsdb;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * What do the dashboard queries cost over 100,000 series of 260 samples in the head? Answers with
 * the CPU-seconds of the whole process for each query (collector and compiler included), best and
 * mean of the repetitions behind the warm-up, and a checksum of the answer.
 *
 * <p>Arguments: directory (empty, or left by an earlier run of the same shape), series, samples,
 * repetitions, and optionally a part of the titles of the rows wanted ({@code "rate instant"}).
 */
public final class QueryLoad {
  private static final int WARM_UPS = 3;
  private static final long HOUR_MS = 3_600_000;

  private record Row(String name, String query, boolean range) {
    String title() {
      return name + (range ? " range" : " instant");
    }
  }

  private static final List<Row> ROWS =
      List.of(
          new Row("rate", "sum by (job) (rate(bench_requests_total[5m]))", true),
          new Row("rate", "sum by (job) (rate(bench_requests_total[5m]))", false),
          new Row("max", "max by (code) (max_over_time(bench_requests_total[10m]))", true),
          new Row("max", "max by (code) (max_over_time(bench_requests_total[10m]))", false),
          new Row(
              "topk",
              "topk(5, sum by (handler, job) (rate(bench_requests_total{code=\"500\"}[1m])))",
              true),
          new Row(
              "topk",
              "topk(5, sum by (handler, job) (rate(bench_requests_total{code=\"500\"}[1m])))",
              false),
          new Row("plain", "bench_requests_total{job=\"svc-07\"}", true),
          new Row("plain", "bench_requests_total{job=\"svc-07\"}", false),
          new Row(
              "quantile",
              "histogram_quantile(0.99, sum by (job, le) (rate(bench_latency_seconds_bucket[5m])))",
              true),
          new Row(
              "quantile",
              "histogram_quantile(0.99, sum by (job, le) (rate(bench_latency_seconds_bucket[5m])))",
              false),
          new Row(
              "quantiles",
              "sum(histogram_quantile(0.9, rate(bench_latency_seconds_bucket[5m])))",
              true),
          new Row(
              "quantiles",
              "sum(histogram_quantile(0.9, rate(bench_latency_seconds_bucket[5m])))",
              false));

  private QueryLoad() {}

  /**
   * Runs the load.
   *
   * @param args see above
   * @throws IOException if the directory cannot be used
   * @throws QueryException if a query fails
   */
  public static void main(String[] args) throws IOException, QueryException {
    Path directory = Path.of(args[0]);
    int series = Integer.parseInt(args[1]);
    int samples = Integer.parseInt(args[2]);
    int repetitions = Integer.parseInt(args[3]);
    String wanted = args.length > 4 ? args[4] : "";
    Options options =
        Options.defaults().toBuilder()
            .maxAhead(Duration.ofDays(40_000))
            .build()
            .withMaintenance(Duration.ZERO, 1L << 40, 64 << 20);
    try (Tsdb db = Tsdb.open(directory, options)) {
      if (db.stats().knownSeries() == 0) {
        QueryData.fill(db, series, samples);
      }
      Engine engine = new Engine(EngineOptions.defaults());
      for (Row row : ROWS) {
        if (row.title().contains(wanted)) {
          run(engine, db, row, QueryData.endMs(samples), repetitions);
        }
      }
    }
  }

  private static void run(Engine engine, Tsdb db, Row row, long endMs, int repetitions)
      throws QueryException, IOException {
    QueryRequest request =
        row.range()
            ? QueryRequest.range(row.query(), endMs - HOUR_MS, endMs, QueryData.SCRAPE_MS)
            : QueryRequest.instant(row.query(), endMs);
    long before = residentKib("VmRSS");
    resetPeak();
    double cold = cpuSeconds();
    QueryResult result = engine.query(db, request);
    cold = cpuSeconds() - cold;
    long peak = residentKib("VmHWM") - before;
    for (int i = 1; i < WARM_UPS; i++) {
      result = engine.query(db, request);
    }
    double best = Double.MAX_VALUE;
    double sum = 0;
    long wallNanos = System.nanoTime();
    for (int i = 0; i < repetitions; i++) {
      double cpu = cpuSeconds();
      result = engine.query(db, request);
      cpu = cpuSeconds() - cpu;
      sum += cpu;
      best = Math.min(best, cpu);
    }
    wallNanos = System.nanoTime() - wallNanos;
    System.out.printf(
        Locale.ROOT,
        "%-9s %-7s best %.4f mean %.4f first %.3f CPU-s, wall %.4f s, %d samples, first +%d MiB"
            + " RSS, checksum %016x%n",
        row.name(),
        row.range() ? "range" : "instant",
        best,
        sum / repetitions,
        cold,
        wallNanos / 1e9 / repetitions,
        result.samplesRead(),
        peak >> 10,
        checksum(result));
  }

  /** Independent of the order of series. */
  private static long checksum(QueryResult result) {
    long checksum = 0;
    switch (result.value()) {
      case QueryResult.Vector(var samples) -> {
        for (QueryResult.Sample sample : samples) {
          checksum += 31L * sample.labels().toString().hashCode() * bits(sample.value());
        }
      }
      case QueryResult.Matrix(var series) -> {
        for (QueryResult.Points points : series) {
          long hash = points.labels().toString().hashCode();
          for (int i = 0; i < points.values().length; i++) {
            hash = 31 * hash + points.timestampsMs()[i] + bits(points.values()[i]);
          }
          checksum += hash;
        }
      }
      case QueryResult.Scalar(_, var value) -> checksum = bits(value);
      case QueryResult.Text(_, var text) -> checksum = text.hashCode();
    }
    return checksum;
  }

  /** Twelve significant digits: engines differ in the last bits of sums. */
  private static long bits(double value) {
    return "%.11e".formatted(value).hashCode();
  }

  private static double cpuSeconds() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }

  private static void resetPeak() throws IOException {
    Files.writeString(Path.of("/proc/self/clear_refs"), "5");
  }

  private static long residentKib(String field) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(field + ":")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("/proc/self/status: no " + field);
  }
}
