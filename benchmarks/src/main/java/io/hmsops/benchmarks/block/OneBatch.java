package io.hmsops.benchmarks.block;

import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import java.util.function.Consumer;

/** The samples of one series that come in a single batch. Of one thread. */
public final class OneBatch implements SampleCursor {
  private final Consumer<SampleBatch> fill;
  private boolean done;

  /**
   * Creates a cursor.
   *
   * @param fill puts the samples into an empty batch
   */
  public OneBatch(Consumer<SampleBatch> fill) {
    this.fill = fill;
  }

  @Override
  public boolean next(SampleBatch into) {
    into.clear();
    if (done) {
      return false;
    }
    done = true;
    fill.accept(into);
    return true;
  }
}
