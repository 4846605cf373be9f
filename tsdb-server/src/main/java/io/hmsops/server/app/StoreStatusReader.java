package io.hmsops.server.app;

import io.hmsops.server.api.StoreStatus;
import io.hmsops.tsdb.db.Stats;
import io.hmsops.tsdb.db.Tsdb;
import java.util.Optional;
import java.util.function.Supplier;

/** Shows the state of the store to the API. */
final class StoreStatusReader implements Supplier<Optional<StoreStatus>> {
  private final Tsdb store;

  StoreStatusReader(Tsdb store) {
    this.store = store;
  }

  @Override
  public Optional<StoreStatus> get() {
    Stats stats = store.stats();
    return Optional.of(
        new StoreStatus(
            stats.series(), stats.headChunks(), stats.headMinTimeMs(), stats.maxTimeMs()));
  }
}
