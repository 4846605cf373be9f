package io.hmsops.server.scrape;

import io.hmsops.server.config.NameValidation;
import io.hmsops.server.config.ScrapeConfig;
import io.hmsops.server.config.ScrapeLimits;
import io.hmsops.server.ingest.exposition.PageParser;
import io.hmsops.server.relabel.Relabeler;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns the labels on a page into those that are stored. Immutable. */
final class SampleLabels {
  private final Labels target;
  private final boolean honorLabels;
  private final Relabeler relabeler;
  private final NameValidation names;
  private final ScrapeLimits limits;

  SampleLabels(ScrapeConfig config, Labels target) {
    this.target = target;
    this.honorLabels = config.honorLabels();
    this.relabeler = new Relabeler(config.metricRelabelConfigs());
    this.names = config.shared().nameValidation();
    this.limits = config.shared().limits();
  }

  /** {@return the labels of one of the target's own series, such as {@code up}} */
  Labels ofReport(String metric) {
    return target.with(Label.METRIC_NAME, metric);
  }

  /** {@return the labels of the sample just read, null if a rule drops it} */
  @Nullable Labels of(PageParser parser) throws ScrapeException {
    Labels exposed = parser.labels();
    Labels labels = relabeler.apply(honorLabels ? honoured(exposed, parser) : renamed(exposed));
    if (labels == null || labels.isEmpty()) {
      return null;
    }
    check(labels);
    return labels;
  }

  /** The page's labels win, also an empty one. */
  private Labels honoured(Labels exposed, PageParser parser) {
    Labels.Builder labels = exposed.toBuilder();
    for (Label label : target) {
      if (!exposed.has(label.name()) && !parser.hasEmptyLabel(label.name())) {
        labels.set(label.name(), label.value());
      }
    }
    return labels.build();
  }

  /** The target's labels win; the page's get {@code exported_} before their names. */
  private Labels renamed(Labels exposed) {
    Labels.Builder labels = exposed.toBuilder();
    List<Label> conflicting = new ArrayList<>();
    for (Label label : target) {
      String own = exposed.get(label.name());
      if (!own.isEmpty()) {
        conflicting.add(new Label(label.name(), own));
      }
      labels.set(label.name(), label.value());
    }
    conflicting.sort(Comparator.comparingInt(label -> label.name().length()));
    for (Label label : conflicting) {
      String name = label.name();
      do {
        name = "exported_" + name;
      } while (!labels.get(name).isEmpty());
      labels.set(name, label.value());
    }
    return labels.build();
  }

  private void check(Labels labels) throws ScrapeException {
    if (!labels.has(Label.METRIC_NAME)) {
      throw new ScrapeException("missing metric name (__name__ label)");
    }
    for (Label label : labels) {
      boolean valid =
          label.name().equals(Label.METRIC_NAME)
              ? names.isMetricName(label.value())
              : names.isLabelName(label.name());
      if (!valid) {
        throw new ScrapeException("invalid metric name or label names: " + labels);
      }
    }
    checkLimits(labels);
  }

  private void checkLimits(Labels labels) throws ScrapeException {
    String metric = cut(labels.metricName());
    if (limits.labels() > 0 && labels.size() > limits.labels()) {
      throw new ScrapeException(
          "label_limit exceeded (metric: %s, number of labels: %d, limit: %d)"
              .formatted(metric, labels.size(), limits.labels()));
    }
    if (limits.labelNameLength() == 0 && limits.labelValueLength() == 0) {
      return;
    }
    for (Label label : labels) {
      int nameLength = length(label.name());
      if (limits.labelNameLength() > 0 && nameLength > limits.labelNameLength()) {
        throw new ScrapeException(
            "label_name_length_limit exceeded (metric: %s, label name: %s, length: %d, limit: %d)"
                .formatted(metric, cut(label.name()), nameLength, limits.labelNameLength()));
      }
      int valueLength = length(label.value());
      if (limits.labelValueLength() > 0 && valueLength > limits.labelValueLength()) {
        throw new ScrapeException(
            ("label_value_length_limit exceeded (metric: %s, label name: %s, value: \"%s\","
                    + " length: %d, limit: %d)")
                .formatted(
                    metric,
                    cut(label.name()),
                    cut(label.value()),
                    valueLength,
                    limits.labelValueLength()));
      }
    }
  }

  private static int length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static String cut(String text) {
    return text.length() > 50 ? text.substring(0, 50) : text;
  }
}
