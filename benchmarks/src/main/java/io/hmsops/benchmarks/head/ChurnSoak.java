package io.hmsops.benchmarks.head;

import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.db.Stats;
import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.Appender;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * Does memory stay flat while series come and go? A set of series is scraped once a minute; of it
 * the oldest end, with a staleness marker, and as many new ones begin, evenly over the day. Time is
 * that of the samples, so a day takes as long as the machine needs. Prints one line for each hour
 * of that time: series in all, series and bytes in the head, used heap after a collection, blocks.
 *
 * <p>Arguments: active series, series that begin in a day, hours, the directory.
 */
public final class ChurnSoak {
  private static final long START_MS = 1_700_006_400_000L;
  private static final long MINUTE_MS = 60_000;
  private static final int BATCH = 10_000;

  private ChurnSoak() {}

  /**
   * Runs the soak.
   *
   * @param args see above
   * @throws IOException if the directory cannot be written
   */
  public static void main(String[] args) throws IOException {
    int active = Integer.parseInt(args[0]);
    long perDay = Long.parseLong(args[1]);
    int minutes = 60 * Integer.parseInt(args[2]);
    Options options =
        Options.defaults().toBuilder()
            .maxAhead(Duration.ofDays(40_000))
            .maintenanceInterval(Duration.ZERO)
            .build();
    System.out.println(
        "hour | series in all | in the head | head MiB | heap MiB | blocks | disk MiB | CPU-s");
    try (Tsdb db = Tsdb.open(Path.of(args[3]), options)) {
      Appender appender = db.appender();
      long[] refs = new long[active];
      for (int i = 0; i < active; i++) {
        refs[i] = appender.series(labels(i));
      }
      long begun = active;
      for (int minute = 0; minute < minutes; minute++) {
        long now = START_MS + minute * MINUTE_MS;
        long wanted = active + perDay * minute / (24 * 60);
        for (; begun < wanted; begun++) {
          int place = (int) (begun % active);
          add(appender, refs[place], now, StaleMarker.VALUE);
          refs[place] = appender.series(labels(begun));
        }
        for (int i = 0; i < active; i++) {
          add(appender, refs[i], now + 1, minute + i % 100);
        }
        commit(appender);
        db.maintain();
        if (minute % 60 == 59) {
          report(db, minute / 60 + 1, begun);
        }
      }
    }
  }

  private static Labels labels(long number) {
    return Labels.of(
        "__name__",
        "http_requests_total",
        "cluster",
        "eu-" + number % 3,
        "code",
        Long.toString(200 + number % 7),
        "handler",
        "/api/v1/" + number / 7 % 50,
        "namespace",
        "team-" + number / 1000 % 40,
        "pod",
        "web-" + Long.toString(number / 350 * 7919 % 0xff_ffff, 36) + "-" + number / 350);
  }

  private static void add(Appender appender, long ref, long timestampMs, double value)
      throws IOException {
    appender.add(ref, timestampMs, value);
    if (appender.size() == BATCH) {
      commit(appender);
    }
  }

  private static void commit(Appender appender) throws IOException {
    var result = appender.commit();
    if (!result.rejections().isEmpty()) {
      throw new IOException("refused: " + result.rejections().getFirst());
    }
  }

  private static void report(Tsdb db, int hour, long begun) {
    Stats stats = db.stats();
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    var os =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    System.out.printf(
        Locale.ROOT,
        "%4d | %13d | %11d | %8d | %8d | %6d | %8d | %5.0f%n",
        hour,
        begun,
        stats.knownSeries(),
        stats.headMemoryBytes() >> 20,
        heap >> 20,
        stats.blocks(),
        stats.blockBytes() >> 20,
        os.getProcessCpuTime() / 1e9);
  }
}
