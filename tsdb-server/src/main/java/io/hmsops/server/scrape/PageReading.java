package io.hmsops.server.scrape;

import io.hmsops.server.config.ScrapeConfig;
import io.hmsops.server.ingest.exposition.ExpositionException;
import io.hmsops.server.ingest.exposition.PageParser;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.TsdbException;

/**
 * One page being read: collects its samples, and appends them only when all of it was good. Not
 * thread-safe.
 */
final class PageReading {
  /** How far ahead of the clock a sample's own timestamp may be. */
  static final long MAX_AHEAD_MS = 10 * 60_000;

  private final ScrapeConfig config;
  private final SampleLabels sampleLabels;
  private final SeriesCache cache;
  private final MetadataStore metadata;
  private final long defaultTimestampMs;

  private final PageSamples samples;
  private int scraped;
  private int kept;
  private int seriesAdded;
  private int outOfBounds;
  private int duplicates;
  private boolean sampleLimitExceeded;
  private int refused;
  private String refusal = "";

  PageReading(
      ScrapeConfig config,
      SampleLabels sampleLabels,
      SeriesCache cache,
      MetadataStore metadata,
      PageSamples samples,
      long defaultTimestampMs) {
    this.config = config;
    this.sampleLabels = sampleLabels;
    this.cache = cache;
    this.metadata = metadata;
    this.samples = samples;
    this.defaultTimestampMs = defaultTimestampMs;
  }

  int scraped() {
    return scraped;
  }

  int kept() {
    return kept;
  }

  int seriesAdded() {
    return seriesAdded;
  }

  int outOfBounds() {
    return outOfBounds;
  }

  int duplicates() {
    return duplicates;
  }

  /** {@return how many series the store refused because of a limit} */
  int refused() {
    return refused;
  }

  /** {@return why, of one of them} */
  String refusal() {
    return refusal;
  }

  boolean sampleLimitExceeded() {
    return sampleLimitExceeded;
  }

  void read(Page page) throws ScrapeException {
    boolean openMetrics = ContentType.isOpenMetrics(page.contentType(), config.fallbackProtocol());
    PageParser parser = PageParser.of(openMetrics, page.body(), page.length());
    metadata.startScrape();
    samples.clear();
    try {
      readLines(parser);
    } catch (ExpositionException broken) {
      throw new ScrapeException(String.valueOf(broken.getMessage()));
    }
    if (sampleLimitExceeded) {
      throw new ScrapeException("sample limit exceeded");
    }
  }

  private void readLines(PageParser parser) throws ExpositionException, ScrapeException {
    while (true) {
      int expected = cache.expected();
      if (expected != SeriesCache.NONE
          && parser.nextIs(cache.texts(), cache.textStart(expected), cache.textEnd(expected))) {
        scraped++;
        sample(parser, expected, true);
        continue;
      }
      switch (parser.next()) {
        case TYPE -> metadata.type(parser.familyName(), parser.text());
        case HELP -> metadata.help(parser.familyName(), parser.text());
        case UNIT -> metadata.unit(parser.familyName(), parser.text());
        case SERIES -> sample(parser);
        case COMMENT -> {}
        case END -> {
          return;
        }
      }
    }
  }

  private void sample(PageParser parser) throws ScrapeException {
    scraped++;
    int series = cache.find(parser.bytes(), parser.seriesStart(), parser.seriesEnd());
    boolean known = series != SeriesCache.NONE;
    if (!known) {
      Labels labels = sampleLabels.of(parser);
      series = cache.add(parser.bytes(), parser.seriesStart(), parser.seriesEnd(), labels);
    }
    sample(parser, series, known);
  }

  private void sample(PageParser parser, int series, boolean known) {
    boolean ownTimestamp = parser.hasTimestamp() && config.honorTimestamps();
    long timestampMs = ownTimestamp ? parser.timestampMs() : defaultTimestampMs;
    boolean first = cache.see(series);
    if (cache.isDropped(series)) {
      return;
    }
    boolean added = add(parser, series, timestampMs, !first && !ownTimestamp);
    if (added && (!ownTimestamp || config.trackTimestampsStaleness())) {
      cache.track(series);
    }
    if (added && !known) {
      seriesAdded++;
    }
    kept++;
  }

  private boolean add(PageParser parser, int series, long timestampMs, boolean duplicate) {
    if (duplicate) {
      duplicates++;
      return false;
    }
    if (timestampMs > defaultTimestampMs + MAX_AHEAD_MS) {
      outOfBounds++;
      return false;
    }
    long limit = config.shared().limits().samples();
    if (limit > 0 && samples.size() >= limit) {
      sampleLimitExceeded = true;
      return false;
    }
    samples.add(series, timestampMs, parser.value());
    Exemplar exemplar = parser.exemplar(defaultTimestampMs);
    if (exemplar != null) {
      samples.exemplar(exemplar);
    }
    return true;
  }

  void append(Appender appender) throws TsdbException {
    samples.append(
        cache,
        appender,
        e -> {
          refused++;
          refusal = String.valueOf(e.getMessage());
        });
  }
}
