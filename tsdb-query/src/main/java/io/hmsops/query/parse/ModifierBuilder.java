package io.hmsops.query.parse;

import io.hmsops.grammar.PromQLLexer;
import io.hmsops.grammar.PromQLParser;
import io.hmsops.query.ast.DurationExpr;
import io.hmsops.query.ast.Edges;
import io.hmsops.query.ast.Expr;
import io.hmsops.query.ast.Feature;
import io.hmsops.query.ast.Span;
import io.hmsops.query.ast.TimeModifiers;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.Set;

/** Applies what may follow a selector: ranges, {@code offset}, {@code @} and edges. */
final class ModifierBuilder {
  private static final String NOT_A_SELECTOR =
      " modifier must be preceded by an instant vector selector or range vector selector or a"
          + " subquery";

  private final SourceText source;
  private final Set<Feature> features;
  private final DurationBuilder durations;
  private final NumberLiterals numbers;

  ModifierBuilder(SourceText source, Set<Feature> features) {
    this.source = source;
    this.features = features;
    this.durations = new DurationBuilder(source);
    this.numbers = new NumberLiterals(source);
  }

  Expr offset(Expr operand, PromQLParser.OffsetDurationContext context) throws ParseException {
    DurationExpr offset = durations.offset(context);
    TimeModifiers time = time(operand, "offset");
    // A literal of zero is none.
    if (time.offset().isPresent() && !isZero(time.offset().get())) {
      throw source.error(operand.span(), "offset may not be set multiple times");
    }
    return withTime(
        operand, new TimeModifiers(Optional.of(offset), time.at()), source.span(context).end());
  }

  private static boolean isZero(DurationExpr duration) {
    return duration instanceof DurationExpr.Literal literal && literal.seconds() == 0;
  }

  /** Builds a duration for its mistakes. */
  void duration(PromQLParser.DurationExprContext context, boolean isLength) throws ParseException {
    if (isLength) {
      durations.positive(context);
    } else {
      durations.part(context);
    }
  }

  Expr at(Expr operand, PromQLParser.AtTimeContext context) throws ParseException {
    TimeModifiers.AtModifier at =
        context.preprocessor == null
            ? timestamp(operand, context)
            : context.preprocessor.getType() == PromQLLexer.START
                ? new TimeModifiers.AtModifier.Start()
                : new TimeModifiers.AtModifier.End();
    TimeModifiers time = time(operand, "@");
    if (time.at().isPresent()) {
      throw source.error(operand.span(), "@ <timestamp> may not be set multiple times");
    }
    return withTime(
        operand, new TimeModifiers(time.offset(), Optional.of(at)), source.span(context).end());
  }

  private TimeModifiers.AtModifier timestamp(Expr operand, PromQLParser.AtTimeContext context)
      throws ParseException {
    double value = numbers.value(context.literal);
    double seconds =
        context.sign != null && context.sign.getType() == PromQLLexer.SUB ? -value : value;
    if (Double.isNaN(seconds) || seconds >= Long.MAX_VALUE || seconds <= Long.MIN_VALUE) {
      String shown =
          Double.isNaN(seconds)
              ? "NaN"
              : Double.isInfinite(seconds)
                  ? (seconds > 0 ? "+Inf" : "-Inf")
                  : new BigDecimal(seconds).setScale(6, RoundingMode.HALF_EVEN).toPlainString();
      throw source.error(operand.span(), "timestamp out of bounds for @ modifier: " + shown);
    }
    return new TimeModifiers.AtModifier.Timestamp(Math.round(seconds * 1000));
  }

  private TimeModifiers time(Expr operand, String modifier) throws ParseException {
    return switch (operand) {
      case Expr.VectorSelector selector -> selector.time();
      case Expr.MatrixSelector matrix -> matrix.selector().time();
      case Expr.Subquery subquery -> subquery.time();
      case Expr.NumberLiteral _,
          Expr.StringLiteral _,
          Expr.Aggregation _,
          Expr.Call _,
          Expr.Binary _,
          Expr.Unary _,
          Expr.Paren _ ->
          throw source.error(operand.span(), modifier + NOT_A_SELECTOR);
    };
  }

  private static Expr withTime(Expr operand, TimeModifiers time, int end) {
    Span span = new Span(operand.span().start(), end);
    return switch (operand) {
      case Expr.VectorSelector selector ->
          new Expr.VectorSelector(
              selector.name(), selector.matchers(), time, selector.edges(), span);
      case Expr.MatrixSelector(var selector, var range, _) ->
          new Expr.MatrixSelector(
              new Expr.VectorSelector(
                  selector.name(), selector.matchers(), time, selector.edges(), selector.span()),
              range,
              span);
      case Expr.Subquery(var expr, var range, var step, _, _) ->
          new Expr.Subquery(expr, range, step, time, span);
      case Expr.NumberLiteral _,
          Expr.StringLiteral _,
          Expr.Aggregation _,
          Expr.Call _,
          Expr.Binary _,
          Expr.Unary _,
          Expr.Paren _ ->
          throw new AssertionError("time modifier on " + operand);
    };
  }

  Expr edge(Expr operand, boolean anchored, Span span) throws ParseException {
    String modifier = anchored ? "anchored" : "smoothed";
    if (!features.contains(Feature.EXTENDED_RANGE_SELECTORS)) {
      throw source.error(operand.span(), modifier + " modifier is experimental and not enabled");
    }
    Edges edges = anchored ? Edges.ANCHORED : Edges.SMOOTHED;
    return switch (operand) {
      case Expr.VectorSelector selector -> withEdges(selector, edges, span);
      case Expr.MatrixSelector(var selector, var range, _) ->
          new Expr.MatrixSelector(withEdges(selector, edges, selector.span()), range, span);
      case Expr.Subquery _ ->
          throw source.error(
              operand.span(), modifier + " modifier is not supported for subqueries");
      case Expr.NumberLiteral _,
          Expr.StringLiteral _,
          Expr.Aggregation _,
          Expr.Call _,
          Expr.Binary _,
          Expr.Unary _,
          Expr.Paren _ ->
          throw source.error(operand.span(), modifier + " modifier not implemented");
    };
  }

  private Expr.VectorSelector withEdges(Expr.VectorSelector selector, Edges edges, Span span)
      throws ParseException {
    if (selector.edges() != Edges.PLAIN && selector.edges() != edges) {
      throw source.error(
          selector.span(), "anchored and smoothed modifiers cannot be used together");
    }
    return new Expr.VectorSelector(
        selector.name(), selector.matchers(), selector.time(), edges, span);
  }

  Expr bracket(Expr operand, PromQLParser.BracketContext context) throws ParseException {
    Span span = source.span(context);
    DurationExpr range = durations.positive(context.durationExpr(0));
    if (context.colon != null) {
      Optional<DurationExpr> step =
          context.durationExpr().size() == 1
              ? Optional.empty()
              : Optional.of(durations.positive(context.durationExpr(1)));
      return new Expr.Subquery(operand, range, step, TimeModifiers.NONE, span);
    }
    int bracket = source.start(context.LEFT_BRACKET().getSymbol());
    if (!(operand instanceof Expr.VectorSelector selector)) {
      throw source.error(bracket, "ranges only allowed for vector selectors");
    }
    if (selector.time().offset().filter(offset -> !isZero(offset)).isPresent()) {
      throw source.error(bracket, "no offset modifiers allowed before range");
    }
    if (selector.time().at().isPresent()) {
      throw source.error(bracket, "no @ modifiers allowed before range");
    }
    return new Expr.MatrixSelector(selector, range, span);
  }
}
