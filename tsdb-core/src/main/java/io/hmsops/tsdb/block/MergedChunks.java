package io.hmsops.tsdb.block;

import io.hmsops.tsdb.sample.HistogramContinuity;
import io.hmsops.tsdb.storage.SampleBatch;
import java.util.List;

/**
 * The samples of several batches in the order of their timestamps. Of samples with one timestamp
 * that of the first batch is taken. Not thread-safe.
 */
final class MergedChunks {
  private static final int BATCH_SAMPLES = 1024;

  private final List<SampleBatch> batches;
  private final int[] positions;

  MergedChunks(List<SampleBatch> batches) {
    this.batches = batches;
    this.positions = new int[batches.size()];
  }

  /** {@return whether there was a sample left} Fills a batch of one kind. */
  boolean next(SampleBatch into) {
    while (into.count() < BATCH_SAMPLES) {
      int first = first();
      if (first < 0) {
        break;
      }
      SampleBatch batch = batches.get(first);
      if (into.count() > 0 && into.holdsHistograms() != batch.holdsHistograms()) {
        break;
      }
      long timestampMs = batch.timestampsMs()[positions[first]];
      add(batch, positions[first], into);
      for (int i = 0; i < positions.length; i++) {
        if (positions[i] < batches.get(i).count()
            && batches.get(i).timestampsMs()[positions[i]] == timestampMs) {
          positions[i]++;
        }
      }
    }
    return into.count() > 0;
  }

  private static void add(SampleBatch batch, int index, SampleBatch into) {
    into.addFrom(batch, index);
    if (batch.holdsHistograms()) {
      // What its chunk knew of the histogram before it says nothing about the one merged in.
      into.histograms()[into.count() - 1] =
          HistogramContinuity.asRead(batch.histograms()[index], true);
    }
  }

  private int first() {
    int first = -1;
    long firstMs = Long.MAX_VALUE;
    for (int i = 0; i < positions.length; i++) {
      SampleBatch batch = batches.get(i);
      if (positions[i] < batch.count()) {
        long timestampMs = batch.timestampsMs()[positions[i]];
        if (first < 0 || timestampMs < firstMs) {
          first = i;
          firstMs = timestampMs;
        }
      }
    }
    return first;
  }
}
