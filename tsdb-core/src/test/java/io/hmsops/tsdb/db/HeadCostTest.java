package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.TsdbException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a series costs in memory, and what appending to it allocates. */
class HeadCostTest {
  private static final long T0 = 1_700_006_400_000L;
  private static final int SERIES = 100_000;

  @TempDir Path directory = Path.of("set by JUnit");

  private static long[] create(Tsdb db) throws TsdbException {
    Appender appender = db.appender();
    long[] refs = new long[SERIES];
    for (int i = 0; i < SERIES; i++) {
      refs[i] =
          appender.series(
              Labels.of(
                  "__name__",
                  "bench_requests_total",
                  "job",
                  "svc-" + i % 50,
                  "instance",
                  "10.0.0." + i / 2000 + ":9100",
                  "handler",
                  "/api/v1/" + i % 10,
                  "code",
                  Integer.toString(200 + i % 4),
                  "series",
                  Integer.toString(i)));
    }
    return refs;
  }

  private static void scrape(Appender appender, long[] refs, int number) throws TsdbException {
    for (int i = 0; i < refs.length; i++) {
      appender.add(refs[i], T0 + number * 15_000L, (double) number * (i % 97));
      if (appender.size() == 10_000) {
        assertThat(appender.commit().accepted()).isEqualTo(10_000);
      }
    }
  }

  @Test
  void aSeriesOfTwelveSamplesTakesLessThan250Bytes() throws IOException {
    try (Tsdb db = Tsdb.open(directory, quiet())) {
      long[] refs = create(db);
      long empty = db.stats().headMemoryBytes();
      Appender appender = db.appender();
      for (int i = 0; i < 12; i++) {
        scrape(appender, refs, i);
      }
      long full = db.stats().headMemoryBytes();
      System.out.printf(
          "head: %d bytes a series without samples, %d with twelve%n",
          empty / SERIES, full / SERIES);
      assertThat(full / SERIES).isLessThan(250);
      assertThat(full).isGreaterThan(empty);
    }
  }

  /** The compressor of the log takes 16 KiB for each call; nothing else grows with the samples. */
  @Test
  void addingAllocatesNothingAndACommitNextToNothing() throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Tsdb db = Tsdb.open(directory, quiet())) {
      long[] refs = create(db);
      Appender appender = db.appender();
      scrape(appender, refs, 0);
      long slabsBefore = db.stats().headMemoryBytes();
      long added = 0;
      long committed = 0;
      int commits = 0;
      for (int scrape = 1; scrape <= 30; scrape++) {
        for (int from = 0; from < SERIES; from += 10_000) {
          long before = threads.getCurrentThreadAllocatedBytes();
          for (int i = from; i < from + 10_000; i++) {
            appender.add(refs[i], T0 + scrape * 15_000L, (double) scrape * (i % 97));
          }
          long between = threads.getCurrentThreadAllocatedBytes();
          appender.commit();
          committed += threads.getCurrentThreadAllocatedBytes() - between;
          added += between - before;
          commits++;
        }
      }
      long stored = db.stats().headMemoryBytes() - slabsBefore;
      System.out.printf(
          "head: %d bytes allocated by %d calls of add, %d by a commit beside what is stored%n",
          added, commits * 10_000, (committed - stored) / commits);
      assertThat(added).isZero();
      assertThat((committed - stored) / commits).isLessThan(24 << 10);
    }
  }

  private static Options quiet() {
    return Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20);
  }
}
