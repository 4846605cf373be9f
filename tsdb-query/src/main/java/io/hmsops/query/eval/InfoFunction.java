package io.hmsops.query.eval;

import io.hmsops.query.ast.Edges;
import io.hmsops.query.limit.QueryFailure;
import io.hmsops.query.plan.Plan;
import io.hmsops.query.plan.Shift;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * {@code info(v, {matchers})}: adds the labels of info metrics with the same {@code instance} and
 * {@code job} to the series of v.
 */
final class InfoFunction {
  private static final Set<String> IDENTIFYING = Set.of("instance", "job");
  private static final String DEFAULT_METRIC = "target_info";

  private final FunctionCall call;
  private final List<LabelMatcher> nameMatchers = new ArrayList<>();
  private final List<LabelMatcher> dataMatchers = new ArrayList<>();

  /** One info series: its labels, and when its newest sample was taken at each step. */
  private record InfoSeries(Labels labels, Column times) {}

  private record Identity(Labels labels, boolean dropName) {}

  InfoFunction(FunctionCall call) {
    this.call = call;
  }

  Value evaluate() {
    SeriesMatrix base = call.vector(0);
    readMatchers();
    Map<Labels, List<InfoSeries>> infos = readInfoSeries(identifyingValues(base));
    Map<Identity, Column> out = new LinkedHashMap<>();
    for (Column column : base.columns()) {
      boolean passes = passes(column);
      List<InfoSeries> candidates = infos.getOrDefault(identity(column.labels()), List.of());
      for (int step = 0; step < base.steps(); step++) {
        if (column.has(step)) {
          Optional<Labels> labels =
              passes ? Optional.of(column.labels()) : enrich(column.labels(), candidates, step);
          if (labels.isPresent()) {
            put(out, new Identity(labels.get(), column.dropName()), column, step);
          }
        }
      }
    }
    return new Value.Vector(new SeriesMatrix(base.steps(), List.copyOf(out.values())));
  }

  private void put(Map<Identity, Column> out, Identity identity, Column from, int step) {
    Column to =
        out.computeIfAbsent(
            identity, key -> new Column(key.labels(), key.dropName(), from.steps()));
    if (to.has(step)) {
      throw QueryFailure.execution(MetricNames.SAME_LABELS);
    }
    to.copy(step, from, step);
  }

  private void readMatchers() {
    if (call.argumentCount() > 1 && call.argument(1).withoutOnce() instanceof Plan.Select select) {
      for (LabelMatcher matcher : select.matchers()) {
        (matcher.name().equals(Label.METRIC_NAME) ? nameMatchers : dataMatchers).add(matcher);
      }
    }
    if (nameMatchers.isEmpty()) {
      nameMatchers.add(LabelMatcher.equal(Label.METRIC_NAME, DEFAULT_METRIC));
    } else if (nameMatchers.stream().allMatch(InfoFunction::isNegative)) {
      nameMatchers.add(LabelMatcher.of(LabelMatcher.Type.REGEX, Label.METRIC_NAME, ".+_info"));
    }
  }

  /** What may stand in the identifying labels of info series: what the series of v have there. */
  private Map<String, Set<String>> identifyingValues(SeriesMatrix base) {
    Map<String, Set<String>> values = new TreeMap<>();
    for (Column column : base.columns()) {
      if (!passes(column)) {
        for (Label label : identity(column.labels())) {
          values.computeIfAbsent(label.name(), _ -> new HashSet<>()).add(label.value());
        }
      }
    }
    return values;
  }

  private boolean passes(Column column) {
    return nameMatchers.stream().allMatch(matcher -> matcher.matches(column.labels()));
  }

  private static boolean isNegative(LabelMatcher matcher) {
    return matcher.type() == LabelMatcher.Type.NOT_EQUAL
        || matcher.type() == LabelMatcher.Type.NOT_REGEX;
  }

  private static Labels identity(Labels labels) {
    return labels.filter(IDENTIFYING::contains);
  }

  private SeriesMatrix read(Plan.Select select, InstantSelection.Take take) {
    return call.evaluator()
        .collect(new InstantSelection(call.context(), select, call.grid(), take));
  }

  private Map<Labels, List<InfoSeries>> readInfoSeries(Map<String, Set<String>> identifying) {
    List<LabelMatcher> matchers = new ArrayList<>(nameMatchers);
    matchers.addAll(dataMatchers);
    Shift shift = firstShift(call.argument(0)).orElse(Shift.NONE);
    Plan.Select select = new Plan.Select(matchers, shift, Edges.PLAIN, false, call.invoke().span());
    for (Column column : read(select, InstantSelection.Take.VALUE).columns()) {
      if (column.hasHistograms()) {
        throw QueryFailure.execution(
            "this should be an info metric, with float samples: " + column.labels());
      }
    }
    Map<Labels, List<InfoSeries>> infos = new HashMap<>();
    for (Column column : read(select, InstantSelection.Take.TIMESTAMP).columns()) {
      Labels identity = identity(column.labels());
      boolean wanted =
          identifying.entrySet().stream()
              .allMatch(entry -> entry.getValue().contains(identity.get(entry.getKey())));
      if (wanted && !identity.isEmpty()) {
        infos
            .computeIfAbsent(identity, _ -> new ArrayList<>())
            .add(new InfoSeries(column.labels(), column));
      }
    }
    return infos;
  }

  /** How the first selector is moved in time, the subqueries around it included. */
  private static Optional<Shift> firstShift(Plan plan) {
    return switch (plan) {
      case Plan.Constant _, Plan.Text _ -> Optional.empty();
      case Plan.Select select -> Optional.of(select.shift());
      case Plan.SelectRange range -> Optional.of(range.selector().shift());
      case Plan.Subquery subquery ->
          firstShift(subquery.operand()).map(inner -> inner.within(subquery.shift()));
      case Plan.Once once -> firstShift(once.operand());
      case Plan.Negate negate -> firstShift(negate.operand());
      case Plan.Plus plus -> firstShift(plus.operand());
      case Plan.Aggregate aggregate -> firstShift(aggregate.operand());
      case Plan.Operate operate -> firstShift(operate.left()).or(() -> firstShift(operate.right()));
      case Plan.Invoke invoke ->
          invoke.arguments().stream().flatMap(a -> firstShift(a).stream()).findFirst();
    };
  }

  /** The labels of a series with those of its info series; empty if it is to be dropped. */
  private Optional<Labels> enrich(Labels base, List<InfoSeries> candidates, int step) {
    Map<String, InfoSeries> newest = new TreeMap<>();
    for (InfoSeries candidate : candidates) {
      if (candidate.times().hasFloat(step)) {
        newest.merge(candidate.labels().metricName(), candidate, (a, b) -> newer(a, b, step));
      }
    }
    if (newest.isEmpty()) {
      boolean needsInfo = dataMatchers.stream().anyMatch(matcher -> !matcher.matches(""));
      return needsInfo ? Optional.empty() : Optional.of(base);
    }
    Set<String> wanted = new HashSet<>();
    dataMatchers.forEach(matcher -> wanted.add(matcher.name()));
    Map<String, String> added = new TreeMap<>();
    for (InfoSeries info : newest.values()) {
      for (Label label : info.labels()) {
        boolean takes =
            !label.name().equals(Label.METRIC_NAME)
                && !IDENTIFYING.contains(label.name())
                && (wanted.isEmpty() || wanted.contains(label.name()));
        if (takes && !base.has(label.name())) {
          String other = added.put(label.name(), label.value());
          if (other != null && !other.equals(label.value())) {
            throw QueryFailure.execution("conflicting label: " + label.name());
          }
        }
      }
    }
    Labels.Builder enriched = base.toBuilder();
    added.forEach(enriched::set);
    return Optional.of(enriched.build());
  }

  private static InfoSeries newer(InfoSeries a, InfoSeries b, int step) {
    double timeA = a.times().value(step);
    double timeB = b.times().value(step);
    if (timeA == timeB) {
      throw QueryFailure.execution(
          "found duplicate series for info metric: existing %s @ %d, new %s @ %d"
              .formatted(
                  a.labels(), Math.round(timeA * 1000), b.labels(), Math.round(timeB * 1000)));
    }
    return timeA > timeB ? a : b;
  }
}
