package io.hmsops.query.eval;

import io.hmsops.query.ast.Position;
import io.hmsops.query.ast.Span;
import io.hmsops.query.function.GoFormat;
import io.hmsops.query.plan.Plan;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a query has to say about its own answer. Equal texts are shown once, at the place that is
 * evaluated last (first, where occurrences are counted). Rendered with the position of the
 * expression meant: {@code PromQL warning: … (1:5)}. Not thread-safe: each morsel has its own, and
 * they are added up in the order of morsels.
 */
final class Annotations {
  /** How serious an annotation is. */
  enum Severity {
    WARNING("PromQL warning: "),
    INFO("PromQL info: ");

    private final String prefix;

    Severity(String prefix) {
      this.prefix = prefix;
    }
  }

  private record Key(Severity severity, String text) {}

  /** What is known of all classic histograms that had to be made monotonic. */
  private record Repair(
      double minBound, double maxBound, double maxDifference, int count, long minMs, long maxMs) {
    Repair plus(Repair other) {
      return new Repair(
          Math.min(minBound, other.minBound),
          Math.max(maxBound, other.maxBound),
          Math.max(maxDifference, other.maxDifference),
          count + other.count,
          Math.min(minMs, other.minMs),
          Math.max(maxMs, other.maxMs));
    }
  }

  private final Map<Key, Set<Span>> spans = new LinkedHashMap<>();
  private final Map<Key, Repair> repairs = new LinkedHashMap<>();
  private final Map<Key, Integer> occurrences = new LinkedHashMap<>();

  private void add(Key key, Span span) {
    spans.computeIfAbsent(key, _ -> new LinkedHashSet<>()).add(span);
  }

  void warn(String text, Span span) {
    add(new Key(Severity.WARNING, text), span);
  }

  void inform(String text, Span span) {
    add(new Key(Severity.INFO, text), span);
  }

  /** A warning whose occurrences are counted. */
  void warnCounted(String text, Span span) {
    warn(text, span);
    occurrences.merge(new Key(Severity.WARNING, text), 1, Integer::sum);
  }

  /** A classic histogram was made monotonic. */
  void informRepaired(
      String text, Span span, double minBound, double maxBound, double difference, long timeMs) {
    inform(text, span);
    repairs.merge(
        new Key(Severity.INFO, text),
        new Repair(minBound, maxBound, difference, 1, timeMs, timeMs),
        Repair::plus);
  }

  /** Adds what a part of the query said after what is here. */
  void addAll(Annotations part) {
    part.spans.forEach((key, places) -> places.forEach(place -> add(key, place)));
    part.repairs.forEach((key, repair) -> repairs.merge(key, repair, Repair::plus));
    part.occurrences.forEach((key, count) -> occurrences.merge(key, count, Integer::sum));
  }

  List<String> render(Severity severity, String query, Plan plan) {
    List<String> texts = new ArrayList<>();
    spans.forEach(
        (key, places) -> {
          if (key.severity() == severity) {
            Span span =
                repairs.containsKey(key) || occurrences.containsKey(key)
                    ? AnnotationOrder.first(plan, places)
                    : AnnotationOrder.last(plan, places);
            texts.add(
                severity.prefix
                    + key.text()
                    + detail(key)
                    + " (%s)".formatted(Position.of(query, span.start())));
          }
        });
    return texts;
  }

  private String detail(Key key) {
    Repair repair = repairs.get(key);
    if (repair != null) {
      return ", from buckets %s to %s, with a max diff of %s, over %d samples from %s to %s"
          .formatted(
              GoFormat.general(repair.minBound()),
              GoFormat.general(repair.maxBound()),
              GoFormat.general(repair.maxDifference(), 2),
              repair.count(),
              rfc3339(repair.minMs()),
              rfc3339(repair.maxMs()));
    }
    int count = occurrences.getOrDefault(key, 1);
    return count > 1 ? " (%d occurrences)".formatted(count) : "";
  }

  private static String rfc3339(long timeMs) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
        Instant.ofEpochMilli(timeMs).atOffset(ZoneOffset.UTC).withNano(0));
  }
}
