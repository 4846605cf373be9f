package io.hmsops.query.eval;

import io.hmsops.query.plan.Plan;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code absent} and {@code absent_over_time}: 1 where there is nothing. */
final class AbsentFunctions {
  private AbsentFunctions() {}

  static Value absent(FunctionCall call) {
    boolean[] present = new boolean[call.grid().count()];
    for (Column column : call.vector(0).columns()) {
      for (int step = 0; step < present.length; step++) {
        present[step] |= column.has(step);
      }
    }
    return missing(present, labels(call.argument(0)), false);
  }

  static Value absentOverTime(FunctionCall call) {
    boolean[] present = new boolean[call.grid().count()];
    // Several workers may write, but nothing else than true.
    WindowFunction mark = (window, _) -> present[window.step()] = true;
    SeriesMatrix found =
        call.evaluator()
            .collect(
                new RangeEvaluation(call.evaluator())
                    .stream(
                        call.argument(0),
                        call.grid(),
                        call.invoke().function(),
                        true,
                        _ -> new RangeStream.Kernel(mark, null, null)));
    assert found.columns().isEmpty() : "the kernel writes nothing";
    // As in Prometheus, only with delayed removal are type and unit taken off the result.
    return missing(present, labels(call.argument(0)), call.context().names().delayed());
  }

  private static Value missing(boolean[] present, Labels labels, boolean dropName) {
    Column column = new Column(labels, dropName, present.length);
    for (int step = 0; step < present.length; step++) {
      if (!present[step]) {
        column.set(step, 1);
      }
    }
    return new Value.Vector(SeriesMatrix.ofNonEmpty(present.length, List.of(column)));
  }

  /** What a plain selector says about the labels of the series that is missing. */
  private static Labels labels(Plan plan) {
    return switch (plan.withoutOnce()) {
      case Plan.Select select -> labels(select.matchers());
      case Plan.SelectRange range -> labels(range.selector().matchers());
      default -> Labels.EMPTY;
    };
  }

  private static Labels labels(List<LabelMatcher> matchers) {
    Labels.Builder labels = new Labels.Builder();
    Set<String> seen = new HashSet<>();
    for (LabelMatcher matcher : asLookedUp(matchers)) {
      String name = matcher.name();
      if (name.equals(Label.METRIC_NAME)) {
        continue;
      }
      if (matcher.type() == LabelMatcher.Type.EQUAL && seen.add(name)) {
        labels.set(name, matcher.value());
      } else {
        labels.set(name, "");
      }
    }
    return labels.build();
  }

  /**
   * The matchers in the order in which Prometheus' storage leaves them: first those that find
   * series, then those by which some are taken away.
   */
  private static List<LabelMatcher> asLookedUp(List<LabelMatcher> matchers) {
    Set<String> mustBeSet = new HashSet<>();
    for (LabelMatcher matcher : matchers) {
      if (!matcher.matches("")) {
        mustBeSet.add(matcher.name());
      }
    }
    List<LabelMatcher> ordered = new ArrayList<>(matchers);
    // The sort is stable.
    ordered.sort(
        Comparator.comparing(
            matcher ->
                !mustBeSet.contains(matcher.name())
                    || (isNegative(matcher.type()) && matcher.matches(""))));
    return ordered;
  }

  private static boolean isNegative(LabelMatcher.Type type) {
    return type == LabelMatcher.Type.NOT_EQUAL || type == LabelMatcher.Type.NOT_REGEX;
  }
}
