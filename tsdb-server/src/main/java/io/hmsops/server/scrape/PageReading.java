package io.hmsops.server.scrape;

import io.hmsops.server.config.ScrapeConfig;
import io.hmsops.server.ingest.exposition.Entry;
import io.hmsops.server.ingest.exposition.ExpositionException;
import io.hmsops.server.ingest.exposition.PageParser;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  private final List<Sample> samples = new ArrayList<>();
  private int scraped;
  private int kept;
  private int seriesAdded;
  private int outOfBounds;
  private int duplicates;
  private boolean sampleLimitExceeded;

  private record Sample(
      SeriesCache.Entry series, long timestampMs, double value, @Nullable Exemplar exemplar) {}

  PageReading(
      ScrapeConfig config,
      SampleLabels sampleLabels,
      SeriesCache cache,
      MetadataStore metadata,
      long defaultTimestampMs) {
    this.config = config;
    this.sampleLabels = sampleLabels;
    this.cache = cache;
    this.metadata = metadata;
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

  boolean sampleLimitExceeded() {
    return sampleLimitExceeded;
  }

  void read(Page page) throws ScrapeException {
    boolean openMetrics = ContentType.isOpenMetrics(page.contentType(), config.fallbackProtocol());
    PageParser parser = PageParser.of(openMetrics, page.body());
    metadata.startScrape();
    try {
      for (Entry entry = parser.next(); entry != Entry.END; entry = parser.next()) {
        switch (entry) {
          case TYPE -> metadata.type(parser.familyName(), parser.text());
          case HELP -> metadata.help(parser.familyName(), parser.text());
          case UNIT -> metadata.unit(parser.familyName(), parser.text());
          case SERIES -> sample(parser);
          case COMMENT, END -> {}
        }
      }
    } catch (ExpositionException broken) {
      throw new ScrapeException(String.valueOf(broken.getMessage()));
    }
    if (sampleLimitExceeded) {
      throw new ScrapeException("sample limit exceeded");
    }
  }

  private void sample(PageParser parser) throws ScrapeException {
    scraped++;
    boolean ownTimestamp = parser.hasTimestamp() && config.honorTimestamps();
    long timestampMs = ownTimestamp ? parser.timestampMs() : defaultTimestampMs;
    SeriesCache.Entry series = cache.find(parser.bytes(), parser.seriesStart(), parser.seriesEnd());
    boolean known = series != null;
    if (series == null) {
      Labels labels = sampleLabels.of(parser);
      series = cache.add(parser.bytes(), parser.seriesStart(), parser.seriesEnd(), labels);
    }
    boolean seenInThisScrape = series.lastScrape == cache.scrape();
    series.lastScrape = cache.scrape();
    if (series.labels == null) {
      return;
    }
    boolean added = add(parser, series, timestampMs, seenInThisScrape && !ownTimestamp);
    if (added && (!ownTimestamp || config.trackTimestampsStaleness())) {
      cache.track(series);
    }
    if (added && !known) {
      seriesAdded++;
    }
    kept++;
  }

  private boolean add(
      PageParser parser, SeriesCache.Entry series, long timestampMs, boolean duplicate) {
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
    samples.add(
        new Sample(series, timestampMs, parser.value(), parser.exemplar(defaultTimestampMs)));
    return true;
  }

  void append(Appender appender) throws TsdbException {
    for (Sample sample : samples) {
      SeriesCache.Entry series = sample.series;
      if (series.ref == SeriesCache.NO_REF && series.labels != null) {
        series.ref = appender.series(series.labels);
      }
      appender.add(series.ref, sample.timestampMs, sample.value);
      if (sample.exemplar != null) {
        appender.add(series.ref, sample.exemplar);
      }
    }
  }
}
