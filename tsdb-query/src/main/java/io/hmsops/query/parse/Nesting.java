package io.hmsops.query.parse;

import io.hmsops.grammar.PromQLLexer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.antlr.v4.runtime.Token;

/**
 * Refuses queries whose trees would be too deep for the parser's stack, or too high altogether.
 * Looks at tokens only, so it needs no stack itself. A tree is at most as high as there are
 * operators between two brackets, and what is inside the highest bracket beside them.
 */
final class Nesting {
  private final SourceText source;
  private final Deque<Level> outer = new ArrayDeque<>();

  /** How many operators were seen since the innermost bracket opened, or the last comma. */
  private int operators;

  /** How high the highest operand among them is. */
  private int highestOperand;

  /** How high the highest argument before the last comma is. */
  private int highestArgument;

  /** How many levels may be above the innermost bracket. */
  private int above;

  /** How many calls the parser is in here: brackets, signs and powers, which group to the right. */
  private int nesting;

  /** How deep {@link #nesting} was where the innermost bracket opened. */
  private int bracketNesting;

  /** What is restored when a bracket closes. */
  private record Level(
      int operators,
      int highestOperand,
      int highestArgument,
      int above,
      int nesting,
      int bracketNesting) {}

  private Nesting(SourceText source) {
    this.source = source;
  }

  /** {@return how many levels the tree may have} */
  static int check(SourceText source, List<Token> tokens) throws ParseException {
    if (tokens.size() > PromQL.MAX_TOKENS) {
      throw source.error(
          source.start(tokens.get(PromQL.MAX_TOKENS)),
          "query is too long: %d tokens (limit: %d)".formatted(tokens.size(), PromQL.MAX_TOKENS));
    }
    Nesting nesting = new Nesting(source);
    int deepest = 0;
    boolean operandExpected = true;
    for (Token token : tokens) {
      nesting.look(token, operandExpected);
      deepest = Math.max(deepest, nesting.above + nesting.height());
      operandExpected = isOperator(token) || opens(token) || separates(token);
    }
    return deepest;
  }

  private void look(Token token, boolean operandExpected) throws ParseException {
    int type = token.getType();
    if (opens(token)) {
      outer.push(
          new Level(operators, highestOperand, highestArgument, above, nesting, bracketNesting));
      above += operators + 1;
      operators = 0;
      highestOperand = 0;
      highestArgument = 0;
      bracketNesting = ++nesting;
    } else if (closes(token) && !outer.isEmpty()) {
      int inside = height() + 1;
      Level level = outer.pop();
      operators = level.operators();
      highestOperand = Math.max(level.highestOperand(), inside);
      highestArgument = level.highestArgument();
      above = level.above();
      nesting = level.nesting();
      bracketNesting = level.bracketNesting();
    } else if (separates(token)) {
      highestArgument = height();
      operators = 0;
      highestOperand = 0;
      nesting = bracketNesting;
    } else if (isOperator(token)) {
      operators++;
      boolean groupsToTheRight = operandExpected || type == PromQLLexer.POW;
      nesting = groupsToTheRight ? nesting + 1 : bracketNesting;
    }
    check(token, above + height(), PromQL.MAX_DEPTH, "operators and brackets in a row");
    check(token, nesting, PromQL.MAX_NESTING, "open brackets, signs and powers");
  }

  /** {@return how high the tree inside the innermost bracket may be so far} */
  private int height() {
    return Math.max(highestArgument, operators + highestOperand);
  }

  private void check(Token token, int found, int limit, String what) throws ParseException {
    if (found > limit) {
      throw source.error(
          source.start(token),
          "query is nested too deeply: more than %d %s".formatted(limit, what));
    }
  }

  private static boolean opens(Token token) {
    return switch (token.getType()) {
      case PromQLLexer.LEFT_PAREN,
          PromQLLexer.LABELS_PAREN,
          PromQLLexer.LEFT_BRACKET,
          PromQLLexer.LEFT_BRACE ->
          true;
      default -> false;
    };
  }

  private static boolean closes(Token token) {
    return switch (token.getType()) {
      case PromQLLexer.RIGHT_PAREN, PromQLLexer.RIGHT_BRACKET, PromQLLexer.RIGHT_BRACE -> true;
      default -> false;
    };
  }

  private static boolean separates(Token token) {
    return token.getType() == PromQLLexer.COMMA
        || token.getType() == PromQLLexer.COLON
        || token.getType() == PromQLLexer.BAD_COLON;
  }

  private static boolean isOperator(Token token) {
    return switch (token.getType()) {
      case PromQLLexer.ADD,
          PromQLLexer.SUB,
          PromQLLexer.MUL,
          PromQLLexer.DIV,
          PromQLLexer.MOD,
          PromQLLexer.POW,
          PromQLLexer.ATAN2,
          PromQLLexer.EQLC,
          PromQLLexer.NEQ,
          PromQLLexer.LTE,
          PromQLLexer.LSS,
          PromQLLexer.GTE,
          PromQLLexer.GTR,
          PromQLLexer.TRIM_UPPER,
          PromQLLexer.TRIM_LOWER,
          PromQLLexer.AND,
          PromQLLexer.OR,
          PromQLLexer.UNLESS,
          PromQLLexer.OFFSET,
          PromQLLexer.AT ->
          true;
      default -> false;
    };
  }
}
