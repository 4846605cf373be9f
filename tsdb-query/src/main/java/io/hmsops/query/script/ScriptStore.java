package io.hmsops.query.script;

import io.hmsops.tsdb.storage.Queryable;
import io.hmsops.tsdb.storage.SampleStore;
import io.hmsops.tsdb.storage.TsdbException;

/** The store that a script loads into and queries. It starts empty. */
public interface ScriptStore extends Queryable, SampleStore, AutoCloseable {
  /** Throws the store away. */
  @Override
  void close() throws TsdbException;
}
