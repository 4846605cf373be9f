package io.hmsops.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What a sample costs that is scraped, all series known. */
final class ScrapeRow implements Row {
  private static final String NAME = "scrape";
  private static final int TARGETS = 20;
  private static final int LINES = 10_000;
  private static final int WARM_UP_SECONDS = 20;
  private static final int SECONDS = 30;
  private static final long POLL_MS = 100;
  private static final long WARM_UP_LIMIT_MS = 120_000;
  private static final Line CPU =
      Line.atMost(
          NAME, "scrape of 20 targets x 10,000 lines each 2 s, stored", "CPU-s/M samples", 0.30);
  private static final Line RSS = Line.without(NAME, "… RSS after that", "MB");

  @Override
  public List<String> names() {
    return List.of(NAME);
  }

  @Override
  public void run(Contestant contestant, Settings settings, Report report) throws IOException {
    Path config = Files.createTempFile(settings.workDirectory(), "hms-bench-", ".yml");
    try (ScrapePages pages = new ScrapePages(TARGETS, settings.scaled(LINES, 100))) {
      pages.writeConfig(config);
      report.note(
          "scrape: %d targets x %,d lines, %d s after %d s of warming up"
              .formatted(pages.targets(), pages.lines(), SECONDS, WARM_UP_SECONDS));
      try (RunningServer server = RunningServer.start(contestant, settings, config)) {
        measure(server, pages, report);
      }
    } finally {
      Files.delete(config);
    }
  }

  private static void measure(RunningServer server, ScrapePages pages, Report report)
      throws IOException {
    long enough = (long) pages.targets() * WARM_UP_SECONDS / ScrapePages.INTERVAL_SECONDS;
    long deadline = System.nanoTime() + WARM_UP_LIMIT_MS * 1_000_000;
    while (pages.served() < enough && System.nanoTime() < deadline) {
      RunningServer.pause(POLL_MS);
    }
    long pagesBefore = pages.served();
    double before = server.figures().cpuSeconds();
    RunningServer.pause(SECONDS * 1_000L);
    double cpu = server.figures().cpuSeconds() - before;
    long samples = (pages.served() - pagesBefore) * pages.lines();
    if (samples == 0) {
      throw new IOException("nothing was scraped within %d s".formatted(SECONDS));
    }
    Contestant contestant = server.contestant();
    report.put(
        CPU,
        contestant,
        cpu / samples * 1e6,
        "%s M samples".formatted(Report.number(samples / 1e6)));
    report.put(RSS, contestant, server.figures().rssBytes() / 1e6);
    requireStored(server, pages);
  }

  private static void requireStored(RunningServer server, ScrapePages pages) throws IOException {
    // A page that has been sent is not yet one that is stored.
    long sent = pages.served() - pages.targets();
    RunningServer.pause(1_000);
    server.contestant().flush(server);
    String query = "sum(count_over_time(bench_requests_total[10m]))";
    Answer answer =
        Answer.parse(
            server.get(Counts.instant(server.contestant(), query, System.currentTimeMillis())));
    long most = (pages.served() + pages.targets()) * pages.lines();
    if (answer.onlyValue() < sent * pages.lines() || answer.onlyValue() > most) {
      throw new IOException(
          "%s is %.0f (expected: %d to %d, as served)"
              .formatted(query, answer.onlyValue(), sent * pages.lines(), most));
    }
  }
}
