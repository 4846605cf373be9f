package io.hmsops.tsdb.db;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;

/** The process that {@link CrashTest} kills: four senders that report what was acknowledged. */
final class CrashAppender {
  static final int SENDERS = 4;
  static final int SERIES = 5;
  static final long T0 = 1_700_000_000_000L;

  private CrashAppender() {}

  /** Small ranges and logs, so that kills meet block cuts and checkpoints. */
  static Options options() {
    return Options.defaults()
        .withBlockRange(Duration.ofMinutes(5))
        .withMaintenance(Duration.ofMillis(1), 16 << 10, 32 << 10);
  }

  static Labels labels(int sender, int series) {
    return Labels.of("__name__", "crash", "sender", "s" + sender, "series", "n" + series);
  }

  static long timestampMs(long batch) {
    return T0 + 1000 * batch;
  }

  /** Any bits, small whole numbers and repeats by turns. */
  static double value(int sender, int series, long batch) {
    long mixed = (batch * 31 + series) * 0x9e3779b97f4a7c15L + sender;
    return switch (series) {
      case 0 -> Double.longBitsToDouble(mixed ^ mixed >>> 29);
      case 1 -> 42;
      default -> (double) (batch % 1000);
    };
  }

  /** Arguments: directory, then each sender's first batch. */
  public static void main(String[] arguments) throws Exception {
    PrintStream ledger =
        new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true);
    try (Tsdb db = Tsdb.open(Path.of(arguments[0]), options())) {
      Thread[] senders = new Thread[SENDERS];
      for (int i = 0; i < SENDERS; i++) {
        int sender = i;
        long first = Long.parseLong(arguments[1 + i]);
        senders[i] = new Thread(() -> send(db, sender, first, ledger));
        senders[i].start();
      }
      for (Thread sender : senders) {
        sender.join();
      }
    }
  }

  private static void send(Tsdb db, int sender, long first, PrintStream ledger) {
    try {
      Appender appender = db.appender();
      for (long batch = first; ; batch++) {
        for (int series = 0; series < SERIES; series++) {
          appender.add(
              appender.series(labels(sender, series)),
              timestampMs(batch),
              value(sender, series, batch));
        }
        if (appender.commit().accepted() != SERIES) {
          throw new IllegalStateException("batch %d of %d was refused".formatted(batch, sender));
        }
        ledger.print("%d %d\n".formatted(sender, batch));
        ledger.flush();
      }
    } catch (Exception e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(3);
    }
  }
}
