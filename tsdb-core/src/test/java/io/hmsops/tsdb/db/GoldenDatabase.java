package io.hmsops.tsdb.db;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.testing.Histograms;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Three small databases, always the same. {@code young} has a block of the first level with
 * something deleted, a checkpoint and a log behind it; {@code cold} is compacted; so is {@code
 * buckets}, which has a classic histogram.
 */
final class GoldenDatabase {
  static final List<String> NAMES = List.of("young", "cold", "buckets");

  private static final long T0 = 1_700_006_400_000L; // a multiple of 2 h
  private static final long STEP_MS = 15_000;
  private static final long HOUR_MS = 3_600_000;

  static final Options QUIET =
      Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20).toBuilder()
          .durability(Durability.OS)
          .build();

  private GoldenDatabase() {}

  /** Writes one of the databases. */
  static void write(String name, Path directory) throws IOException {
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      if (name.equals("cold")) {
        appendSteps(db.appender(), 0, 300);
        appendExtras(db.appender());
        db.compact();
      } else if (name.equals("buckets")) {
        appendBuckets(db.appender());
        appendExtras(db.appender());
        db.compact();
      } else {
        appendSteps(db.appender(), 0, 6);
        appendExtras(db.appender());
        appendSteps(db.appender(), (int) (4 * HOUR_MS / STEP_MS), 2);
        db.maintain();
        db.delete(
            List.of(List.of(LabelMatcher.equal("__name__", "up"))), T0 + STEP_MS, T0 + 2 * STEP_MS);
        db.checkpoint();
        appendSteps(db.appender(), (int) (4 * HOUR_MS / STEP_MS) + 2, 1);
      }
    }
  }

  /** Appends the same samples to a store without blocks, the deleted ones left out. */
  static void appendTo(String name, Appender appender) throws TsdbException {
    if (name.equals("cold")) {
      appendSteps(appender, 0, 300);
    } else if (name.equals("buckets")) {
      appendBuckets(appender);
    } else {
      appendSteps(appender, 0, 6);
      appendSteps(appender, (int) (4 * HOUR_MS / STEP_MS), 3);
    }
    appendExtras(appender);
  }

  /** What of {@code up} is deleted in {@code young}. */
  static boolean isDeleted(String name, Labels labels, long timestampMs) {
    return name.equals("young")
        && labels.metricName().equals("up")
        && timestampMs >= T0 + STEP_MS
        && timestampMs <= T0 + 2 * STEP_MS;
  }

  private static void appendSteps(Appender appender, int from, int count) throws TsdbException {
    long counter = appender.series(Labels.of("__name__", "requests_total", "code", "200"));
    long other = appender.series(Labels.of("__name__", "requests_total", "code", "500"));
    long gauge = appender.series(Labels.of("__name__", "temperature", "room", "Küche"));
    long up = appender.series(Labels.of("__name__", "up"));
    long noise = appender.series(Labels.of("__name__", "noise"));
    long latency = appender.series(Labels.of("__name__", "latency"));
    for (int i = from; i < from + count; i++) {
      long time = T0 + i * STEP_MS;
      // Steps of a small generator: they look random, and are the same everywhere.
      long mixed = (i + 1) * 0x9E37_79B9_7F4A_7C15L;
      long step = (mixed ^ mixed >>> 32) & 15;
      appender.add(counter, time, 100.0 * i + step);
      appender.add(other, time, i >> 2);
      appender.startTimestamp(T0 - 1);
      appender.add(gauge, time, (200 + step) / 10.0);
      appender.add(up, time, i % 5 == 4 ? StaleMarker.VALUE : 1);
      appender.add(noise, time, Double.longBitsToDouble(0x3ff0_0000_0000_0000L | mixed >>> 12));
      if (i % 2 == 0) {
        appender.add(latency, time, Histograms.of(CounterResetHint.UNKNOWN, 1 + i, 2 * i, 3));
      }
    }
    if (!appender.commit().rejections().isEmpty()) {
      throw new AssertionError("a golden sample is refused");
    }
  }

  /** Three buckets, the highest of which mostly counts what the one below counts; one ends. */
  private static void appendBuckets(Appender appender) throws TsdbException {
    long low = appender.series(Labels.of("__name__", "seconds_bucket", "le", "0.1"));
    long middle = appender.series(Labels.of("__name__", "seconds_bucket", "le", "1"));
    long all = appender.series(Labels.of("__name__", "seconds_bucket", "le", "+Inf"));
    long count = 0;
    long slow = 0;
    for (int i = 0; i < 120; i++) {
      long time = T0 + i * STEP_MS;
      long mixed = (i + 1) * 0x9E37_79B9_7F4A_7C15L;
      count += (mixed ^ mixed >>> 32) & 63;
      slow += i % 40 == 7 ? 1 : 0;
      boolean ends = i == 119;
      appender.add(low, time, ends ? StaleMarker.VALUE : (double) (count >> 1));
      appender.add(middle, time, ends ? StaleMarker.VALUE : (double) count);
      appender.add(all, time, ends ? StaleMarker.VALUE : (double) (count + slow));
    }
    if (!appender.commit().rejections().isEmpty()) {
      throw new AssertionError("a golden sample is refused");
    }
  }

  private static void appendExtras(Appender appender) throws TsdbException {
    long counter = appender.series(Labels.of("__name__", "requests_total", "code", "200"));
    appender.add(counter, new Exemplar(Labels.of("trace_id", "4bf92f35"), 0.25, T0 + 7));
    appender.metadata("requests", new Metadata("counter", "", "Requests."));
    appender.commit();
  }
}
