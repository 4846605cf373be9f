package io.hmsops.server.scrape;

import io.hmsops.server.config.ScrapeConfig;
import io.hmsops.server.scrape.TargetState.Health;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.CommitResult;
import io.hmsops.tsdb.storage.SampleStore;
import io.hmsops.tsdb.storage.TsdbException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Scrapes one target: fetches its page, reads it, and stores it in one batch together with {@code
 * up} and its siblings. One thread scrapes; any may ask for the state.
 */
final class TargetScraper {
  private static final Logger LOG = System.getLogger(TargetScraper.class.getName());

  /** What is stored of every scrape. */
  private static final List<String> REPORTS =
      List.of(
          "up",
          "scrape_duration_seconds",
          "scrape_samples_scraped",
          "scrape_samples_post_metric_relabeling",
          "scrape_series_added");

  private final ScrapeConfig config;
  private final Target target;
  private final PageFetcher fetcher;
  private final PlainConnection connection;
  private final Appender appender;
  private final ScrapeMetrics metrics;
  private final SampleLabels labels;
  private final SeriesCache cache = new SeriesCache();
  private final MetadataStore metadata = new MetadataStore();
  private final PageSamples samples = new PageSamples();
  private final Map<String, Long> reportRefs = new HashMap<>();

  private volatile boolean abandoned;
  private volatile Last last = new Last(Health.UNKNOWN, "", 0, 0);

  private record Last(Health health, String error, long startMs, double durationSeconds) {}

  TargetScraper(
      ScrapeConfig config,
      Target target,
      PageFetcher fetcher,
      SampleStore store,
      ScrapeMetrics metrics) {
    this.config = config;
    this.target = target;
    this.fetcher = fetcher;
    this.connection = fetcher.connection();
    this.appender = store.appender();
    this.metrics = metrics;
    this.labels = new SampleLabels(config, target.labels());
  }

  Target target() {
    return target;
  }

  /** Continues a scraper that has ended: series it had and this one has not get their markers. */
  void inherit(TargetScraper predecessor) {
    cache.inherit(predecessor.cache);
    last = predecessor.last;
  }

  /** Makes a scrape that goes on store nothing: what failed then failed because of us. */
  void abandon() {
    abandoned = true;
  }

  TargetState state() {
    Last now = last;
    return new TargetState(
        config.jobName(),
        target.labels(),
        target.discovered(),
        target.url(),
        target.intervalMs(),
        target.timeoutMs(),
        now.health,
        now.error,
        now.startMs,
        now.durationSeconds,
        metadata.current());
  }

  /** Scrapes once. The samples that state no timestamp get the given one. */
  void scrape(long timestampMs) throws InterruptedException {
    long startNanos = System.nanoTime();
    PageReading reading = new PageReading(config, labels, cache, metadata, samples, timestampMs);
    String error = "";
    int bodyBytes = -1;
    cache.startScrape();
    try {
      Page page = fetcher.fetch(target.url(), target.timeoutMs(), connection);
      bodyBytes = page.length();
      try {
        reading.read(page);
      } finally {
        fetcher.giveBack(page);
      }
    } catch (ScrapeException failed) {
      error = String.valueOf(failed.getMessage());
    }
    if (abandoned) {
      return;
    }
    if (reading.sampleLimitExceeded()) {
      metrics.sampleLimitExceeded.inc();
    }
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    try {
      store(reading, error, timestampMs, seconds, bodyBytes);
    } catch (TsdbException unwritten) {
      metrics.appendFailed.inc();
      appender.rollback();
      cache.endFailedScrape();
      error = "samples could not be written: " + unwritten.getMessage();
      LOG.log(Level.WARNING, "{0}: {1}", target.url(), error);
    } catch (IllegalArgumentException outdated) {
      // The store has forgotten a series that this target did not have for long: all are looked up
      // anew with the next page.
      metrics.appendFailed.inc();
      appender.rollback();
      cache.clear();
      reportRefs.clear();
      error = "samples could not be written: " + outdated.getMessage();
      LOG.log(Level.WARNING, "{0}: {1}", target.url(), error);
    }
    metrics.scrapes.inc();
    Health health = error.isEmpty() ? Health.UP : Health.DOWN;
    last = new Last(health, error.isEmpty() ? refusals(reading) : error, timestampMs, seconds);
  }

  /** {@return what of a page was not stored although all of it is good, empty if nothing} */
  private static String refusals(PageReading reading) {
    return reading.refused() == 0
        ? ""
        : "%d series refused: %s".formatted(reading.refused(), reading.refusal());
  }

  private void store(
      PageReading reading, String error, long timestampMs, double seconds, int bodyBytes)
      throws TsdbException {
    boolean good = error.isEmpty();
    // Before the page, whose series may be too many for the store.
    for (String metric : REPORTS) {
      ref(metric);
    }
    if (good) {
      reading.append(appender);
      metadata.append(appender);
    }
    (good ? cache.vanished() : cache.live())
        .forEachLong(ref -> appender.add(ref, timestampMs, StaleMarker.VALUE));
    report("up", timestampMs, good ? 1 : 0);
    report("scrape_duration_seconds", timestampMs, seconds);
    report("scrape_samples_scraped", timestampMs, reading.scraped());
    report("scrape_samples_post_metric_relabeling", timestampMs, reading.kept());
    report("scrape_series_added", timestampMs, reading.seriesAdded());
    if (config.shared().extraMetrics()) {
      report("scrape_timeout_seconds", timestampMs, target.timeoutMs() / 1000.0);
      report("scrape_sample_limit", timestampMs, (double) config.shared().limits().samples());
      report("scrape_body_size_bytes", timestampMs, bodyBytes);
    }
    count(appender.commit());
    metrics.outOfBounds.inc(reading.outOfBounds());
    metrics.seriesRefused.inc(reading.refused());
    if (reading.refused() > 0) {
      LOG.log(Level.WARNING, "{0}: {1}", target.url(), refusals(reading));
    }
    metrics.duplicateTimestamp.inc(reading.duplicates());
    if (good) {
      cache.endScrape();
      metadata.endScrape();
    } else {
      cache.endFailedScrape();
    }
  }

  private void report(String metric, long timestampMs, double value) throws TsdbException {
    appender.add(ref(metric), timestampMs, value);
  }

  private long ref(String metric) throws TsdbException {
    Long known = reportRefs.get(metric);
    if (known == null) {
      known = appender.series(labels.ofReport(metric));
      reportRefs.put(metric, known);
    }
    return known;
  }

  /** Gives back what is held open; nothing is scraped any more. */
  void close() {
    fetcher.close(connection);
  }

  /** Ends all series: the target is gone. */
  void end(long timestampMs) {
    try {
      cache.live().forEachLong(ref -> appender.add(ref, timestampMs, StaleMarker.VALUE));
      for (long ref : reportRefs.values()) {
        appender.add(ref, timestampMs, StaleMarker.VALUE);
      }
      count(appender.commit());
    } catch (TsdbException unwritten) {
      metrics.appendFailed.inc();
      LOG.log(Level.WARNING, "{0}: {1}", target.url(), unwritten.getMessage());
    } catch (IllegalArgumentException outdated) {
      // Series that were not written to for long and are forgotten have ended already.
      appender.rollback();
    }
    cache.endFailedScrape();
  }

  private void count(CommitResult result) {
    for (CommitResult.Rejection rejection : result.rejections()) {
      switch (rejection.reason()) {
        case OUT_OF_ORDER -> metrics.outOfOrder.inc();
        case TOO_OLD, TOO_FAR_IN_FUTURE -> metrics.outOfBounds.inc();
        case DUPLICATE_TIMESTAMP -> metrics.duplicateTimestamp.inc();
        case NOT_SUPPORTED, INVALID_HISTOGRAM -> metrics.otherRejections.inc();
      }
    }
  }
}
