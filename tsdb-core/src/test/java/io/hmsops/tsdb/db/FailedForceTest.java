package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.ReadOnlyException;
import io.hmsops.tsdb.testing.CrashDisk;
import io.hmsops.tsdb.testing.CrashDisk.Operation;
import io.hmsops.tsdb.testing.StoreProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * When the log could not be forced, nobody knows what of it is on the device: the database takes
 * nothing more, and does not ask the device again, which would say that all is well.
 */
final class FailedForceTest {
  private static final long T0 = 1_700_006_400_000L;
  private static final Labels LABELS = Labels.of("__name__", "test");

  /** Longer than the header of a segment, shorter than one with a batch. */
  private static final long EMPTY_SEGMENT_BYTES = 24;

  @TempDir private Path directory;

  /** What forces the log. */
  enum Way {
    FORCE,
    COMMIT,
    CHECKPOINT,
    COMPACTION,
    DELETION,
    SNAPSHOT;

    void go(Tsdb db, Path directory) throws IOException {
      switch (this) {
        case FORCE -> db.force();
        case COMMIT -> append(db, 2);
        case CHECKPOINT -> db.checkpoint();
        case COMPACTION -> db.compact();
        case DELETION -> db.delete(List.of(List.of()), T0, T0);
        case SNAPSHOT -> db.snapshot(directory.resolve("copy"));
      }
    }
  }

  private static Options options(Durability durability) {
    return Options.defaults()
        .withDurability(durability)
        .withMaintenance(Duration.ZERO, 64 << 20, 64 << 20);
  }

  private static void append(Tsdb db, int sample) throws IOException {
    Appender appender = db.appender();
    appender.add(appender.series(LABELS), T0 + sample, sample);
    assertThat(appender.commit().accepted()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void theDatabaseIsReadOnlyAndTheForceIsNotTriedAgain(Way way) throws IOException {
    CrashDisk disk = new CrashDisk(directory);
    boolean[] fails = {false};
    int[] forces = {0};
    disk.observe(
        (operation, path) -> {
          if (operation == Operation.FORCE && path.toString().endsWith(".wal")) {
            forces[0]++;
            if (fails[0] && Files.size(path) > EMPTY_SEGMENT_BYTES) {
              // Once: the next one would be told that all is well.
              fails[0] = false;
              throw new IOException("Input/output error");
            }
          }
        });
    Path home = directory.resolve("db");
    Durability durability = way == Way.COMMIT ? Durability.BATCH : Durability.OS;
    int before;
    try (Tsdb db = Tsdb.open(disk, home, options(durability))) {
      append(db, 0);
      append(db, 1);
      fails[0] = true;
      assertThatThrownBy(() -> way.go(db, directory))
          .isInstanceOf(ReadOnlyException.class)
          .hasMessageContaining("fsync failed, read-only from here on: Input/output error");
      assertThat(fails[0]).as("failed").isFalse();
      before = forces[0];
      assertThatThrownBy(() -> append(db, 3)).isInstanceOf(ReadOnlyException.class);
      for (Way again : Way.values()) {
        assertThatThrownBy(() -> again.go(db, directory))
            .as("%s after %s", again, way)
            .isInstanceOf(ReadOnlyException.class)
            .hasMessageContaining("Input/output error");
      }
      assertThat(new StoreProbe(db, db).floats(T0 + 1, T0 + 1, LABELS))
          .as("reads go on")
          .hasSize(1);
    }
    assertThat(forces[0]).as("forces of the log, its closing included").isEqualTo(before);
    try (Tsdb db = Tsdb.open(disk, home, options(durability))) {
      append(db, 4);
      db.force();
      assertThat(new StoreProbe(db, db).floats(T0, T0 + 4, LABELS))
          .contains(StoreProbe.point(T0 + 1, 1), StoreProbe.point(T0 + 4, 4));
    }
  }
}
