package io.hmsops.server.ingest;

import io.hmsops.server.http.HttpException;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.CommitResult;
import io.hmsops.tsdb.storage.SampleStore;
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

  /** How far ahead of the clock a sample may be. */
  static final long MAX_AHEAD_MS = 600_000;

  private static final int MAX_MESSAGES = 10;

  private final List<Series> seriesList = new ArrayList<>();
  private final Map<String, Metadata> metadata = new HashMap<>();

  /** What became of a batch that was stored whole. */
  record Outcome(int accepted, int skippedSeries) {}

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

    void addExemplar(List<Label> exemplarLabels, double value, long timestampMs) {
      // An exemplar never fails a request; a bad one is left out.
      validLabels(exemplarLabels)
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

  /**
   * Stores the batch with one commit. What can be stored is stored, even if some of it is refused.
   *
   * @throws HttpException 400 if samples were refused; the text says which, up to ten of them
   * @throws TsdbException if nothing was stored
   */
  Outcome commit(SampleStore store, long nowMs, Cancellation cancellation) throws TsdbException {
    Appender appender = store.appender();
    List<String> refusals = new ArrayList<>();
    int skipped = 0;
    try {
      for (Series series : seriesList) {
        Optional<Labels> labels = validLabels(series.labels).filter(l -> !l.metricName().isEmpty());
        if (labels.isEmpty()) {
          skipped++;
        } else if (!series.timestampsMs.isEmpty() || !series.histograms.isEmpty()) {
          append(appender, labels.get(), series, nowMs + MAX_AHEAD_MS, refusals);
        }
      }
      metadata.forEach(appender::metadata);
      // Nobody would learn of the commit: better to let the sender repeat it whole.
      cancellation.check();
    } catch (TsdbException | RuntimeException e) {
      appender.rollback();
      throw e;
    }
    CommitResult result = appender.commit();
    result.rejections().forEach(r -> refusals.add(text(r.reason()) + ": " + r.message()));
    if (!refusals.isEmpty()) {
      throw new HttpException(400, message(refusals, result.accepted()));
    }
    return new Outcome(result.accepted(), skipped);
  }

  private static void append(
      Appender appender, Labels labels, Series series, long maxMs, List<String> refusals)
      throws TsdbException {
    long ref = appender.series(labels);
    for (int i = 0; i < series.timestampsMs.size(); i++) {
      long timestampMs = series.timestampsMs.getLong(i);
      if (inTime(timestampMs, maxMs, labels, refusals)) {
        appender.add(ref, timestampMs, series.values.get(i));
      }
    }
    for (int i = 0; i < series.histograms.size(); i++) {
      long timestampMs = series.histogramTimestampsMs.getLong(i);
      if (inTime(timestampMs, maxMs, labels, refusals)) {
        appender.add(ref, timestampMs, series.histograms.get(i));
      }
    }
    for (Exemplar exemplar : series.exemplars) {
      appender.add(ref, exemplar);
    }
  }

  private static boolean inTime(
      long timestampMs, long maxMs, Labels labels, List<String> refusals) {
    if (timestampMs <= maxMs) {
      return true;
    }
    refusals.add(
        "%s: %s at %d".formatted(text(CommitResult.Reason.TOO_FAR_IN_FUTURE), labels, timestampMs));
    return false;
  }

  private static String text(CommitResult.Reason reason) {
    return switch (reason) {
      case OUT_OF_ORDER -> "out of order sample";
      case TOO_OLD -> "out of bounds";
      case TOO_FAR_IN_FUTURE -> "out of bounds: timestamp is too far in the future";
      case DUPLICATE_TIMESTAMP -> "duplicate sample for timestamp";
      case NOT_SUPPORTED -> "not supported";
      case INVALID_HISTOGRAM -> "invalid histogram";
    };
  }

  private static String message(List<String> refusals, int accepted) {
    StringBuilder text = new StringBuilder();
    refusals.stream().limit(MAX_MESSAGES).forEach(refusal -> text.append(refusal).append('\n'));
    if (refusals.size() > MAX_MESSAGES) {
      text.append("and %d more\n".formatted(refusals.size() - MAX_MESSAGES));
    }
    return text.append("%d other samples were stored\n".formatted(accepted)).toString();
  }
}
