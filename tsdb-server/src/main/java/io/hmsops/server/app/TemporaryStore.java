package io.hmsops.server.app;

import io.hmsops.query.script.ScriptStore;
import io.hmsops.tsdb.db.Durability;
import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.TsdbException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;

/** A database in a temporary directory, for one script: the real engine, thrown away at the end. */
final class TemporaryStore implements ScriptStore {
  /** Scripts jump through time; what they load must all stay. */
  private static final Duration RETENTION = Duration.ofDays(365 * 1000L);

  private final Path directory;
  private final Tsdb store;

  private TemporaryStore(Path directory, Tsdb store) {
    this.directory = directory;
    this.store = store;
  }

  static TemporaryStore open() {
    try {
      Path directory = TemporaryDirectory.create("hms-script");
      Options options =
          Options.defaults()
              .withRetention(RETENTION)
              .withDurability(Durability.OS)
              .withMaintenance(
                  Duration.ZERO,
                  Options.defaults().walSegmentBytes(),
                  Options.defaults().checkpointBytes());
      return new TemporaryStore(directory, Tsdb.open(directory.resolve("data"), options));
    } catch (IOException e) {
      throw new UncheckedIOException("a temporary database cannot be opened", e);
    }
  }

  @Override
  public Appender appender() {
    return store.appender();
  }

  @Override
  public Querier querier(long minTimeMs, long maxTimeMs) throws TsdbException {
    return store.querier(minTimeMs, maxTimeMs);
  }

  @Override
  public void close() throws TsdbException {
    try {
      store.close();
      TemporaryDirectory.delete(directory);
    } catch (TsdbException e) {
      throw e;
    } catch (IOException e) {
      throw new TsdbException("the temporary database cannot be closed", e);
    }
  }
}
