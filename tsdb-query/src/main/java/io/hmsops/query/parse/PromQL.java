package io.hmsops.query.parse;

import io.hmsops.grammar.PromQLLexer;
import io.hmsops.grammar.PromQLParser;
import io.hmsops.query.ast.DeepTrees;
import io.hmsops.query.ast.Expr;
import io.hmsops.query.function.Dialect;
import java.util.Optional;
import org.antlr.v4.runtime.BailErrorStrategy;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.WritableToken;
import org.antlr.v4.runtime.atn.PredictionMode;
import org.antlr.v4.runtime.misc.ParseCancellationException;

/**
 * Reads PromQL. Any number of threads may parse at once; what they share is in {@link
 * ParserTables}.
 */
public final class PromQL {
  /** How many tokens a query may have. */
  public static final int MAX_TOKENS = 100_000;

  /**
   * How many levels the tree of a query may have, estimated from its brackets and operators: a
   * chain of operators is a tree as high as it is long. See {@link DeepTrees}.
   */
  public static final int MAX_DEPTH = 10_000;

  /** How many brackets may be open at once, signs and powers in a row included. */
  public static final int MAX_NESTING = 200;

  private PromQL() {}

  /**
   * {@return the tree of a query, types not checked yet} Use {@code check.Queries} for a tree that
   * is.
   *
   * @param text the query
   * @param dialect the language with its features and functions
   * @throws ParseException if it is not PromQL, or exceeds {@link #MAX_TOKENS}, {@link #MAX_DEPTH}
   *     or {@link #MAX_NESTING}
   */
  public static Expr parse(String text, Dialect dialect) throws ParseException {
    String wellFormed = replaceLoneSurrogates(text);
    SourceText source = new SourceText(wellFormed);
    ParserTables tables = ParserTables.current();
    try {
      return parse(tables, source, new CommonTokenStream(tables.lexer(wellFormed)), dialect);
    } finally {
      tables.replaceIfLarge(ParserTables.MAX_STATES);
    }
  }

  /**
   * {@return a selector of series: a metric name and matchers, nothing more}
   *
   * @param text the selector, as in {@code match[]}
   * @throws ParseException if it is anything else
   */
  public static Expr.VectorSelector parseSelector(String text) throws ParseException {
    String wellFormed = replaceLoneSurrogates(text);
    SourceText source = new SourceText(wellFormed);
    ParserTables tables = ParserTables.current();
    try {
      CommonTokenStream tokens = new CommonTokenStream(tables.lexer(wellFormed));
      tokens.fill();
      Nesting.check(source, tokens.getTokens());
      return readSelector(source, tokens, tables.parser(tokens));
    } finally {
      tables.replaceIfLarge(ParserTables.MAX_STATES);
    }
  }

  private static Expr.VectorSelector readSelector(
      SourceText source, CommonTokenStream tokens, PromQLParser parser) throws ParseException {
    Optional<LexicalErrors.Found> lexical = LexicalErrors.first(source, tokens.getTokens());
    if (lexical.isPresent()) {
      stopAt(tokens.get(lexical.get().tokenIndex()));
    }
    parser.setErrorHandler(new SyntaxErrors());
    Token end;
    String found;
    try {
      PromQLParser.SelectorContext selector = parser.selector();
      end = tokens.LT(1);
      if (end.getType() == Token.EOF) {
        return new SelectorBuilder(source).selector(selector);
      }
      found = SyntaxErrors.unexpected(end);
    } catch (SyntaxErrors.Stopped stopped) {
      end = stopped.token();
      found = stopped.description();
    }
    if (lexical.isPresent() && end.getTokenIndex() >= lexical.get().tokenIndex()) {
      throw source.error(lexical.get().byteOffset(), lexical.get().message());
    }
    throw source.error(source.start(end), found);
  }

  private static Expr parse(
      ParserTables tables, SourceText source, CommonTokenStream tokens, Dialect dialect)
      throws ParseException {
    tokens.fill();
    int levels = Nesting.check(source, tokens.getTokens());
    if (tokens.size() == 1) {
      throw source.error(0, "no expression found in input");
    }
    return levels > DeepTrees.SHALLOW_LEVELS
        ? DeepTrees.onDeepStack(() -> build(tables, source, tokens, dialect))
        : build(tables, source, tokens, dialect);
  }

  private static Expr build(
      ParserTables tables, SourceText source, CommonTokenStream tokens, Dialect dialect)
      throws ParseException {
    ExprBuilder builder = new ExprBuilder(source, dialect);
    return builder.expr(read(tables, source, tokens, builder).expr());
  }

  /**
   * Reads with the cheap prediction first, which takes nothing wrong for right but may refuse what
   * is right, and only then with the full one, which also finds the error to report.
   */
  private static PromQLParser.QueryContext read(
      ParserTables tables, SourceText source, CommonTokenStream tokens, ExprBuilder builder)
      throws ParseException {
    Optional<LexicalErrors.Found> lexical = LexicalErrors.first(source, tokens.getTokens());
    PromQLParser parser = tables.parser(tokens);
    if (lexical.isEmpty()) {
      parser.getInterpreter().setPredictionMode(PredictionMode.SLL);
      parser.setErrorHandler(new BailErrorStrategy());
      try {
        return parser.query();
      } catch (ParseCancellationException e) {
        tokens.seek(0);
        parser.reset();
      }
    }
    if (lexical.isPresent()) {
      stopAt(tokens.get(lexical.get().tokenIndex()));
    }
    parser.getInterpreter().setPredictionMode(PredictionMode.LL);
    parser.setErrorHandler(new SyntaxErrors());
    try {
      return parser.query();
    } catch (SyntaxErrors.Stopped stopped) {
      Token token = stopped.token();
      int unseen = lexical.map(LexicalErrors.Found::tokenIndex).orElse(-1);
      new PartialTree(builder, stopped.open(), unseen).check(stopped.root());
      if (lexical.isPresent() && token.getTokenIndex() >= lexical.get().tokenIndex()) {
        throw source.error(lexical.get().byteOffset(), lexical.get().message());
      }
      throw source.error(source.start(stopped.place()), stopped.description());
    }
  }

  /** The parser takes no such token, so it comes no further. */
  private static void stopAt(Token token) {
    if (token.getType() != Token.EOF && token instanceof WritableToken writable) {
      writable.setType(PromQLLexer.BAD_CHARACTER);
    }
  }

  /** What was not Unicode stays an error wherever it stands, but must not derail the lexer. */
  private static String replaceLoneSurrogates(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xfffd : c)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }
}
