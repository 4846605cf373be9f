package io.hmsops.server.http;

import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.CancelledException;

/** Fails once the connection is closed. */
final class ConnectionCancellation implements Cancellation {
  private volatile boolean closed;

  void close() {
    closed = true;
  }

  @Override
  public void check() throws CancelledException {
    if (closed) {
      throw new CancelledException("the client closed the connection");
    }
  }
}
