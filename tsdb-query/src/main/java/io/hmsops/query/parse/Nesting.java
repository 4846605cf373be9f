package io.hmsops.query.parse;

import io.hmsops.grammar.PromQLLexer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.antlr.v4.runtime.Token;

/**
 * Refuses queries whose trees would be too deep for the stacks of those who walk them. Looks at
 * tokens only, so it needs no stack itself: every open bracket and every operator beside it may be
 * one level of the tree.
 */
final class Nesting {
  private final SourceText source;
  private final Deque<Level> outer = new ArrayDeque<>();

  /** How deep the tree may be here. */
  private int depth;

  /** How deep the tree was where the innermost bracket opened. */
  private int bracketDepth;

  /** How many calls the parser is in here: brackets, signs and powers, which group to the right. */
  private int nesting;

  /** How deep {@link #nesting} was where the innermost bracket opened. */
  private int bracketNesting;

  /** What is restored when a bracket closes. */
  private record Level(int bracketDepth, int nesting, int bracketNesting) {}

  private Nesting(SourceText source) {
    this.source = source;
  }

  static void check(SourceText source, List<Token> tokens) throws ParseException {
    if (tokens.size() > PromQL.MAX_TOKENS) {
      throw source.error(
          source.start(tokens.get(PromQL.MAX_TOKENS)),
          "query is too long: %d tokens (limit: %d)".formatted(tokens.size(), PromQL.MAX_TOKENS));
    }
    Nesting nesting = new Nesting(source);
    boolean operandExpected = true;
    for (Token token : tokens) {
      nesting.look(token, operandExpected);
      operandExpected = isOperator(token) || opens(token) || separates(token);
    }
  }

  private void look(Token token, boolean operandExpected) throws ParseException {
    int type = token.getType();
    if (opens(token)) {
      outer.push(new Level(bracketDepth, nesting, bracketNesting));
      bracketDepth = ++depth;
      bracketNesting = ++nesting;
    } else if (closes(token) && !outer.isEmpty()) {
      Level level = outer.pop();
      bracketDepth = level.bracketDepth();
      nesting = level.nesting();
      bracketNesting = level.bracketNesting();
    } else if (separates(token)) {
      depth = bracketDepth;
      nesting = bracketNesting;
    } else if (isOperator(token)) {
      depth++;
      boolean groupsToTheRight = operandExpected || type == PromQLLexer.POW;
      nesting = groupsToTheRight ? nesting + 1 : bracketNesting;
    }
    check(token, depth, PromQL.MAX_DEPTH, "levels");
    check(token, nesting, PromQL.MAX_NESTING, "open brackets, signs and powers");
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
      case PromQLLexer.LEFT_PAREN, PromQLLexer.LEFT_BRACKET, PromQLLexer.LEFT_BRACE -> true;
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
    return token.getType() == PromQLLexer.COMMA || token.getType() == PromQLLexer.COLON;
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
