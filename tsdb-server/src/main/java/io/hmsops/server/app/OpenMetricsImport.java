package io.hmsops.server.app;

import io.hmsops.server.ingest.exposition.Entry;
import io.hmsops.server.ingest.exposition.ExpositionException;
import io.hmsops.server.ingest.exposition.PageParser;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.CommitResult;
import io.hmsops.tsdb.storage.SampleStore;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The samples of an OpenMetrics file, on their way into a store. The file goes series by series, a
 * store takes samples in the order of time: so all are read first, then written by time.
 */
final class OpenMetricsImport {
  /** Samples a commit. */
  private static final int BATCH = 10_000;

  private final String file;
  private final Map<Labels, Integer> series = new LinkedHashMap<>();
  private final List<Sample> samples = new ArrayList<>();

  private final List<SeriesExemplar> exemplars = new ArrayList<>();

  private record Sample(int series, long timestampMs, double value) {}

  private record SeriesExemplar(int series, Exemplar exemplar) {}

  /**
   * What became of the samples.
   *
   * @param accepted how many were stored
   * @param duplicates how many were there already
   * @param refused how many could not be stored
   * @param firstRefusal why the first of them was refused
   */
  record Outcome(long accepted, long duplicates, long refused, Optional<String> firstRefusal) {}

  OpenMetricsImport(String file) {
    this.file = file;
  }

  int exemplarCount() {
    return exemplars.size();
  }

  int seriesCount() {
    return series.size();
  }

  void read(byte[] page) throws Failure {
    PageParser parser = PageParser.of(true, page);
    try {
      for (Entry entry = parser.next(); entry != Entry.END; entry = parser.next()) {
        if (entry == Entry.SERIES) {
          add(parser, page);
        }
      }
    } catch (ExpositionException e) {
      throw new Failure(
          ExitCode.FAILED,
          "%s:%d: %s; nothing was imported".formatted(file, line(parser, page), e.getMessage()),
          e);
    }
  }

  /** {@return the number of the line that the parser is at, from 1} */
  private static int line(PageParser parser, byte[] page) {
    int line = 1;
    for (int i = 0; i < Math.min(parser.seriesStart(), page.length); i++) {
      line += page[i] == '\n' ? 1 : 0;
    }
    return line;
  }

  private void add(PageParser parser, byte[] page) throws Failure {
    Labels labels = parser.labels();
    if (!parser.hasTimestamp()) {
      throw new Failure(
          ExitCode.FAILED,
          "%s:%d: %s has no timestamp; nothing was imported"
              .formatted(file, line(parser, page), labels),
          null);
    }
    int index = series.computeIfAbsent(labels, unknown -> series.size());
    samples.add(new Sample(index, parser.timestampMs(), parser.value()));
    Exemplar exemplar = parser.exemplar(parser.timestampMs());
    if (exemplar != null) {
      exemplars.add(new SeriesExemplar(index, exemplar));
    }
  }

  Outcome writeTo(SampleStore store) throws TsdbException {
    samples.sort(Comparator.comparingLong(Sample::timestampMs));
    Appender appender = store.appender();
    long[] refs = new long[series.size()];
    for (Map.Entry<Labels, Integer> entry : series.entrySet()) {
      refs[entry.getValue()] = appender.series(entry.getKey());
    }
    long accepted = 0;
    long duplicates = 0;
    long refused = 0;
    Optional<String> firstRefusal = Optional.empty();
    for (int start = 0; start < samples.size(); start += BATCH) {
      int end = Math.min(start + BATCH, samples.size());
      for (Sample sample : samples.subList(start, end)) {
        appender.add(refs[sample.series()], sample.timestampMs(), sample.value());
      }
      CommitResult result = appender.commit();
      accepted += result.accepted();
      duplicates += result.duplicates();
      refused += result.rejections().size();
      if (firstRefusal.isEmpty() && !result.rejections().isEmpty()) {
        firstRefusal = Optional.of(result.rejections().getFirst().message());
      }
    }
    exemplars.sort(Comparator.comparingLong(one -> one.exemplar().timestampMs()));
    for (SeriesExemplar one : exemplars) {
      appender.add(refs[one.series()], one.exemplar());
    }
    var _ = appender.commit();
    return new Outcome(accepted, duplicates, refused, firstRefusal);
  }
}
