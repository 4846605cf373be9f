package io.hmsops.examples;

import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.SeriesSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Takes a snapshot of a database that is being written, and reads the snapshot as a database. */
public final class SnapshotExample {
  private static final long START_MS = 1_700_000_000_000L;

  private SnapshotExample() {}

  /**
   * Runs the example.
   *
   * @param arguments the database's directory and the snapshot's, both missing or empty
   * @throws IOException if a database fails
   */
  public static void main(String[] arguments) throws IOException {
    Path data = Path.of(arguments[0]);
    Path snapshot = Path.of(arguments[1]);
    try (Tsdb db = Tsdb.open(data, Options.defaults())) {
      append(db, 0, 1000);
      // Blocks become hard links, the rest is written anew; appends and queries go on meanwhile.
      db.snapshot(snapshot);
      append(db, 1000, 1500);
      try (Tsdb copy = Tsdb.open(snapshot, Options.defaults())) {
        System.out.printf("database: %d samples%n", count(db));
        System.out.printf("snapshot: %d samples%n", count(copy));
      }
    }
  }

  private static void append(Tsdb db, int from, int to) throws IOException {
    Appender appender = db.appender();
    long ref = appender.series(Labels.of("__name__", "temperature", "room", "attic"));
    for (int i = from; i < to; i++) {
      appender.add(ref, START_MS + 15_000L * i, 20 + 0.5 * (i % 10));
    }
    appender.commit().rejections().forEach(System.err::println);
  }

  private static long count(Tsdb db) throws IOException {
    long count = 0;
    try (Querier querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      SeriesSet found =
          querier.select(
              SelectHints.range(Long.MIN_VALUE, Long.MAX_VALUE),
              List.of(LabelMatcher.equal("room", "attic")));
      SampleBatch batch = new SampleBatch();
      while (found.next()) {
        SampleCursor cursor = found.series().samples();
        while (cursor.next(batch)) {
          count += batch.count();
        }
      }
    }
    return count;
  }
}
