package io.hmsops.benchmarks.head;

import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.db.Stats;
import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.TsdbException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Random;

/**
 * Appends counters by reference, scrape by scrape, with the log in its default mode and with
 * sealing, checkpoints and cuts in their course, and tells what all threads of the process took and
 * what the appending one has allocated. Then dies as by {@code kill -9}.
 *
 * <p>Arguments: series, samples a series, {@code ordered} or {@code shuffled}, the directory.
 */
public final class AppendLoad {
  private static final long START_MS = 1_700_000_000_000L;
  private static final int SCRAPE_MS = 15_000;
  private static final int BATCH = 10_000;

  private AppendLoad() {}

  /**
   * Runs the load, or only opens what an earlier run has left if {@code samples} is 0.
   *
   * @param args see above
   * @throws IOException if the directory cannot be written
   */
  public static void main(String[] args) throws IOException {
    int series = Integer.parseInt(args[0]);
    int samples = Integer.parseInt(args[1]);
    boolean shuffled = args[2].equals("shuffled");
    Path directory = Path.of(args[3]);
    long beginNanos = System.nanoTime();
    double cpuBefore = cpuSeconds();
    Tsdb db =
        Tsdb.open(
            directory, Options.defaults().toBuilder().maxAhead(Duration.ofDays(40_000)).build());
    print(
        "open",
        "%.2f s, %.2f CPU-s"
            .formatted((System.nanoTime() - beginNanos) / 1e9, cpuSeconds() - cpuBefore));
    if (samples == 0) {
      report(db, series);
      db.close();
      return;
    }
    long[] refs = create(db, series);
    report(db, series);
    if (shuffled) {
      shuffle(refs);
    }
    append(db, refs, samples);
    report(db, series);
    // As kill -9: the log is not closed, so the next start has to replay it.
    Runtime.getRuntime().halt(0);
  }

  private static long[] create(Tsdb db, int series) throws TsdbException {
    double cpu = cpuSeconds();
    Appender appender = db.appender();
    long[] refs = new long[series];
    for (int i = 0; i < series; i++) {
      refs[i] =
          appender.series(
              Labels.of(
                  "__name__",
                  "bench_requests_total",
                  "job",
                  "svc-%02d".formatted(i % 50),
                  "instance",
                  "10.0.%d.%d:9100".formatted(i / 50 % 200, i / 10_000 % 250),
                  "handler",
                  "/api/v1/resource" + i % 10,
                  "code",
                  new String[] {"200", "404", "500", "503"}[i % 4],
                  "series",
                  Integer.toString(i)));
    }
    print("create", "%.0f ns a series".formatted((cpuSeconds() - cpu) * 1e9 / series));
    return refs;
  }

  /** As they are sent; the load itself goes through its references in order. */
  private static void shuffle(long[] refs) {
    Random random = new Random(1);
    for (int i = refs.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      long ref = refs[i];
      refs[i] = refs[other];
      refs[other] = ref;
    }
  }

  private static void append(Tsdb db, long[] refs, int samples) throws TsdbException {
    Appender appender = db.appender();
    double cpu = cpuSeconds();
    double last = cpu;
    long allocated = allocatedBytes();
    long accepted = 0;
    for (int scrape = 0; scrape < samples; scrape++) {
      long time = START_MS + (long) scrape * SCRAPE_MS;
      for (int i = 0; i < refs.length; i++) {
        appender.add(refs[i], time, (double) scrape * (i % 97) + (i & 7) * (scrape % 3));
        if (appender.size() == BATCH) {
          accepted += appender.commit().accepted();
        }
      }
      accepted += appender.commit().accepted();
      if (scrape % 50 == 49) {
        double now = cpuSeconds();
        print(
            "append",
            "scrape %d: %.2f M samples per CPU-s, %.2f bytes allocated a sample"
                .formatted(
                    scrape + 1,
                    50e-6 * refs.length / (now - last),
                    (allocatedBytes() - allocated) / 50.0 / refs.length));
        allocated = allocatedBytes();
        last = now;
      }
    }
    print(
        "append",
        "%d samples, %.2f M samples per CPU-s"
            .formatted(accepted, accepted / 1e6 / (cpuSeconds() - cpu)));
  }

  private static void report(Tsdb db, int series) throws IOException {
    Stats stats = db.stats();
    print(
        "memory",
        "%d series, %.0f bytes a series in slabs and index; RSS %s; checkpoints %d, blocks %d, log %d MB"
            .formatted(
                stats.knownSeries(),
                stats.headMemoryBytes() / (double) series,
                Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(l -> l.startsWith("VmRSS"))
                    .findFirst()
                    .orElse("unknown"),
                stats.checkpoints(),
                stats.blocks(),
                stats.walBytes() >> 20));
  }

  /** {@return what this thread has allocated: the head's own growth is in it} */
  private static long allocatedBytes() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  private static double cpuSeconds() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }

  private static void print(String what, String text) {
    System.out.printf(Locale.ROOT, "%-8s %s%n", what, text);
  }
}
