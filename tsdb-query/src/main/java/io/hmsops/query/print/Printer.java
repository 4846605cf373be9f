package io.hmsops.query.print;

import io.hmsops.query.ast.DeepTrees;
import io.hmsops.query.ast.DurationExpr;
import io.hmsops.query.ast.Edges;
import io.hmsops.query.ast.Expr;
import io.hmsops.query.ast.TimeModifiers;
import io.hmsops.query.ast.TimeModifiers.AtModifier;
import io.hmsops.query.ast.VectorMatching;
import io.hmsops.query.function.GoFormat;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.LabelMatcher;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** Prints trees on one line, the way Prometheus shows queries. Stateless. */
public final class Printer {
  private Printer() {}

  /**
   * {@return the canonical text of a tree} Matchers are sorted, so two selectors that differ only
   * in the order of their matchers print alike.
   *
   * @param expr the tree
   */
  public static String print(Expr expr) {
    return DeepTrees.walk(expr, () -> text(expr));
  }

  private static String text(Expr expr) {
    return switch (expr) {
      case Expr.NumberLiteral(var value, var isDuration, _) ->
          isDuration ? DurationText.units(value) : GoFormat.plain(value);
      case Expr.StringLiteral(var value, _) -> Names.quote(value);
      case Expr.VectorSelector selector ->
          metric(selector) + at(selector.time()) + edge(selector) + offset(selector.time());
      case Expr.MatrixSelector(var selector, var range, _) ->
          "%s[%s]%s%s"
              .formatted(
                  metric(selector),
                  DurationText.alone(range),
                  edge(selector),
                  at(selector.time()) + offset(selector.time()));
      case Expr.Subquery subquery -> text(subquery.expr()) + subquerySuffix(subquery);
      case Expr.Aggregation aggregation -> aggregation(aggregation);
      case Expr.Call(var function, var arguments, _, _) ->
          function.name()
              + arguments.stream().map(Printer::text).collect(Collectors.joining(", ", "(", ")"));
      case Expr.Binary binary -> binary(binary);
      case Expr.Unary(var negative, var operand, _) -> (negative ? "-" : "+") + text(operand);
      case Expr.Paren(var inner, _) -> "(" + text(inner) + ")";
    };
  }

  /** From the left, not inside out: a chain's text would be copied once for each operator. */
  private static String binary(Expr.Binary binary) {
    Deque<Expr.Binary> chain = new ArrayDeque<>();
    Expr first = binary;
    while (first instanceof Expr.Binary link) {
      chain.push(link);
      first = link.left();
    }
    StringBuilder text = new StringBuilder(text(first));
    for (Expr.Binary link : chain) {
      text.append(' ').append(operator(link)).append(' ').append(text(link.right()));
    }
    return text.toString();
  }

  private static String metric(Expr.VectorSelector selector) {
    List<String> matchers =
        selector.matchers().stream()
            .filter(matcher -> !saysTheName(matcher, selector.name()))
            .map(Printer::matcher)
            .sorted()
            .toList();
    if (matchers.isEmpty() && !selector.name().isEmpty()) {
      return selector.name();
    }
    return selector.name() + "{" + String.join(",", matchers) + "}";
  }

  private static boolean saysTheName(LabelMatcher matcher, String name) {
    return matcher.name().equals(Label.METRIC_NAME)
        && matcher.type() == LabelMatcher.Type.EQUAL
        && !name.isEmpty()
        && matcher.value().equals(name);
  }

  private static String matcher(LabelMatcher matcher) {
    return Names.label(matcher.name()) + matcher.type().symbol() + Names.quote(matcher.value());
  }

  private static String edge(Expr.VectorSelector selector) {
    Edges edges = selector.edges();
    return edges == Edges.PLAIN ? "" : " " + edges.name().toLowerCase(Locale.ROOT);
  }

  private static String at(TimeModifiers time) {
    return time.at()
        .map(
            fixed ->
                switch (fixed) {
                  case AtModifier.Timestamp(var timestampMs) -> " @ " + fixedSeconds(timestampMs);
                  case AtModifier.Start _ -> " @ start()";
                  case AtModifier.End _ -> " @ end()";
                })
        .orElse("");
  }

  private static String offset(TimeModifiers time) {
    return time.offset()
        .filter(offset -> !(offset instanceof DurationExpr.Literal(var s, _, _) && s == 0))
        .map(offset -> " offset " + DurationText.alone(offset))
        .orElse("");
  }

  private static String fixedSeconds(long timestampMs) {
    return java.math.BigDecimal.valueOf(timestampMs, 3).toPlainString();
  }

  /** Returns what follows the expression of a subquery. */
  static String subquerySuffix(Expr.Subquery subquery) {
    String step = subquery.step().map(DurationText::alone).orElse("");
    TimeModifiers time = subquery.time();
    return "[%s:%s]%s%s"
        .formatted(DurationText.alone(subquery.range()), step, at(time), offset(time));
  }

  private static String aggregation(Expr.Aggregation aggregation) {
    String parameter = aggregation.parameter().map(p -> text(p) + ", ").orElse("");
    return "%s(%s%s)".formatted(head(aggregation), parameter, text(aggregation.expr()));
  }

  /** Returns an aggregation up to its parenthesis. */
  static String head(Expr.Aggregation aggregation) {
    String operator = aggregation.operator().symbol();
    if (aggregation.without()) {
      return operator + " without " + Names.list(aggregation.grouping()) + " ";
    }
    return aggregation.grouping().isEmpty()
        ? operator
        : operator + " by " + Names.list(aggregation.grouping()) + " ";
  }

  /** Returns a binary operator with its modifiers. */
  static String operator(Expr.Binary binary) {
    return binary.operator().symbol()
        + (binary.returnBool() ? " bool" : "")
        + binary.matching().map(Printer::matching).orElse("");
  }

  private static String matching(VectorMatching matching) {
    StringBuilder text = new StringBuilder();
    String group =
        switch (matching.cardinality()) {
          case MANY_TO_ONE -> " group_left ";
          case ONE_TO_MANY -> " group_right ";
          case ONE_TO_ONE, MANY_TO_MANY -> "";
        };
    if (!matching.labels().isEmpty() || matching.on() || !group.isEmpty()) {
      text.append(matching.on() ? " on " : " ignoring ").append(Names.list(matching.labels()));
    }
    if (!group.isEmpty()) {
      text.append(group).append(Names.list(matching.include()));
    }
    return text.append(fill(matching)).toString();
  }

  private static String fill(VectorMatching matching) {
    OptionalDouble left = matching.fillLeft();
    OptionalDouble right = matching.fillRight();
    if (left.isPresent() && right.isPresent() && left.getAsDouble() == right.getAsDouble()) {
      return " fill (%s)".formatted(GoFormat.general(left.getAsDouble()));
    }
    return (left.isPresent()
            ? " fill_left (%s)".formatted(GoFormat.general(left.getAsDouble()))
            : "")
        + (right.isPresent()
            ? " fill_right (%s)".formatted(GoFormat.general(right.getAsDouble()))
            : "");
  }
}
