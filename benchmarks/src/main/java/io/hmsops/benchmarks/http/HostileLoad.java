package io.hmsops.benchmarks.http;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;

/**
 * What does a query of one series wait for when fifty hostile ones run beside it? Asks a running
 * server for one series over and over, first alone, then beside fifty clients that send queries
 * made to be expensive, and tells the quantiles of both, and how the hostile ones ended.
 *
 * <p>Arguments: host:port, seconds, the small query, a selector of many series ({@code
 * bench_requests_total}), a label that tells them apart ({@code series}), and the time in Unix
 * seconds at which there is data.
 */
public final class HostileLoad {
  private static final int CLIENTS = 50;

  private final HttpClient client = HttpClient.newHttpClient();
  private final String address;
  private final long seconds;
  private final String small;
  private final List<String> hostile;

  private HostileLoad(String[] arguments) {
    address = arguments[0];
    seconds = Long.parseLong(arguments[1]);
    long timeS = Long.parseLong(arguments[5]);
    small = "/api/v1/query?query=%s&time=%d".formatted(encoded(arguments[2]), timeS);
    hostile = hostile(arguments[3], arguments[4], timeS);
  }

  private static List<String> hostile(String many, String label, long timeS) {
    List<String> targets = new ArrayList<>();
    for (String query :
        List.of(
            "{__name__=~\".+\"} * on (%2$s) group_left () {__name__=~\".+\"}",
            "rate(%1$s[5m])",
            "{%2$s=~\"(x+x+)+y\"}",
            "max_over_time(max_over_time(%1$s[10m:1s])[10m:1s])",
            "count_values(\"value\", %1$s * 1.1)",
            "label_replace(%1$s, \"long\", \"$1$1$1$1$1$1\", \"%2$s\", \"(.*)\")",
            "quantile by (%2$s) (0.9, %1$s) or %1$s or %1$s",
            "sort_desc(%1$s ^ %1$s)",
            "{%2$s=~\"" + "(a|b)?x*".repeat(500) + "\"}",
            "sum by (%2$s) (rate(%1$s[1h])) / ignoring () sum by (%2$s) (rate(%1$s[1h]))")) {
      targets.add(
          "/api/v1/query_range?query=%s&start=%d&end=%d&step=1"
              .formatted(
                  encoded(String.format(Locale.ROOT, query, many, label)), timeS - 11_000, timeS));
    }
    return targets;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private int status(String target) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + target))
            .timeout(Duration.ofMinutes(5))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  private void askSmall(String title) throws IOException, InterruptedException {
    long[] nanos = new long[1 << 20];
    int count = 0;
    long endNanos = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
    while (System.nanoTime() < endNanos && count < nanos.length) {
      long beginNanos = System.nanoTime();
      int status = status(small);
      nanos[count++] = System.nanoTime() - beginNanos;
      if (status != 200) {
        throw new IOException("%s: status %d (expected: 200)".formatted(small, status));
      }
    }
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    System.out.printf(
        Locale.ROOT,
        "%s: %d answers, p50 %.2f ms, p99 %.2f ms, longest %.2f ms%n",
        title,
        count,
        sorted[count / 2] / 1e6,
        sorted[(int) (count * 0.99)] / 1e6,
        sorted[count - 1] / 1e6);
  }

  private void run() throws Exception {
    askSmall("warm-up");
    askSmall("alone");
    AtomicBoolean enough = new AtomicBoolean();
    Map<Integer, LongAdder> statuses = new ConcurrentSkipListMap<>();
    List<Future<?>> clients = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CLIENTS; i++) {
        String target = hostile.get(i % hostile.size()) + "&timeout=10s";
        clients.add(
            threads.submit(
                () -> {
                  while (!enough.get()) {
                    statuses.computeIfAbsent(status(target), _ -> new LongAdder()).increment();
                  }
                  return null;
                }));
      }
      try {
        askSmall("beside %d hostile ones".formatted(CLIENTS));
      } finally {
        enough.set(true);
      }
    }
    for (Future<?> ended : clients) {
      ended.get();
    }
    System.out.println("hostile queries by status: " + statuses);
  }

  /**
   * Runs it.
   *
   * @param arguments see the class
   * @throws Exception if the server fails
   */
  public static void main(String[] arguments) throws Exception {
    new HostileLoad(arguments).run();
  }
}
