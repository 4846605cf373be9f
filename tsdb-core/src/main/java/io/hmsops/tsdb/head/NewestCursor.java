package io.hmsops.tsdb.head;

import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;

/** The newest sample of a series, a float, where only that is wanted. */
final class NewestCursor implements SampleCursor {
  private final long timestampMs;
  private final double value;
  private boolean read;

  NewestCursor(long timestampMs, double value) {
    this.timestampMs = timestampMs;
    this.value = value;
  }

  @Override
  public boolean next(SampleBatch into) {
    if (read) {
      into.clear();
      return false;
    }
    read = true;
    into.setFloatCount(1);
    into.timestampsMs()[0] = timestampMs;
    into.values()[0] = value;
    return true;
  }
}
