package io.hmsops.benchmarks.compaction;

import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Question: how long do appends take while blocks are merged, beside a database at rest?
 *
 * <p>{@code DIRECTORY INSTANCES}: an empty directory, and of how many instances of the recorded
 * data ({@code -Dhms.data=FILE}) five blocks of 2 h are made first. Then a thread commits a batch
 * of 1,000 samples every 2 ms, for some seconds at rest and then during {@code compact()}, which
 * cuts the head, merges the blocks of every level with the cold stage and writes a checkpoint.
 *
 * <p>Last result: {@code docs/benchmarks.md}.
 */
public final class CompactionLatency {
  private static final int BATCH = 1000;
  private static final long PAUSE_NANOS = 2_000_000;
  private static final long REST_NANOS = 5_000_000_000L;

  private CompactionLatency() {}

  /**
   * Runs the load.
   *
   * @param args see above
   * @throws IOException if the directory cannot be read or written
   * @throws InterruptedException never
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path directory = Path.of(args[0]);
    Options options =
        Options.defaults().withMaintenance(Duration.ZERO, 1L << 40, 1L << 40).toBuilder()
            .retention(Duration.ofDays(3650))
            .maxAhead(Duration.ofDays(40_000))
            .build();
    Tsdb.open(directory, options).close();
    CompactionLoad.main(
        new String[] {"build", directory.resolve("blocks").toString(), "corpus", args[1]});
    try (Tsdb db = Tsdb.open(directory, options)) {
      Commits commits = new Commits(db);
      Thread thread = new Thread(commits, "appends");
      thread.start();
      long restUntil = System.nanoTime() + REST_NANOS;
      while (System.nanoTime() < restUntil) {
        Thread.sleep(100);
      }
      // The first second warms the appends up.
      report("at rest", commits.from(500));
      int before = commits.count.get();
      long start = System.nanoTime();
      db.compact();
      double seconds = (System.nanoTime() - start) / 1e9;
      report("during compact(), %.2f s".formatted(seconds), commits.from(before));
      commits.end.set(true);
      thread.join();
    }
  }

  private static void report(String when, long[] nanos) {
    Arrays.sort(nanos);
    System.out.printf(
        Locale.ROOT,
        "%s: %d commits of %d samples, p50 %.2f ms, p99 %.2f ms, longest %.2f ms%n",
        when,
        nanos.length,
        BATCH,
        nanos[nanos.length / 2] / 1e6,
        nanos[(int) (nanos.length * 0.99)] / 1e6,
        nanos[nanos.length - 1] / 1e6);
  }

  /** Commits batches, one every 2 ms, and notes how long each took. */
  private static final class Commits implements Runnable {
    private final Tsdb db;
    private final AtomicBoolean end = new AtomicBoolean();
    private final long[] nanos = new long[1 << 20];
    private final AtomicInteger count = new AtomicInteger();

    Commits(Tsdb db) {
      this.db = db;
    }

    long[] from(int first) {
      return Arrays.copyOfRange(nanos, first, count.get());
    }

    @Override
    public void run() {
      try {
        Appender appender = db.appender();
        long[] refs = new long[BATCH];
        for (int i = 0; i < BATCH; i++) {
          refs[i] = appender.series(Labels.of("__name__", "live", "i", Integer.toString(i)));
        }
        long timeMs = SourceSeries.START_MS + 12 * 3_600_000L;
        long next = System.nanoTime();
        while (!end.get() && count.get() < nanos.length) {
          timeMs += 100;
          long start = System.nanoTime();
          for (long ref : refs) {
            appender.add(ref, timeMs, (double) (timeMs % 1000));
          }
          appender.commit();
          nanos[count.get()] = System.nanoTime() - start;
          var _ = count.incrementAndGet();
          next += PAUSE_NANOS;
          long left = next - System.nanoTime();
          if (left > 0) {
            Thread.sleep(Duration.ofNanos(left));
          } else {
            next = System.nanoTime();
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
