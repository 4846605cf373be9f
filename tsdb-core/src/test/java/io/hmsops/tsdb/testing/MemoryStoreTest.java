package io.hmsops.tsdb.testing;

/** The model meets the contract. */
class MemoryStoreTest extends StorageContractTest {
  @Override
  protected StoreProbe openStore() {
    MemoryStore store = new MemoryStore();
    return new StoreProbe(store, store);
  }
}
