package io.hmsops.query.parse;

import io.hmsops.grammar.PromQLLexer;
import io.hmsops.grammar.PromQLParser;
import io.hmsops.query.ast.DurationExpr;
import io.hmsops.query.ast.Span;
import org.antlr.v4.runtime.Token;

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
    int signs = context.signs.size();
    DurationExpr offset;
    if (context.durationLiteral() != null) {
      DurationExpr.Literal literal = number(context.durationLiteral());
      offset = signs == 1 ? literal : checked(literal, literal.span());
    } else if (context.durationCall() != null) {
      offset = call(context.durationCall());
      if (signs == 1) {
        Token sign = context.signs.getFirst();
        return new DurationExpr.Sign(isMinus(sign), offset, source.span(context));
      }
    } else {
      offset = parentheses(duration(context.durationExpr()));
    }
    for (Token sign : context.signs.reversed()) {
      offset = signed(sign, offset);
    }
    return alone(offset);
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
      case PromQLParser.DurationParenContext paren -> parentheses(duration(paren.durationExpr()));
      case PromQLParser.DurationSignContext sign ->
          signed(sign.sign, duration(sign.durationExpr()));
      case PromQLParser.DurationBinaryContext binary -> binary(binary);
      default -> throw new AssertionError("unknown grammar context " + context.getClass());
    };
  }

  private DurationExpr literal(PromQLParser.DurationLiteralContext context) throws ParseException {
    DurationExpr.Literal literal = number(context);
    return checked(literal, literal.span());
  }

  private DurationExpr.Literal number(PromQLParser.DurationLiteralContext context)
      throws ParseException {
    Token token = context.getStart();
    return new DurationExpr.Literal(
        numbers.value(token), token.getType() == PromQLLexer.DURATION, source.span(token));
  }

  private DurationExpr checked(DurationExpr.Literal literal, Span place) throws ParseException {
    if (Math.abs(literal.seconds()) > MAX_SECONDS) {
      throw source.error(place, "duration out of range");
    }
    return literal;
  }

  /** Parentheses are kept once. Their place is that of what they hold. */
  private static DurationExpr parentheses(DurationExpr inner) {
    return inner instanceof DurationExpr.Paren
        ? inner
        : new DurationExpr.Paren(inner, inner.span());
  }

  /** A sign belongs to a literal; a plus before anything else changes nothing and is not kept. */
  private DurationExpr signed(Token sign, DurationExpr operand) throws ParseException {
    Span span = new Span(source.start(sign), operand.span().end());
    if (operand instanceof DurationExpr.Literal(var seconds, var isDuration, _)) {
      return checked(
          new DurationExpr.Literal(isMinus(sign) ? -seconds : seconds, isDuration, span),
          source.span(sign));
    }
    return isMinus(sign) ? new DurationExpr.Sign(true, operand, span) : operand;
  }

  private static boolean isMinus(Token sign) {
    return sign.getType() == PromQLLexer.SUB;
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
    return operation(operator, left, right);
  }

  private DurationExpr call(PromQLParser.DurationCallContext context) throws ParseException {
    Span span = source.span(context);
    return switch (context.name.getType()) {
      case PromQLLexer.STEP -> new DurationExpr.Step(span);
      case PromQLLexer.RANGE -> new DurationExpr.Range(span);
      case PromQLLexer.MIN_OF -> pair(context, DurationExpr.Operator.MIN_OF);
      case PromQLLexer.MAX_OF -> pair(context, DurationExpr.Operator.MAX_OF);
      default -> throw new AssertionError("unknown duration function " + context.name.getText());
    };
  }

  private DurationExpr pair(
      PromQLParser.DurationCallContext context, DurationExpr.Operator operator)
      throws ParseException {
    return operation(
        operator, duration(context.durationExpr(0)), duration(context.durationExpr(1)));
  }

  /** The place of an operation is that of its operands, whatever stands around them. */
  private static DurationExpr operation(
      DurationExpr.Operator operator, DurationExpr left, DurationExpr right) {
    return new DurationExpr.Binary(
        operator, left, right, new Span(left.span().start(), right.span().end()));
  }
}
