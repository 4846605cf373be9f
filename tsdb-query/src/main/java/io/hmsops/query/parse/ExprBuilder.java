package io.hmsops.query.parse;

import io.hmsops.grammar.PromQLLexer;
import io.hmsops.grammar.PromQLParser;
import io.hmsops.query.ast.AggregationOperator;
import io.hmsops.query.ast.Expr;
import io.hmsops.query.ast.Feature;
import io.hmsops.query.ast.FunctionSignature;
import io.hmsops.query.ast.Span;
import io.hmsops.query.function.Dialect;
import io.hmsops.query.function.GoText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.antlr.v4.runtime.RuleContext;
import org.antlr.v4.runtime.Token;

/** Turns the parser's contexts into a tree, and refuses what the grammar could not. */
final class ExprBuilder {
  private final SourceText source;
  private final Dialect dialect;
  private final NumberLiterals numbers;
  private final SelectorBuilder selectors;
  private final ModifierBuilder modifiers;
  private final BinaryBuilder binaries;

  ExprBuilder(SourceText source, Dialect dialect) {
    this.source = source;
    this.dialect = dialect;
    this.numbers = new NumberLiterals(source);
    this.selectors = new SelectorBuilder(source);
    this.modifiers = new ModifierBuilder(source, dialect.features());
    this.binaries = new BinaryBuilder(source, dialect.features());
  }

  Expr expr(PromQLParser.ExprContext context) throws ParseException {
    return switch (context) {
      case PromQLParser.NumberContext number ->
          new Expr.NumberLiteral(
              numbers.value(number.literal),
              number.literal.getType() == PromQLLexer.DURATION,
              source.span(number));
      case PromQLParser.TextContext text ->
          new Expr.StringLiteral(
              selectors.text(text.STRING().getSymbol()), source.span(text.STRING().getSymbol()));
      case PromQLParser.VectorContext vector -> selectors.selector(vector.selector());
      case PromQLParser.ParenContext paren ->
          new Expr.Paren(expr(paren.expr()), source.span(paren));
      case PromQLParser.UnaryContext unary -> unary(unary);
      case PromQLParser.BinaryContext binary ->
          binaries.binary(
              binary, expr(binary.expr(0)), binaries.matching(binary), expr(binary.expr(1)));
      case PromQLParser.CallContext call -> call(call);
      case PromQLParser.AggregateContext aggregate -> aggregation(aggregate.aggregation());
      case PromQLParser.OffsetContext offset ->
          modifiers.offset(expr(offset.expr()), offset.offsetDuration());
      case PromQLParser.AtContext at -> modifiers.at(expr(at.expr()), at.atTime());
      case PromQLParser.EdgeContext edge ->
          modifiers.edge(expr(edge.expr()), edge.ANCHORED() != null, source.span(edge));
      case PromQLParser.BracketContext bracket -> modifiers.bracket(expr(bracket.expr()), bracket);
      default -> throw new AssertionError("unknown grammar context " + context.getClass());
    };
  }

  /**
   * Builds something complete that stands in something that is not, for its mistakes.
   *
   * @param isWhole whether it is known that nothing more belongs to it
   */
  void part(RuleContext context, boolean isWhole) throws ParseException {
    switch (context) {
      case PromQLParser.ExprContext expr -> {
        if (expr.exception == null) {
          expr(expr);
        }
      }
      case PromQLParser.AggregationContext aggregation -> aggregation(aggregation);
      case PromQLParser.ArgumentsContext arguments -> arguments(arguments);
      case PromQLParser.GroupingModifierContext grouping ->
          selectors.labelNames(grouping.groupingLabels());
      case PromQLParser.GroupingLabelsContext labels -> selectors.labelNames(labels);
      case PromQLParser.GroupingLabelContext label -> selectors.labelName(label);
      case PromQLParser.SelectorContext selector -> selectors.selector(selector);
      case PromQLParser.LabelMatcherContext matcher -> selectors.matcher(matcher);
      case PromQLParser.BinaryModifiersContext modifiers -> binaries.modifiers(modifiers);
      case PromQLParser.DurationExprContext duration ->
          modifiers.duration(
              duration, isWhole && duration.getParent() instanceof PromQLParser.BracketContext);
      default -> {
        // Has no meaning that could be wrong.
      }
    }
  }

  private Expr unary(PromQLParser.UnaryContext context) throws ParseException {
    boolean negative = context.sign.getType() == PromQLLexer.SUB;
    Expr operand = expr(context.expr());
    if (operand instanceof Expr.NumberLiteral literal) {
      // A sign before a literal belongs to it: -1 is one number.
      double value = negative ? -literal.value() : literal.value();
      return new Expr.NumberLiteral(value, literal.isDuration(), source.span(context));
    }
    return new Expr.Unary(negative, operand, source.span(context));
  }

  private Expr call(PromQLParser.CallContext context) throws ParseException {
    List<Expr> arguments = arguments(context.arguments());
    Token name = context.functionName().getStart();
    Optional<FunctionSignature> function = dialect.functions().find(name.getText());
    if (function.isEmpty()) {
      throw source.error(
          source.start(name), "unknown function with name " + GoText.quote(name.getText()));
    }
    if (function.get().experimental() && !dialect.has(Feature.EXPERIMENTAL_FUNCTIONS)) {
      throw source.error(
          source.start(name), "function \"%s\" is not enabled".formatted(name.getText()));
    }
    return new Expr.Call(
        function.get(),
        arguments,
        argumentsSpan(context.arguments(), arguments),
        source.span(context));
  }

  private Span argumentsSpan(PromQLParser.ArgumentsContext context, List<Expr> arguments) {
    if (arguments.isEmpty()) {
      int inside = source.end(context.LEFT_PAREN().getSymbol());
      return new Span(inside, inside);
    }
    return new Span(arguments.getFirst().span().start(), arguments.getLast().span().end());
  }

  private List<Expr> arguments(PromQLParser.ArgumentsContext context) throws ParseException {
    List<Expr> arguments = new ArrayList<>();
    for (PromQLParser.ExprContext argument : context.expr()) {
      arguments.add(expr(argument));
    }
    if (context.trailing != null) {
      throw source.error(source.start(context.trailing), SyntaxErrors.TRAILING_COMMA);
    }
    return arguments;
  }

  private Expr aggregation(PromQLParser.AggregationContext context) throws ParseException {
    Token name = context.AGGREGATOR().getSymbol();
    AggregationOperator operator =
        AggregationOperator.valueOf(name.getText().toUpperCase(Locale.ROOT));
    List<String> grouping = List.of();
    boolean without = false;
    if (context.groupingModifier() != null) {
      grouping = selectors.labelNames(context.groupingModifier().groupingLabels());
      without = context.groupingModifier().WITHOUT() != null;
    }
    List<Expr> arguments = arguments(context.arguments());
    Span span = source.span(context);
    if (arguments.isEmpty()) {
      throw source.error(span, "no arguments for aggregate expression provided");
    }
    int expected = operator.hasParameter() ? 2 : 1;
    if (operator.experimental() && !dialect.has(Feature.EXPERIMENTAL_FUNCTIONS)) {
      throw source.error(
          span,
          "%s() is experimental and must be enabled with --enable-feature=%s"
              .formatted(operator.symbol(), Feature.EXPERIMENTAL_FUNCTIONS.flag()));
    }
    if (arguments.size() != expected) {
      throw source.error(
          span,
          "wrong number of arguments for aggregate expression provided, expected %d, got %d"
              .formatted(expected, arguments.size()));
    }
    Optional<Expr> parameter =
        operator.hasParameter() ? Optional.of(arguments.getFirst()) : Optional.empty();
    return new Expr.Aggregation(operator, arguments.getLast(), parameter, grouping, without, span);
  }
}
