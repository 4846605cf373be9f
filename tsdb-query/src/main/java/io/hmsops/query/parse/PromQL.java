package io.hmsops.query.parse;

import io.hmsops.grammar.PromQLLexer;
import io.hmsops.grammar.PromQLParser;
import io.hmsops.query.ast.Expr;
import io.hmsops.query.ast.Feature;
import java.util.Optional;
import java.util.Set;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.Token;

/** Reads PromQL. Stateless: any number of threads may parse at once. */
public final class PromQL {
  /** How many tokens a query may have. */
  public static final int MAX_TOKENS = 100_000;

  /** How many levels the tree of a query may have, estimated from its brackets and operators. */
  public static final int MAX_DEPTH = 500;

  /** How many brackets may be open at once, signs and powers in a row included. */
  public static final int MAX_NESTING = 200;

  private PromQL() {}

  /**
   * {@return the tree of a query, types not checked yet} Use {@code check.Queries} for a tree that
   * is.
   *
   * @param text the query
   * @param features what is enabled beyond the stable language
   * @throws ParseException if it is not PromQL, or exceeds {@link #MAX_TOKENS}, {@link #MAX_DEPTH}
   *     or {@link #MAX_NESTING}
   */
  public static Expr parse(String text, Set<Feature> features) throws ParseException {
    String wellFormed = replaceLoneSurrogates(text);
    SourceText source = new SourceText(wellFormed);
    PromQLLexer lexer = new PromQLLexer(CharStreams.fromString(wellFormed));
    lexer.removeErrorListeners();
    CommonTokenStream tokens = new CommonTokenStream(lexer);
    tokens.fill();
    Nesting.check(source, tokens.getTokens());
    if (tokens.size() == 1) {
      throw ParseException.at(wellFormed, 0, "no expression found in input");
    }
    return new ExprBuilder(source, features).expr(read(source, tokens).expr());
  }

  private static PromQLParser.QueryContext read(SourceText source, CommonTokenStream tokens)
      throws ParseException {
    Optional<LexicalErrors.Found> lexical = LexicalErrors.first(source, tokens.getTokens());
    PromQLParser parser = new PromQLParser(tokens);
    parser.removeErrorListeners();
    parser.setErrorHandler(new SyntaxErrors());
    PromQLParser.QueryContext query;
    try {
      query = parser.query();
    } catch (SyntaxErrors.Stopped stopped) {
      Token token = stopped.token();
      if (lexical.isPresent() && token.getTokenIndex() >= lexical.get().tokenIndex()) {
        throw source.error(lexical.get().byteOffset(), lexical.get().message());
      }
      throw source.error(source.start(token), stopped.description());
    }
    if (lexical.isPresent()) {
      throw source.error(lexical.get().byteOffset(), lexical.get().message());
    }
    return query;
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
