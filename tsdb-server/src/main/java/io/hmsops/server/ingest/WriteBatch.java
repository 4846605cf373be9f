package io.hmsops.server.ingest;

import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.SeriesLimitException;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.agrona.collections.LongArrayList;

/** The series of one request. Not thread-safe. */
final class WriteBatch {
  /** Stands for text that is not UTF-8; no UTF-8 decodes to a lone surrogate. */
  static final String INVALID_TEXT = "\ud800";

  private final List<Series> seriesList = new ArrayList<>();
  private final Map<String, Metadata> metadata = new HashMap<>(0);

  /** One series with its samples, in the order they were sent. */
  static final class Series {
    private final List<Label> labels = new ArrayList<>();
    private final LongArrayList timestampsMs = new LongArrayList();
    private final GrowingDoubles values = new GrowingDoubles();
    private final LongArrayList histogramTimestampsMs = new LongArrayList();
    private final List<Histogram> histograms = new ArrayList<>();
    private final List<Exemplar> exemplars = new ArrayList<>();

    void add(Label label) {
      labels.add(label);
    }

    void add(long timestampMs, double value) {
      timestampsMs.addLong(timestampMs);
      values.add(value);
    }

    void add(long timestampMs, Histogram histogram) {
      histogramTimestampsMs.addLong(timestampMs);
      histograms.add(histogram);
    }

    /** {@return the labels, empty if they are not valid or there is no name among them} */
    Optional<Labels> validLabels() {
      return WriteBatch.validLabels(labels).filter(valid -> !valid.metricName().isEmpty());
    }

    long[] timestampsMs() {
      return timestampsMs.toLongArray();
    }

    double[] values() {
      return values.toArray();
    }

    void addExemplar(List<Label> exemplarLabels, double value, long timestampMs) {
      // An exemplar never fails a request; a bad one is left out.
      WriteBatch.validLabels(exemplarLabels)
          .ifPresent(valid -> exemplars.add(new Exemplar(valid, value, timestampMs)));
    }
  }

  Series newSeries() {
    Series series = new Series();
    seriesList.add(series);
    return series;
  }

  /** Metadata never fail a request; those with a text that is not UTF-8 are left out. */
  void addMetadata(String family, Metadata said) {
    if (!family.isEmpty()
        && !family.equals(INVALID_TEXT)
        && !said.help().equals(INVALID_TEXT)
        && !said.unit().equals(INVALID_TEXT)) {
      metadata.put(family, said);
    }
  }

  /** {@return the label set, empty if a name is missing or stands twice or a text is not UTF-8} */
  private static Optional<Labels> validLabels(List<Label> labels) {
    for (Label label : labels) {
      if (label.name().isEmpty()
          || label.name().equals(INVALID_TEXT)
          || label.value().equals(INVALID_TEXT)) {
        return Optional.empty();
      }
    }
    try {
      return Optional.of(Labels.of(labels));
    } catch (IllegalArgumentException duplicateName) {
      return Optional.empty();
    }
  }

  List<Series> seriesList() {
    return seriesList;
  }

  /**
   * Adds everything to an appender, or {@return how many series were left out for their labels}
   *
   * @param maxMs later samples are refused
   * @param refusals takes what was refused
   */
  int append(Appender appender, long maxMs, List<String> refusals) throws TsdbException {
    int skipped = 0;
    for (Series series : seriesList) {
      Optional<Labels> labels = series.validLabels();
      if (labels.isEmpty()) {
        skipped++;
      } else if (!series.timestampsMs.isEmpty() || !series.histograms.isEmpty()) {
        append(appender, labels.get(), series, maxMs, refusals);
      }
    }
    metadata.forEach(appender::metadata);
    return skipped;
  }

  private static void append(
      Appender appender, Labels labels, Series series, long maxMs, List<String> refusals)
      throws TsdbException {
    long ref;
    try {
      ref = appender.series(labels);
    } catch (SeriesLimitException e) {
      // The others of the request, and above all those that exist, are stored.
      refusals.add(String.valueOf(e.getMessage()));
      return;
    }
    for (int i = 0; i < series.timestampsMs.size(); i++) {
      long timestampMs = series.timestampsMs.getLong(i);
      if (Refusals.inTime(timestampMs, maxMs, labels, refusals)) {
        appender.add(ref, timestampMs, series.values.get(i));
      }
    }
    for (int i = 0; i < series.histograms.size(); i++) {
      long timestampMs = series.histogramTimestampsMs.getLong(i);
      if (Refusals.inTime(timestampMs, maxMs, labels, refusals)) {
        appender.add(ref, timestampMs, series.histograms.get(i));
      }
    }
    for (Exemplar exemplar : series.exemplars) {
      appender.add(ref, exemplar);
    }
  }
}
