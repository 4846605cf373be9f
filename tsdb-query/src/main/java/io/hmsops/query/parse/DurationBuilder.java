package io.hmsops.query.parse;

import io.hmsops.grammar.PromQLLexer;
import io.hmsops.grammar.PromQLParser;
import io.hmsops.query.ast.DurationExpr;
import io.hmsops.query.ast.Span;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/** Builds duration expressions. */
final class DurationBuilder {
  /** The longest duration in seconds: what fits into 64 bits of nanoseconds. */
  private static final double MAX_SECONDS = Long.MAX_VALUE / 1e9;

  private final SourceText source;
  private final NumberLiterals numbers;

  DurationBuilder(SourceText source) {
    this.source = source;
    this.numbers = new NumberLiterals(source);
  }

  /** Returns the length of a range or step, which must not be a literal of zero or less. */
  DurationExpr positive(PromQLParser.DurationExprContext context) throws ParseException {
    DurationExpr duration = alone(duration(context));
    if (duration instanceof DurationExpr.Literal literal && literal.seconds() <= 0) {
      throw source.error(literal.span(), "duration must be greater than 0");
    }
    return duration;
  }

  /** Builds a duration for its mistakes; whether it may be zero is not known. */
  void part(PromQLParser.DurationExprContext context) throws ParseException {
    duration(context);
  }

  DurationExpr offset(PromQLParser.OffsetDurationContext context) throws ParseException {
    DurationExpr duration;
    if (context.durationLiteral() != null) {
      duration = literal(context.durationLiteral());
    } else if (context.durationCall() != null) {
      duration = call(context.durationCall());
    } else {
      Span parentheses =
          new Span(
              source.start(context.LEFT_PAREN().getSymbol()),
              source.end(context.RIGHT_PAREN().getSymbol()));
      duration = new DurationExpr.Paren(duration(context.durationExpr()), parentheses);
    }
    return alone(signed(context.sign, duration, context));
  }

  /** A literal that is the whole duration means a duration, whether or not it has a unit. */
  private static DurationExpr alone(DurationExpr duration) {
    return duration instanceof DurationExpr.Literal literal
        ? new DurationExpr.Literal(literal.seconds(), true, literal.span())
        : duration;
  }

  private DurationExpr duration(PromQLParser.DurationExprContext context) throws ParseException {
    return switch (context) {
      case PromQLParser.DurationNumberContext number -> literal(number.durationLiteral());
      case PromQLParser.DurationFunctionContext function -> call(function.durationCall());
      case PromQLParser.DurationParenContext paren ->
          new DurationExpr.Paren(duration(paren.durationExpr()), source.span(paren));
      case PromQLParser.DurationSignContext sign ->
          signed(sign.sign, duration(sign.durationExpr()), sign);
      case PromQLParser.DurationBinaryContext binary -> binary(binary);
      default -> throw new AssertionError("unknown grammar context " + context.getClass());
    };
  }

  private DurationExpr literal(PromQLParser.DurationLiteralContext context) throws ParseException {
    Token token = context.getStart();
    double seconds = numbers.value(token);
    if (!(Math.abs(seconds) < MAX_SECONDS)) {
      throw source.error(source.start(token), "duration out of range");
    }
    return new DurationExpr.Literal(
        seconds, token.getType() == PromQLLexer.DURATION, source.span(token));
  }

  private DurationExpr signed(
      @Nullable Token sign, DurationExpr operand, ParserRuleContext context) {
    Span span = source.span(context);
    if (sign == null) {
      return operand;
    }
    boolean negative = sign.getType() == PromQLLexer.SUB;
    if (operand instanceof DurationExpr.Literal literal) {
      double seconds = negative ? -literal.seconds() : literal.seconds();
      return new DurationExpr.Literal(seconds, literal.isDuration(), span);
    }
    // A plus changes nothing and is not kept.
    return negative ? new DurationExpr.Sign(true, operand, span) : operand;
  }

  private DurationExpr binary(PromQLParser.DurationBinaryContext context) throws ParseException {
    DurationExpr left = duration(context.durationExpr(0));
    DurationExpr right = duration(context.durationExpr(1));
    DurationExpr.Operator operator =
        switch (context.op.getType()) {
          case PromQLLexer.ADD -> DurationExpr.Operator.ADD;
          case PromQLLexer.SUB -> DurationExpr.Operator.SUBTRACT;
          case PromQLLexer.MUL -> DurationExpr.Operator.MULTIPLY;
          case PromQLLexer.DIV -> DurationExpr.Operator.DIVIDE;
          case PromQLLexer.MOD -> DurationExpr.Operator.MODULO;
          case PromQLLexer.POW -> DurationExpr.Operator.POWER;
          default -> throw new AssertionError("unknown operator " + context.op.getText());
        };
    if (right instanceof DurationExpr.Literal literal && literal.seconds() == 0) {
      if (operator == DurationExpr.Operator.DIVIDE) {
        throw source.error(source.start(context.op), "division by zero");
      } else if (operator == DurationExpr.Operator.MODULO) {
        throw source.error(source.start(context.op), "modulo by zero");
      }
    }
    return new DurationExpr.Binary(operator, left, right, source.span(context));
  }

  private DurationExpr call(PromQLParser.DurationCallContext context) throws ParseException {
    Span span = source.span(context);
    return switch (context.name.getType()) {
      case PromQLLexer.STEP -> new DurationExpr.Step(span);
      case PromQLLexer.RANGE -> new DurationExpr.Range(span);
      case PromQLLexer.MIN_OF -> pair(context, DurationExpr.Operator.MIN_OF, span);
      case PromQLLexer.MAX_OF -> pair(context, DurationExpr.Operator.MAX_OF, span);
      default -> throw new AssertionError("unknown duration function " + context.name.getText());
    };
  }

  private DurationExpr pair(
      PromQLParser.DurationCallContext context, DurationExpr.Operator operator, Span span)
      throws ParseException {
    return new DurationExpr.Binary(
        operator, duration(context.durationExpr(0)), duration(context.durationExpr(1)), span);
  }
}
