package io.hmsops.tsdb.head;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.CommitResult;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** Collects a batch for the head. */
final class HeadAppender implements Appender {
  private final HeadCommits commits;
  private final AtomicLong removals;
  private final Batch batch = new Batch();

  /**
   * Creates an appender.
   *
   * @param removals how many times series were taken out of the head
   */
  HeadAppender(HeadCommits commits, AtomicLong removals) {
    this.commits = commits;
    this.removals = removals;
  }

  @Override
  public long series(Labels labels) throws TsdbException {
    return commits.series(labels, batch);
  }

  private long current(long ref) {
    if (batch.isEmpty()) {
      // Before the reference is looked at: what is taken out from now on is noticed by the commit.
      batch.removals = removals.get();
    }
    return commits.current(ref);
  }

  @Override
  public void add(long ref, long timestampMs, double value) {
    batch.add(current(ref), timestampMs, value);
  }

  @Override
  public void add(long ref, long timestampMs, Histogram histogram) {
    batch.add(current(ref), timestampMs, Objects.requireNonNull(histogram, "histogram"));
  }

  @Override
  public void startTimestamp(long startTimestampMs) {
    if (batch.size == 0) {
      throw new IllegalStateException("a start timestamp without a sample");
    }
    batch.setStart(startTimestampMs);
  }

  @Override
  public void add(long ref, Exemplar exemplar) {
    Objects.requireNonNull(exemplar, "exemplar");
    batch.exemplars.add(new Batch.NewExemplar(current(ref), exemplar));
  }

  @Override
  public void metadata(String family, Metadata metadata) {
    Objects.requireNonNull(family, "family");
    Objects.requireNonNull(metadata, "metadata");
    batch.metadata.add(new Batch.NewMetadata(family, metadata));
  }

  @Override
  public int size() {
    return batch.size;
  }

  @Override
  public CommitResult commit() throws TsdbException {
    try {
      return commits.commit(batch);
    } finally {
      batch.clear();
    }
  }

  @Override
  public void rollback() {
    batch.clear();
  }
}
