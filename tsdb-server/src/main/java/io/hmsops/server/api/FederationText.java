package io.hmsops.server.api;

import io.hmsops.query.function.GoFormat;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import java.util.Locale;
import java.util.Map;

/**
 * Writes samples in the text format, a family behind the other. Names that it did not have before
 * are quoted for those who take them, and get underscores for others.
 */
final class FederationText {
  private final boolean utf8;
  private final Map<String, String> externalLabels;
  private final StringBuilder text = new StringBuilder();
  private String family = "";

  /**
   * Begins a page.
   *
   * @param utf8 whether any name may be quoted
   * @param externalLabels labels that stand where a series has none of that name, in order
   */
  FederationText(boolean utf8, Map<String, String> externalLabels) {
    this.utf8 = utf8;
    this.externalLabels = externalLabels;
  }

  /** {@return whether a client that accepts this takes any name} */
  static boolean takesUtf8(String accept) {
    for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
      String compact = range.replace(" ", "");
      if (compact.startsWith("text/plain") || compact.startsWith("*/*")) {
        return compact.contains(";escaping=allow-utf-8");
      }
    }
    return false;
  }

  String contentType() {
    return "text/plain; version=%s; charset=utf-8; escaping=%s"
        .formatted(utf8 ? "1.0.0" : "0.0.4", utf8 ? "allow-utf-8" : "underscores");
  }

  void add(Labels labels, long timestampMs, double value) {
    begin(labels, "untyped");
    sample(labels, "", "", value, timestampMs);
  }

  /** A histogram with custom bounds becomes a classic one. */
  void add(Labels labels, long timestampMs, Histogram histogram) {
    begin(labels, "histogram");
    double[] bounds = histogram.customBounds();
    double[] populations = new double[bounds.length + 1];
    int index = 0;
    int read = 0;
    for (int i = 0; i < histogram.positiveSpans().length; i += 2) {
      index += histogram.positiveSpans()[i];
      for (int n = 0; n < histogram.positiveSpans()[i + 1]; n++) {
        populations[index++] += histogram.positiveBuckets()[read++];
      }
    }
    double below = 0;
    for (int i = 0; i < bounds.length; i++) {
      below += populations[i];
      sample(labels, "_bucket", GoFormat.general(bounds[i]), below, timestampMs);
    }
    sample(labels, "_bucket", "+Inf", histogram.count(), timestampMs);
    sample(labels, "_sum", "", histogram.sum(), timestampMs);
    sample(labels, "_count", "", histogram.count(), timestampMs);
  }

  private void begin(Labels labels, String type) {
    String name = labels.get(Label.METRIC_NAME);
    String next = type + " " + name;
    if (!next.equals(family)) {
      family = next;
      text.append("# TYPE ");
      appendName(name);
      text.append(' ').append(type).append('\n');
    }
  }

  private void sample(Labels labels, String suffix, String le, double value, long timestampMs) {
    String name = labels.get(Label.METRIC_NAME) + suffix;
    boolean quoted = utf8 && !isLegacy(name);
    if (!quoted) {
      appendName(name);
    }
    int start = text.length();
    if (quoted) {
      separator(start);
      appendName(name);
    }
    for (Label label : labels) {
      if (!label.name().equals(Label.METRIC_NAME) && !label.value().isEmpty()) {
        pair(start, label.name(), label.value());
      }
    }
    externalLabels.forEach(
        (label, fallback) -> {
          if (labels.get(label).isEmpty()) {
            pair(start, label, fallback);
          }
        });
    if (!le.isEmpty()) {
      pair(start, "le", le);
    }
    if (text.length() > start) {
      text.append('}');
    }
    text.append(' ').append(GoFormat.general(value)).append(' ').append(timestampMs).append('\n');
  }

  private void separator(int start) {
    text.append(text.length() == start ? '{' : ',');
  }

  private void pair(int start, String name, String value) {
    separator(start);
    appendName(name);
    text.append("=\"");
    appendEscaped(value);
    text.append('"');
  }

  private void appendName(String name) {
    if (isLegacy(name)) {
      text.append(name);
    } else if (utf8) {
      text.append('"');
      appendEscaped(name);
      text.append('"');
    } else {
      int[] points = name.codePoints().toArray();
      for (int i = 0; i < points.length; i++) {
        text.appendCodePoint(isLegacy(points[i], i == 0) ? points[i] : '_');
      }
    }
  }

  private void appendEscaped(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '"' -> text.append("\\\"");
        default -> text.append(c);
      }
    }
  }

  private static boolean isLegacy(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (!isLegacy(name.charAt(i), i == 0)) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  private static boolean isLegacy(int c, boolean first) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || c == '_'
        || c == ':'
        || (!first && c >= '0' && c <= '9');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
