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

/** Embeds the storage engine: writes ten samples and prints them. */
public final class EmbedExample {
  private EmbedExample() {}

  /**
   * Runs the example.
   *
   * @param arguments the database's directory
   * @throws IOException if the database fails
   */
  public static void main(String[] arguments) throws IOException {
    try (Tsdb db = Tsdb.open(Path.of(arguments[0]), Options.defaults())) {
      Appender appender = db.appender();
      long ref = appender.series(Labels.of("__name__", "temperature", "room", "attic"));
      for (int i = 0; i < 10; i++) {
        appender.add(ref, 1_700_000_000_000L + 15_000L * i, 20 + 0.5 * i);
      }
      System.out.println(appender.commit());
      try (Querier querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
        SeriesSet found =
            querier.select(
                SelectHints.range(Long.MIN_VALUE, Long.MAX_VALUE),
                List.of(LabelMatcher.equal("room", "attic")));
        SampleBatch batch = new SampleBatch();
        while (found.next()) {
          SampleCursor cursor = found.series().samples();
          while (cursor.next(batch)) {
            for (int i = 0; i < batch.count(); i++) {
              System.out.printf(
                  "%s %d %s%n",
                  found.series().labels(), batch.timestampsMs()[i], batch.values()[i]);
            }
          }
        }
      }
    }
  }
}
