package io.hmsops.query.script;

import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.testing.MemoryStore;

/** The naive model as the store of a script. */
final class MemoryScriptStore implements ScriptStore {
  private final MemoryStore store = new MemoryStore();

  @Override
  public Appender appender() {
    return store.appender();
  }

  @Override
  public Querier querier(long minTimeMs, long maxTimeMs) throws TsdbException {
    return store.querier(minTimeMs, maxTimeMs);
  }

  @Override
  public void close() {
    // Nothing is held but memory.
  }
}
