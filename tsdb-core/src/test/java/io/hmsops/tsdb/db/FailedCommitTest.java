package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.testing.CrashDisk;
import io.hmsops.tsdb.testing.CrashDisk.Operation;
import io.hmsops.tsdb.testing.StoreProbe;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A commit that ends by what nobody expects costs its own batch at most. */
class FailedCommitTest {
  private static final long T0 = 1_700_006_400_000L;
  private static final Labels KNOWN = Labels.of("__name__", "known");
  private static final Labels NEW = Labels.of("__name__", "new");

  @TempDir Path directory = Path.of("set by JUnit");

  private static Options options() {
    return Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20);
  }

  private static void appendBoth(Appender appender, long timeMs, double value) throws IOException {
    appender.add(appender.series(KNOWN), timeMs, value);
    appender.add(appender.series(NEW), timeMs, value);
    appender.commit();
  }

  @Test
  void whatIsCommittedAfterAnErrorIsThereAfterARestart() throws IOException {
    CrashDisk disk = new CrashDisk(directory);
    AtomicBoolean failing = new AtomicBoolean();
    disk.observe(
        (operation, _) -> {
          if (failing.get() && operation == Operation.WRITE) {
            throw new OutOfMemoryError("as if");
          }
        });
    try (Tsdb db = Tsdb.open(disk, directory.resolve("db"), options())) {
      Appender appender = db.appender();
      appender.add(appender.series(KNOWN), T0, 0);
      appender.commit();
      failing.set(true);
      assertThatThrownBy(() -> appendBoth(appender, T0 + 1, 1))
          .isInstanceOf(OutOfMemoryError.class);
      failing.set(false);
      // The series is still new to the log, and the sample is none that is stored.
      appendBoth(appender, T0 + 1, 2);
      check(db);
    }
    try (Tsdb db = Tsdb.open(disk, directory.resolve("db"), options())) {
      assertThat(db.stats().problems()).isEmpty();
      check(db);
    }
  }

  private static void check(Tsdb db) throws IOException {
    StoreProbe probe = new StoreProbe(db, db);
    assertThat(probe.floats(Long.MIN_VALUE, Long.MAX_VALUE, KNOWN))
        .containsExactly(StoreProbe.point(T0, 0), StoreProbe.point(T0 + 1, 2));
    assertThat(probe.floats(Long.MIN_VALUE, Long.MAX_VALUE, NEW))
        .containsExactly(StoreProbe.point(T0 + 1, 2));
  }
}
