/** PromQL over the storage interfaces. */
@org.jspecify.annotations.NullMarked
module io.hmsops.query {
  requires static transitive org.jspecify;
  requires transitive io.hmsops.tsdb;
  requires io.hmsops.grammar;
  requires org.antlr.antlr4.runtime;

  exports io.hmsops.query.ast;
  exports io.hmsops.query.check;
  exports io.hmsops.query.engine;
  exports io.hmsops.query.function;
  exports io.hmsops.query.parse;
  exports io.hmsops.query.plan;
  exports io.hmsops.query.print;
  exports io.hmsops.query.script;
}
