package io.hmsops.query.parse;

import io.hmsops.grammar.PromQLLexer;
import io.hmsops.grammar.PromQLParser;
import io.hmsops.query.function.GoText;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.antlr.v4.runtime.BailErrorStrategy;
import org.antlr.v4.runtime.InputMismatchException;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.RuleContext;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.ParseCancellationException;

/**
 * Stops at the first token that does not fit, and says what was found, inside what, and what was
 * expected: {@code unexpected identifier "b" in label matching, expected string}.
 */
final class SyntaxErrors extends BailErrorStrategy {
  static final String TRAILING_COMMA = "trailing commas not allowed in function call args";

  private static final String DURATION_START = "number, duration, step(), or range()";

  private static final Set<Integer> OPERATORS =
      Set.of(
          PromQLLexer.ADD,
          PromQLLexer.SUB,
          PromQLLexer.MUL,
          PromQLLexer.DIV,
          PromQLLexer.MOD,
          PromQLLexer.POW,
          PromQLLexer.EQLC,
          PromQLLexer.NEQ,
          PromQLLexer.LTE,
          PromQLLexer.LSS,
          PromQLLexer.GTE,
          PromQLLexer.GTR,
          PromQLLexer.TRIM_UPPER,
          PromQLLexer.TRIM_LOWER,
          PromQLLexer.EQL_REGEX,
          PromQLLexer.NEQ_REGEX,
          PromQLLexer.AT,
          PromQLLexer.AND,
          PromQLLexer.OR,
          PromQLLexer.UNLESS,
          PromQLLexer.ATAN2);

  private static final Set<Integer> KEYWORDS =
      Set.of(
          PromQLLexer.OFFSET,
          PromQLLexer.ANCHORED,
          PromQLLexer.SMOOTHED,
          PromQLLexer.BY,
          PromQLLexer.WITHOUT,
          PromQLLexer.ON,
          PromQLLexer.IGNORING,
          PromQLLexer.GROUP_LEFT,
          PromQLLexer.GROUP_RIGHT,
          PromQLLexer.FILL,
          PromQLLexer.FILL_LEFT,
          PromQLLexer.FILL_RIGHT,
          PromQLLexer.BOOL);

  /** The parser has stopped at a token. */
  static final class Stopped extends ParseCancellationException {
    private static final long serialVersionUID = 1L;
    private final transient Token token;
    private final transient Token place;
    private final transient Set<RuleContext> open;
    private final String description;

    Stopped(
        RecognitionException cause,
        Token token,
        Token place,
        Set<RuleContext> open,
        String description) {
      super(cause);
      this.token = token;
      this.place = place;
      this.open = open;
      this.description = description;
    }

    /** {@return what was read, from the outermost construct} */
    RuleContext root() {
      return open.stream().filter(context -> context.getParent() == null).findFirst().orElseThrow();
    }

    /** {@return the constructs that are not complete} */
    Set<RuleContext> open() {
      return open;
    }

    /** {@return the token that did not fit} */
    Token token() {
      return token;
    }

    /** {@return the token to report} */
    Token place() {
      return place;
    }

    String description() {
      return description;
    }
  }

  @Override
  public void recover(Parser recognizer, RecognitionException e) {
    throw stopped(recognizer, e);
  }

  @Override
  public Token recoverInline(Parser recognizer) {
    throw stopped(recognizer, new InputMismatchException(recognizer));
  }

  private static Stopped stopped(Parser recognizer, RecognitionException e) {
    Token token = e.getOffendingToken();
    // Of two commas the first may not have been taken yet when the second is found not to fit.
    Token before = recognizer.getTokenStream().get(Math.max(0, token.getTokenIndex() - 1));
    boolean isFirst = token.getTokenIndex() == 0;
    boolean afterComma = !isFirst && before.getType() == PromQLLexer.COMMA;
    String where = "";
    boolean argumentMissing = false;
    Set<RuleContext> open = Collections.newSetFromMap(new IdentityHashMap<>());
    for (RuleContext context = recognizer.getContext();
        context != null;
        context = context.getParent()) {
      open.add(context);
      argumentMissing |=
          where.isEmpty() && afterComma && context instanceof PromQLParser.ArgumentsContext;
      if (where.isEmpty()) {
        where = where((ParserRuleContext) context, afterComma);
      }
    }
    if (!isFirst && isGroupModifier(before) && !isLabel(recognizer.getContext())) {
      where = in("grouping opts", "\"(\"");
    }
    return argumentMissing
        ? new Stopped(e, token, before, open, TRAILING_COMMA)
        : new Stopped(e, token, token, open, unexpected(token) + where);
  }

  private static boolean isLabel(RuleContext context) {
    return context instanceof PromQLParser.GroupingLabelsContext
        || context instanceof PromQLParser.GroupingLabelContext;
  }

  private static boolean isGroupModifier(Token token) {
    return token.getType() == PromQLLexer.GROUP_LEFT || token.getType() == PromQLLexer.GROUP_RIGHT;
  }

  /** {@return what is to be said of a token that does not fit} */
  static String unexpected(Token token) {
    return "unexpected " + describe(token);
  }

  private static String describe(Token token) {
    String text = token.getText();
    int type = token.getType();
    if (OPERATORS.contains(type)) {
      return "<op:%s>".formatted(text);
    } else if (KEYWORDS.contains(type)) {
      return "<%s>".formatted(text);
    }
    return switch (type) {
      case Token.EOF -> "end of input";
      case PromQLLexer.AGGREGATOR -> "<aggr:%s>".formatted(text);
      case PromQLLexer.IDENTIFIER -> "identifier " + GoText.quote(text);
      case PromQLLexer.METRIC_IDENTIFIER -> "metric identifier " + GoText.quote(text);
      case PromQLLexer.STRING -> "string " + cut(text);
      case PromQLLexer.NUMBER -> "number " + cut(text);
      case PromQLLexer.DURATION -> "duration " + cut(text);
      default -> cut(text);
    };
  }

  private static String cut(String text) {
    return text.codePointCount(0, text.length()) > 10
        ? GoText.quote(text.substring(0, text.offsetByCodePoints(0, 10))) + "..."
        : GoText.quote(text);
  }

  /** Says in which construct the parser was, in Prometheus' words; empty if it has none for it. */
  private static String where(ParserRuleContext context, boolean afterComma) {
    return switch (context) {
      case PromQLParser.LabelMatcherContext matcher -> labelMatcher(matcher);
      case PromQLParser.LabelMatchersContext matchers ->
          in(
              "label matching",
              matchers.labelMatcher().isEmpty() || afterComma
                  ? "identifier or \"}\""
                  : "\",\" or \"}\"");
      case PromQLParser.GroupingLabelContext _ -> in("grouping opts", "label");
      case PromQLParser.GroupingLabelsContext labels -> groupingLabels(labels, afterComma);
      case PromQLParser.AggregationContext _ -> " in aggregation";
      case PromQLParser.AtTimeContext _ -> in("@", "timestamp");
      case PromQLParser.OffsetDurationContext _ -> in("offset", DURATION_START);
      default -> bracket(context);
    };
  }

  private static String in(String construct, String expected) {
    return " in %s, expected %s".formatted(construct, expected);
  }

  private static String labelMatcher(PromQLParser.LabelMatcherContext matcher) {
    return switch (matcher.getChildCount()) {
      case 0 -> in("label matching", "identifier or \"}\"");
      case 1 ->
          in(
              "label matching",
              matcher.getStart().getType() == PromQLLexer.STRING
                  ? "\",\" or \"}\""
                  : "label matching operator");
      default -> in("label matching", "string");
    };
  }

  private static String groupingLabels(
      PromQLParser.GroupingLabelsContext labels, boolean afterComma) {
    if (labels.getChildCount() == 0) {
      return in("grouping opts", "\"(\"");
    }
    boolean wantsLabel = labels.groupingLabel().isEmpty() || afterComma;
    return in("grouping opts", wantsLabel ? "label" : "\",\" or \")\"");
  }

  private static String bracket(ParserRuleContext context) {
    if (!(context instanceof PromQLParser.BracketContext bracket)
        || bracket.LEFT_BRACKET() == null) {
      return "";
    }
    int durations = bracket.durationExpr().size();
    boolean inside = isUnfinished(bracket, durations);
    if (bracket.colon != null) {
      return durations == 2 && !inside
          ? in("subquery selector", "\"]\"")
          : in("subquery selector", "number, duration, step(), range(), or \"]\"");
    }
    return durations == 1 && !inside
        ? in("subquery or range", "\":\" or \"]\"")
        : in("subquery or range selector", DURATION_START);
  }

  private static boolean isUnfinished(PromQLParser.BracketContext bracket, int durations) {
    return durations > 0 && bracket.durationExpr(durations - 1).getStop() == null;
  }
}
