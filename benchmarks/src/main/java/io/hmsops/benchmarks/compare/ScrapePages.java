package io.hmsops.benchmarks.compare;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Targets to be scraped: text pages of counters that grow with every scrape, not compressed. */
final class ScrapePages implements AutoCloseable {
  static final int INTERVAL_SECONDS = 2;
  private static final String PATH = "/metrics/";
  private static final int LONGEST_VALUE = 24;

  private final HttpServer http;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final int targets;
  private final int lines;
  private final byte[][][] prefixes;
  private final int[] scrapes;
  private final AtomicLong served = new AtomicLong();

  ScrapePages(int targets, int lines) throws IOException {
    this.targets = targets;
    this.lines = lines;
    prefixes = new byte[targets][lines][];
    scrapes = new int[targets];
    for (int target = 0; target < targets; target++) {
      for (int i = 0; i < lines; i++) {
        prefixes[target][i] =
            "bench_requests_total{handler=\"/api/v1/resource%d\",code=\"%d\",series=\"%d-%d\"} "
                .formatted(i % 10, 200 + i % 4, target, i)
                .getBytes(StandardCharsets.UTF_8);
      }
    }
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(threads);
    http.createContext(PATH, this::serve);
    http.start();
  }

  private void serve(HttpExchange exchange) throws IOException {
    int target = Integer.parseInt(exchange.getRequestURI().getPath().substring(PATH.length()));
    byte[] page = page(target);
    // Before the answer, so that whoever has one finds it counted.
    served.incrementAndGet();
    exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    exchange.sendResponseHeaders(200, page.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(page);
    }
  }

  private byte[] page(int target) {
    int scrape = ++scrapes[target];
    byte[] head = "# TYPE bench_requests_total counter\n".getBytes(StandardCharsets.UTF_8);
    byte[] page =
        new byte[head.length + lines * (prefixes[target][lines - 1].length + LONGEST_VALUE)];
    System.arraycopy(head, 0, page, 0, head.length);
    int at = head.length;
    for (int i = 0; i < lines; i++) {
      byte[] prefix = prefixes[target][i];
      System.arraycopy(prefix, 0, page, at, prefix.length);
      at += prefix.length;
      long series = (long) target * lines + i;
      String value = Long.toString(Mix.counter(Mix.rate(series), series, scrape));
      for (int k = 0; k < value.length(); k++) {
        page[at++] = (byte) value.charAt(k);
      }
      page[at++] = '\n';
    }
    return Arrays.copyOf(page, at);
  }

  /** {@return how many pages have been sent whole} */
  long served() {
    return served.get();
  }

  int targets() {
    return targets;
  }

  int lines() {
    return lines;
  }

  /** Writes a {@code prometheus.yml} that has these targets. */
  void writeConfig(Path file) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append(
        "global: {scrape_interval: %ds, scrape_timeout: %ds}%nscrape_configs:%n"
            .formatted(INTERVAL_SECONDS, INTERVAL_SECONDS));
    for (int target = 0; target < targets; target++) {
      text.append(
          "- {job_name: t%d, metrics_path: %s%d, static_configs: [{targets: ['127.0.0.1:%d']}]}%n"
              .formatted(target, PATH, target, http.getAddress().getPort()));
    }
    Files.writeString(file, text);
  }

  @Override
  public void close() {
    http.stop(0);
    threads.shutdown();
  }
}
