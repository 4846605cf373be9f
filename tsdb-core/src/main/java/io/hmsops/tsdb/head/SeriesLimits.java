package io.hmsops.tsdb.head;

import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.labels.LoneSurrogates;
import io.hmsops.tsdb.storage.SeriesLimitException;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Decides whether there may be another series. Guarded by the head's state lock. */
final class SeriesLimits {
  /** Counting what has the most looks at all metrics, so not every refusal does it. */
  private static final int REFUSALS_PER_COUNT = 10_000;

  /** Adding up what is in use takes about as long as making a series. */
  private static final int SERIES_PER_MEMORY_CHECK = 64;

  /** Of UTF-8, for one char of a string; two chars of a pair make 4. */
  private static final int MAX_BYTES_PER_CHAR = 3;

  /** How much of a text that is too long an error shows. */
  private static final int SHOWN_CHARS = 64;

  private enum Limit {
    TOTAL("maxSeries"),
    METRIC("maxSeriesPerMetric"),
    BATCH("maxNewSeriesPerBatch"),
    MEMORY("memoryLimitBytes"),
    LABEL("maxLabelBytes");

    private final String option;

    Limit(String option) {
      this.option = option;
    }
  }

  private final HeadLimits limits;
  private final SeriesTable table;
  private final Map<Limit, Long> refused = new EnumMap<>(Limit.class);

  /** What had the most series and values when that was counted, and at how many series. */
  private String largest = "";

  private int countedAt = -1;
  private int refusalsSinceCount;

  /** As it was found some series ago. */
  private long expectedBytes;

  private int uncheckedSeries = SERIES_PER_MEMORY_CHECK;

  SeriesLimits(HeadLimits limits, SeriesTable table) {
    this.limits = limits;
    this.table = table;
  }

  /**
   * Checks before a series is created.
   *
   * @param newInBatch how many the batch has created so far
   * @throws IllegalArgumentException if the labels cannot be stored as they are
   */
  void check(Labels labels, int newInBatch) throws SeriesLimitException {
    LoneSurrogates.check(labels);
    checkLengths(labels);
    if (newInBatch >= limits.maxNewSeriesPerBatch()) {
      throw refuse(labels, Limit.BATCH, Integer.toString(limits.maxNewSeriesPerBatch()));
    }
    if (table.index().count() >= limits.maxSeries()) {
      throw refuse(labels, Limit.TOTAL, Integer.toString(limits.maxSeries()));
    }
    if (isMemoryFull()) {
      throw refuse(
          labels,
          Limit.MEMORY,
          "%d (%d in use or needed soon)".formatted(limits.memoryBytes(), expectedBytes));
    }
    if (limits.maxSeriesPerMetric() < limits.maxSeries()
        && table.index().seriesCount(Label.METRIC_NAME, labels.get(Label.METRIC_NAME))
            >= limits.maxSeriesPerMetric()) {
      throw refuse(labels, Limit.METRIC, Integer.toString(limits.maxSeriesPerMetric()));
    }
  }

  private void checkLengths(Labels labels) throws SeriesLimitException {
    for (int i = 0; i < labels.size(); i++) {
      checkLength(labels, labels.name(i), i, "name");
      checkLength(labels, labels.value(i), i, "value");
    }
  }

  private void checkLength(Labels labels, String text, int index, String what)
      throws SeriesLimitException {
    if (text.length() <= limits.maxLabelBytes() / MAX_BYTES_PER_CHAR) {
      return;
    }
    long bytes = utf8Length(text);
    if (bytes > limits.maxLabelBytes()) {
      refused.merge(Limit.LABEL, 1L, Long::sum);
      // The text itself would make the message as long.
      throw new SeriesLimitException(
          "new series of metric \"%s\" refused: %s of label \"%s\": %d bytes: limit %s of %d exceeded"
              .formatted(
                  shortened(labels.get(Label.METRIC_NAME)),
                  what,
                  shortened(labels.name(index)),
                  bytes,
                  Limit.LABEL.option,
                  limits.maxLabelBytes()));
    }
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "…";
  }

  private static long utf8Length(String text) {
    return text.codePoints()
        .asLongStream()
        .map(c -> c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? MAX_BYTES_PER_CHAR : 4)
        .sum();
  }

  private boolean isMemoryFull() {
    if (expectedBytes >= limits.memoryBytes() || ++uncheckedSeries >= SERIES_PER_MEMORY_CHECK) {
      uncheckedSeries = 0;
      expectedBytes = table.expectedBytes();
    }
    return expectedBytes >= limits.memoryBytes();
  }

  /** {@return how many series were refused since the start, by the option that was the reason} */
  Map<String, Long> refused() {
    Map<String, Long> byOption = new LinkedHashMap<>();
    for (Limit limit : Limit.values()) {
      byOption.put(limit.option, refused.getOrDefault(limit, 0L));
    }
    return byOption;
  }

  private SeriesLimitException refuse(Labels labels, Limit limit, String value) {
    refused.merge(limit, 1L, Long::sum);
    return new SeriesLimitException(
        "%s: new series refused: limit %s of %s reached; %s"
            .formatted(labels, limit.option, value, largest()));
  }

  private String largest() {
    int count = table.index().count();
    if (Math.abs(count - countedAt) > countedAt / 64
        || ++refusalsSinceCount >= REFUSALS_PER_COUNT) {
      countedAt = count;
      refusalsSinceCount = 0;
      Map.Entry<String, Integer> metric = most(table.index().seriesCounts(Label.METRIC_NAME));
      Map.Entry<String, Integer> label = most(table.index().valueCounts());
      largest =
          "most series: metric \"%s\" with %d of %d, most values: label \"%s\" with %d"
              .formatted(
                  metric.getKey(), metric.getValue(), count, label.getKey(), label.getValue());
    }
    return largest;
  }

  private static Map.Entry<String, Integer> most(Map<String, Integer> counts) {
    return counts.entrySet().stream()
        .max(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry::getKey))
        .orElse(Map.entry("", 0));
  }
}
