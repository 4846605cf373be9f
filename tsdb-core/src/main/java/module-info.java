/** The storage engine: append labelled samples, read them back as column batches. */
@org.jspecify.annotations.NullMarked
module io.hmsops.tsdb {
  requires static transitive org.jspecify;
  requires org.agrona;
  requires org.lz4.java;
  requires re2j;

  exports io.hmsops.tsdb.db;
  exports io.hmsops.tsdb.labels;
  exports io.hmsops.tsdb.regex;
  exports io.hmsops.tsdb.sample;
  exports io.hmsops.tsdb.storage;
  exports io.hmsops.tsdb.tool;
  exports io.hmsops.tsdb.tool.prometheus;
}
