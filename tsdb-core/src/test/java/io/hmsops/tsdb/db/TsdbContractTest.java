package io.hmsops.tsdb.db;

import io.hmsops.tsdb.testing.StorageContractTest;
import io.hmsops.tsdb.testing.StoreProbe;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** The engine meets the contract. */
class TsdbContractTest extends StorageContractTest {
  @TempDir Path directory = Path.of("set by JUnit");
  private @Nullable Tsdb db;

  @Override
  protected StoreProbe openStore() throws IOException {
    Tsdb opened = Tsdb.open(directory, Options.defaults());
    db = opened;
    return new StoreProbe(opened, opened);
  }

  @AfterEach
  void close() throws IOException {
    if (db != null) {
      db.close();
    }
  }
}
