/** The generated PromQL parser. */
module io.hmsops.grammar {
  requires transitive org.antlr.antlr4.runtime;

  exports io.hmsops.grammar;
}
