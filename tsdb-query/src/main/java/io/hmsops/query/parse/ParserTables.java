package io.hmsops.query.parse;

import io.hmsops.grammar.PromQLLexer;
import io.hmsops.grammar.PromQLParser;
import java.util.concurrent.atomic.AtomicReference;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.atn.ATN;
import org.antlr.v4.runtime.atn.LexerATNSimulator;
import org.antlr.v4.runtime.atn.ParserATNSimulator;
import org.antlr.v4.runtime.atn.PredictionContextCache;
import org.antlr.v4.runtime.dfa.DFA;

/**
 * What the parser has learned about the grammar from the queries read so far: states of automata,
 * shared by all threads, the one static of the module. It grows with every new kind of query and
 * never shrinks by itself, so past a limit the next query starts with empty tables; parsers at work
 * finish with the ones they have.
 */
final class ParserTables {
  /** How many states and contexts may be kept: about 400 bytes each. */
  static final int MAX_STATES = 50_000;

  private static final AtomicReference<ParserTables> CURRENT =
      new AtomicReference<>(new ParserTables());

  private final DFA[] lexerStates = empty(PromQLLexer._ATN);
  private final DFA[] parserStates = empty(PromQLParser._ATN);
  private final PredictionContextCache lexerContexts = new PredictionContextCache();
  private final PredictionContextCache parserContexts = new PredictionContextCache();

  private ParserTables() {}

  static ParserTables current() {
    return CURRENT.get();
  }

  private static DFA[] empty(ATN atn) {
    DFA[] states = new DFA[atn.getNumberOfDecisions()];
    for (int i = 0; i < states.length; i++) {
      states[i] = new DFA(atn.getDecisionState(i), i);
    }
    return states;
  }

  PromQLLexer lexer(String text) {
    PromQLLexer lexer = new QueryLexer(CharStreams.fromString(text));
    lexer.removeErrorListeners();
    lexer.setInterpreter(
        new LexerATNSimulator(lexer, PromQLLexer._ATN, lexerStates, lexerContexts));
    return lexer;
  }

  PromQLParser parser(CommonTokenStream tokens) {
    PromQLParser parser = new PromQLParser(tokens);
    parser.removeErrorListeners();
    parser.setInterpreter(
        new ParserATNSimulator(parser, PromQLParser._ATN, parserStates, parserContexts));
    return parser;
  }

  /** How many states and contexts are kept. */
  int size() {
    int size = lexerContexts.size() + parserContexts.size();
    for (DFA decision : lexerStates) {
      size += decision.states.size();
    }
    for (DFA decision : parserStates) {
      size += decision.states.size();
    }
    return size;
  }

  /** Starts anew with empty tables if these have grown too large. */
  void replaceIfLarge(int maxStates) {
    if (size() > maxStates) {
      CURRENT.compareAndSet(this, new ParserTables());
    }
  }
}
