package io.hmsops.query.differential;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.StaleMarker;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;

/**
 * What a few servers would tell of themselves, for {@code dashboard-queries.txt}: the same on every
 * run. Samples lie off the edges of windows.
 */
final class DashboardData {
  private static final List<String> INSTANCES = List.of("web-1:9100", "web-2:9100", "db-1:9100");

  private final List<SeriesData> series = new ArrayList<>();

  DashboardData() {
    for (int at = 0; at < INSTANCES.size(); at++) {
      server(INSTANCES.get(at), INSTANCES.get(at).startsWith("web") ? "web" : "db", at + 1);
    }
  }

  List<SeriesData> series() {
    return series;
  }

  private void server(String instance, String job, int speed) {
    Labels.Builder base = new Labels.Builder().set("instance", instance).set("job", job);
    floats(base, "up", i -> speed == 3 && i % 40 > 30 ? 0 : 1);
    floats(with(base, "version", "1." + speed), "build_info", i -> 1);
    floats(with(base, "version", "1." + speed), "target_info", i -> 1);
    for (String mode : List.of("idle", "system", "user")) {
      floats(
          with(with(base, "mode", mode), "cpu", "0"),
          "node_cpu_seconds_total",
          i -> i * speed * mode.length() / 4.0);
    }
    for (String type : List.of("free", "total", "used")) {
      floats(
          with(base, "type", type),
          "node_memory_bytes",
          i -> 1024.0 * (type.hashCode() % 97 + 200 + speed * (i % 50)));
    }
    floats(base, "queue_depth", i -> (i * speed * 7 % 23 - 8) / 2.0);
    floats(base, "temperature_celsius", i -> temperature(i, speed));
    for (String path : List.of("/", "/api")) {
      for (String code : List.of("200", "500")) {
        floats(
            with(with(base, "path", path), "code", code),
            "http_requests_total",
            // A restart now and then.
            i -> (i % (60 + 10 * speed)) * (code.equals("200") ? 12.0 * speed : 0.25));
      }
      requestDurations(with(base, "path", path), speed);
    }
    histograms(base, "rpc_native_seconds", i -> exponential(i, speed));
    histograms(base, "rpc_custom_seconds", i -> custom(i, speed));
  }

  private static double temperature(int i, int speed) {
    return switch (i * speed % 37) {
      case 5 -> Double.NaN;
      case 11 -> Double.POSITIVE_INFINITY;
      case 17 -> Double.NEGATIVE_INFINITY;
      case 23 -> -0.0;
      case 29 -> StaleMarker.VALUE;
      default -> i * speed % 41 - 12.25;
    };
  }

  private static Labels.Builder with(Labels.Builder base, String name, String value) {
    return base.build().toBuilder().set(name, value);
  }

  private static long timeMs(int index) {
    return RandomData.START_MS + index * RandomData.INTERVAL_MS + 2_123;
  }

  private void floats(Labels.Builder labels, String name, IntToDoubleFunction value) {
    List<SeriesData.Sample> samples = new ArrayList<>();
    for (int i = 0; i < RandomData.SAMPLES; i++) {
      samples.add(new SeriesData.Sample(timeMs(i), value.applyAsDouble(i)));
    }
    series.add(new SeriesData(with(labels, "__name__", name).build(), samples));
  }

  private void requestDurations(Labels.Builder labels, int speed) {
    String[] bounds = {"0.1", "0.3", "1", "3", "+Inf"};
    for (int b = 0; b < bounds.length; b++) {
      int share = b + 1;
      floats(
          with(labels, "le", bounds[b]),
          "http_request_duration_seconds_bucket",
          i -> (double) i * speed * share);
    }
    floats(labels, "http_request_duration_seconds_count", i -> 5.0 * i * speed);
    floats(labels, "http_request_duration_seconds_sum", i -> 1.75 * i * speed);
  }

  private void histograms(Labels.Builder labels, String name, IntFunction<Histogram> value) {
    List<SeriesData.Sample> samples = new ArrayList<>();
    for (int i = 0; i < RandomData.SAMPLES; i++) {
      samples.add(new SeriesData.Sample(timeMs(i), 0, value.apply(i)));
    }
    series.add(new SeriesData(with(labels, "__name__", name).build(), samples));
  }

  private static Histogram exponential(int i, int speed) {
    int n = i % 70 + 1;
    double[] negative = speed == 2 ? new double[] {n, 2 * n} : new double[0];
    double[] positive = {n, 3 * n, 2 * n, 5 * n};
    return new Histogram(
        speed - 1,
        0.001,
        n,
        (speed == 2 ? 15 : 12) * n,
        4.5 * n,
        new int[] {-2, 2, 1, 2},
        positive,
        speed == 2 ? new int[] {0, 2} : new int[0],
        negative,
        new double[0],
        CounterResetHint.UNKNOWN,
        true);
  }

  private static Histogram custom(int i, int speed) {
    int n = i % 90 + 1;
    return new Histogram(
        Histogram.CUSTOM_SCHEMA,
        0,
        0,
        8 * n,
        3.5 * n,
        new int[] {0, 4},
        new double[] {n, 4 * n, 2 * n, n},
        new int[0],
        new double[0],
        speed == 3 ? new double[] {0.25, 0.5, 2} : new double[] {0.25, 0.5, 1},
        CounterResetHint.UNKNOWN,
        true);
  }
}
