package io.hmsops.tsdb.db;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.SeriesLimitException;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.storage.TsdbException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.agrona.collections.LongArrayList;

/** The process with a small heap in {@link LimitsTest}. Ends with 0 if everything went well. */
final class MemoryFiller {
  private static final long T0 = 1_700_006_400_000L;
  private static final int BATCH = 2_000;
  private static final int SCRAPES = 20;
  private static final int UNMAINTAINED_SCRAPES = 100;

  private MemoryFiller() {}

  private static Labels labels(int number) {
    return Labels.of("__name__", "filled", "job", "web", "user_id", "user-" + number);
  }

  /** Arguments: the directory, and whether the maintenance keeps up. */
  public static void main(String[] arguments) throws IOException {
    Options options = Options.defaults().withMaintenance(Duration.ZERO, 4 << 20, 8 << 20);
    Path directory = Path.of(arguments[0]);
    boolean maintained = Boolean.parseBoolean(arguments[1]);
    int scrapes = maintained ? SCRAPES : UNMAINTAINED_SCRAPES;
    int count;
    try (Tsdb db = Tsdb.open(directory, options)) {
      count = fill(db);
      for (int scrape = 1; scrape <= scrapes; scrape++) {
        goOn(db, count, scrape);
        if (maintained) {
          db.maintain();
        }
      }
      expectSamples(db, count * (scrapes + 1L));
      System.out.println(db.memoryPressure() + " after " + scrapes + " scrapes");
    }
    // What was too much may not be in the way of the next start, and is as much there.
    try (Tsdb db = Tsdb.open(directory, options)) {
      System.out.println(db.memoryPressure() + " after a restart");
      expectRefusal(db.appender(), count);
      goOn(db, count, scrapes + 1);
      expectSamples(db, count * (scrapes + 2L));
    }
  }

  /** Creates series until one is refused, or {@return how many there are} */
  private static int fill(Tsdb db) throws TsdbException {
    Appender appender = db.appender();
    for (int i = 0; ; i++) {
      try {
        appender.add(appender.series(labels(i)), T0, i);
      } catch (SeriesLimitException e) {
        appender.commit();
        System.out.println(i + " series, then " + e.getMessage());
        return i;
      }
      if (appender.size() == BATCH) {
        appender.commit();
      }
    }
  }

  /** Adds a sample to each series: no two alike, so that chunks grow fast. */
  private static void goOn(Tsdb db, int count, int scrape) throws TsdbException {
    Appender appender = db.appender();
    LongArrayList refs = new LongArrayList();
    long accepted = 0;
    for (int i = 0; i < count; i++) {
      refs.addLong(appender.series(labels(i)));
      appender.add(refs.getLong(i), T0 + scrape * 15_000L, Math.sqrt(i + scrape * 1e6));
      if (appender.size() == BATCH) {
        accepted += appender.commit().accepted();
      }
    }
    accepted += appender.commit().accepted();
    expect("samples accepted of scrape " + scrape, accepted, count);
  }

  /** What is kept densely after a start leaves room for a few. */
  private static void expectRefusal(Appender appender, int count) throws TsdbException {
    int more = count / 10;
    try {
      for (int i = 0; i < more; i++) {
        appender.series(labels(count + i));
      }
    } catch (SeriesLimitException e) {
      System.out.println("after a restart: " + e.getMessage());
      return;
    }
    throw new AssertionError(more + " new series after a restart (expected: refused)");
  }

  private static void expectSamples(Tsdb db, long expected) throws TsdbException {
    long samples = 0;
    // A part at a time: what one query takes is its caller's to limit.
    for (int digits = 0; digits < 100; digits++) {
      samples += samplesOf(db, "user-.*%02d|user-%d".formatted(digits, digits));
    }
    expect("samples read", samples, expected);
  }

  private static long samplesOf(Tsdb db, String users) throws TsdbException {
    long samples = 0;
    try (Querier querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      SeriesSet series =
          querier.select(
              SelectHints.range(Long.MIN_VALUE, Long.MAX_VALUE),
              List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, "user_id", users)));
      SampleBatch batch = new SampleBatch();
      while (series.next()) {
        SampleCursor cursor = series.series().samples();
        while (cursor.next(batch)) {
          samples += batch.count();
        }
      }
    }
    return samples;
  }

  private static void expect(String what, long found, long expected) {
    if (found != expected) {
      throw new AssertionError("%s: %d (expected: %d)".formatted(what, found, expected));
    }
  }
}
