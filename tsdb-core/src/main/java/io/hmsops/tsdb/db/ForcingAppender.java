package io.hmsops.tsdb.db;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.CommitResult;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.wal.Wal;

/** Forces the log before a commit returns; commits at the same time share one force. */
record ForcingAppender(Appender appender, Wal wal) implements Appender {
  @Override
  public long series(Labels labels) throws TsdbException {
    return appender.series(labels);
  }

  @Override
  public void add(long ref, long timestampMs, double value) {
    appender.add(ref, timestampMs, value);
  }

  @Override
  public void add(long ref, long timestampMs, Histogram histogram) {
    appender.add(ref, timestampMs, histogram);
  }

  @Override
  public void startTimestamp(long startTimestampMs) {
    appender.startTimestamp(startTimestampMs);
  }

  @Override
  public void add(long ref, Exemplar exemplar) {
    appender.add(ref, exemplar);
  }

  @Override
  public void metadata(String family, Metadata metadata) {
    appender.metadata(family, metadata);
  }

  @Override
  public int size() {
    return appender.size();
  }

  @Override
  public CommitResult commit() throws TsdbException {
    CommitResult result = appender.commit();
    wal.force(wal.lastLsn());
    return result;
  }

  @Override
  public void rollback() {
    appender.rollback();
  }
}
