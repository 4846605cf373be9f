package io.hmsops.query.engine;

import io.hmsops.query.ast.Span;
import io.hmsops.query.eval.PlanProfile;
import io.hmsops.query.plan.Plan;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Tells a plan and what its operators took. */
final class Explanation {
  /** A decoded sample: time and value. */
  private static final int BYTES_PER_SAMPLE = 16;

  private final byte[] query;
  private final PlanProfile profile;

  Explanation(String query, PlanProfile profile) {
    this.query = query.getBytes(StandardCharsets.UTF_8);
    this.profile = profile;
  }

  ExplainedPlan of(Plan plan) {
    PlanProfile.Node node = profile.node(plan);
    boolean selector = plan instanceof Plan.Select || plan instanceof Plan.SelectRange;
    return new ExplainedPlan(
        operator(plan),
        text(plan.span()),
        node.nanos(),
        node.streams() > 0 && node.evaluations() == 0,
        node.steps(),
        selector ? node.selected() : node.series(),
        node.batches(),
        node.samples(),
        selector ? BYTES_PER_SAMPLE * node.samples() : node.bytes(),
        pruned(plan, node),
        operands(plan).map(this::of).toList());
  }

  private String text(Span span) {
    int start = Math.clamp(span.start(), 0, query.length);
    int end = Math.clamp(span.end(), start, query.length);
    return new String(query, start, end - start, StandardCharsets.UTF_8);
  }

  private static String operator(Plan plan) {
    return switch (plan) {
      case Plan.Constant _ -> "number";
      case Plan.Text _ -> "text";
      case Plan.Select _ -> "selector";
      case Plan.SelectRange _ -> "range selector";
      case Plan.Subquery _ -> "subquery";
      case Plan.Aggregate aggregate ->
          "%s%s"
              .formatted(
                  aggregate.operator().name().toLowerCase(Locale.ROOT),
                  aggregate.grouping().isEmpty() && !aggregate.without()
                      ? ""
                      : " %s (%s)"
                          .formatted(
                              aggregate.without() ? "without" : "by",
                              String.join(", ", aggregate.grouping())));
      case Plan.Invoke invoke -> invoke.function();
      case Plan.Operate operate -> operate.operator().name().toLowerCase(Locale.ROOT);
      case Plan.Negate _ -> "negate";
      case Plan.Plus _ -> "plus";
      case Plan.Once _ -> "once";
    };
  }

  private static Stream<Plan> operands(Plan plan) {
    return switch (plan) {
      case Plan.Constant _, Plan.Text _, Plan.Select _, Plan.SelectRange _ -> Stream.of();
      case Plan.Subquery subquery -> Stream.of(subquery.operand());
      case Plan.Aggregate aggregate ->
          Stream.concat(aggregate.parameter().stream(), Stream.of(aggregate.operand()));
      case Plan.Invoke invoke -> invoke.arguments().stream();
      case Plan.Operate operate -> Stream.of(operate.left(), operate.right());
      case Plan.Negate negate -> Stream.of(negate.operand());
      case Plan.Plus plus -> Stream.of(plus.operand());
      case Plan.Once once -> Stream.of(once.operand());
    };
  }

  private static boolean isCountsOnly(Plan plan) {
    return switch (plan) {
      case Plan.Select select -> select.countsOnly();
      case Plan.SelectRange range -> range.selector().countsOnly();
      default -> false;
    };
  }

  private List<String> pruned(Plan plan, PlanProfile.Node node) {
    List<String> pruned = new ArrayList<>();
    if (node.skippedBatches() > 0) {
      pruned.add(
          "%d chunks were answered by their statistics and not decoded"
              .formatted(node.skippedBatches()));
    }
    if (node.emptySeries() > 0) {
      pruned.add(
          "%d of %d series had no sample in the time that was read"
              .formatted(node.emptySeries(), node.selected()));
    }
    if (isCountsOnly(plan)) {
      pruned.add("only count and sum of histograms are kept");
    }
    if (plan instanceof Plan.Once && node.steps() > 1) {
      pruned.add("evaluated at one step, repeated at %d others".formatted(node.steps() - 1));
    }
    boolean touched = node.evaluations() > 0 || node.streams() > 0 || node.selected() > 0;
    boolean own = !(plan instanceof Plan.SelectRange || plan instanceof Plan.Subquery);
    if (!touched && own && node.steps() == 0) {
      pruned.add("not evaluated: shared with an equal part, or not needed");
    }
    return pruned;
  }
}
