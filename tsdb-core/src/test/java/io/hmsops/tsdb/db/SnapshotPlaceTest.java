package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.tool.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a snapshot may not go. */
class SnapshotPlaceTest {
  @TempDir Path temporary = Path.of("set by JUnit");

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.sorted().toList();
    }
  }

  @Test
  void aSnapshotAmongTheDatabasesOwnFilesIsRefusedBeforeAnythingIsWritten() throws IOException {
    Path data = temporary.resolve("data");
    Options options = Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20);
    try (Tsdb db = Tsdb.open(data, options)) {
      Appender appender = db.appender();
      appender.add(appender.series(Labels.of("__name__", "m")), 1_700_000_000_000L, 1);
      appender.commit();
      Path link = Files.createSymbolicLink(temporary.resolve("link"), data.resolve("blocks"));
      List<Path> before = files(temporary);
      for (Path inside :
          List.of(
              data,
              data.resolve("blocks/x"),
              data.resolve("wal/checkpoint/z"),
              data.resolve("copy"),
              data.resolve("snapshots"),
              data.resolve("snapshots/../blocks/x"),
              link.resolve("x"),
              temporary.resolve("elsewhere/../data/blocks/y"))) {
        assertThatThrownBy(() -> db.snapshot(inside))
            .as("%s", inside)
            .isInstanceOf(TsdbException.class)
            .hasMessageContaining(inside + ": in the directory of the database itself");
      }
      Path file = Files.writeString(temporary.resolve("file"), "x");
      assertThatThrownBy(() -> db.snapshot(file))
          .hasMessage(file + ": a file (expected: a directory)");
      Files.delete(file);
      assertThat(files(temporary)).isEqualTo(before);

      Path full = temporary.resolve("full");
      Files.createDirectories(full.resolve("sub"));
      assertThatThrownBy(() -> db.snapshot(full))
          .hasMessage(full + ": holds sub (expected: a missing or empty directory)");
      for (Path good : List.of(data.resolve("snapshots/a"), temporary.resolve("data-copy"))) {
        db.snapshot(good);
        assertThat(Verification.of(good).damages()).isEmpty();
      }
    }
  }
}
