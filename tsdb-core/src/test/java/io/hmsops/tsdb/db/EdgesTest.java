package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.OutOfSpaceException;
import io.hmsops.tsdb.storage.SeriesLimitException;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.testing.CrashDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The longest durations, the longest labels, and places that are no directory. */
class EdgesTest {
  private static final long T0 = 1_700_006_400_000L;

  @TempDir Path temporary = Path.of("set by JUnit");

  private static Options quiet() {
    return Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20);
  }

  @Test
  void durationsMayBeAsLongAsThereAre() throws IOException {
    Duration longest = Duration.ofSeconds(Long.MAX_VALUE);
    Options options =
        quiet().toBuilder()
            .retention(longest)
            .maxAhead(longest)
            .outOfOrderWindow(longest)
            .seriesIdle(longest)
            .forceInterval(longest)
            .build();
    assertThat(options.maxAhead()).isEqualTo(Duration.ofMillis(Long.MAX_VALUE));
    try (Tsdb db = Tsdb.open(temporary, options)) {
      Appender appender = db.appender();
      long ref = appender.series(Labels.of("__name__", "m"));
      for (long timestampMs : new long[] {T0, Long.MAX_VALUE, 0, Long.MIN_VALUE}) {
        appender.add(ref, timestampMs, 1);
        assertThat(appender.commit().rejections()).isEmpty();
      }
      db.maintain();
    }
  }

  @Test
  void aFileIsNoDatabase() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "x");
    assertThatThrownBy(() -> Tsdb.open(file, quiet()))
        .isInstanceOf(TsdbException.class)
        .hasMessage(file + ": a file (expected: a directory)");
    assertThat(file).hasContent("x");
  }

  @Test
  void aLabelThatIsTooLongIsRefusedWithItsLengthAndTheLimit() throws IOException {
    try (Tsdb db = Tsdb.open(temporary, quiet().toBuilder().maxLabelBytes(10).build())) {
      Appender appender = db.appender();
      // 10 bytes: four of two, and one of two chars.
      assertThat(appender.series(Labels.of("__name__", "m", "v", "äöü😀"))).isPositive();
      assertThatThrownBy(() -> appender.series(Labels.of("__name__", "m", "v", "äöüa😀")))
          .isInstanceOf(SeriesLimitException.class)
          .hasMessage(
              "new series of metric \"m\" refused: value of label \"v\": 11 bytes: limit"
                  + " maxLabelBytes of 10 exceeded");
      assertThatThrownBy(() -> appender.series(Labels.of("n".repeat(100), "v")))
          .isInstanceOf(SeriesLimitException.class)
          .hasMessageContaining(
              "name of label \"%s…\": 100 bytes: limit maxLabelBytes of 10 exceeded"
                  .formatted("n".repeat(64)));
      assertThat(db.stats().refusedSeries()).containsEntry("maxLabelBytes", 2L);
    }
    String mebibyte = "x".repeat(1 << 20);
    try (Tsdb db = Tsdb.open(temporary, quiet())) {
      Appender appender = db.appender();
      long ref = appender.series(Labels.of("__name__", "m", "v", mebibyte));
      appender.add(ref, T0, 1);
      assertThat(appender.commit().accepted()).isEqualTo(1);
      assertThatThrownBy(() -> appender.series(Labels.of("__name__", "m", "v", mebibyte + "x")))
          .hasMessageContaining("1048577 bytes: limit maxLabelBytes of 1048576 exceeded");
    }
  }

  @Test
  void aFullDiskEndsACompactionWithWords() throws IOException {
    CrashDisk disk = new CrashDisk(Files.createDirectory(temporary.resolve("home")));
    try (Tsdb db = Tsdb.open(disk, temporary.resolve("home/db"), quiet())) {
      Appender appender = db.appender();
      appender.add(appender.series(Labels.of("__name__", "m")), T0, 1);
      appender.commit();
      disk.observe(
          (operation, path) -> {
            if (operation == CrashDisk.Operation.WRITE && path.toString().contains("blocks")) {
              throw new IOException(path + ": No space left on device");
            }
          });
      assertThatThrownBy(db::compact)
          .isInstanceOf(OutOfSpaceException.class)
          .hasMessageContaining("out of space, compaction refused: ")
          .hasMessageContaining("blocks");
      disk.observe((_, _) -> {});
      db.compact();
      assertThat(db.stats().blocks()).isEqualTo(1);
    }
  }

  @Test
  void sortedPairsAreSortedPairs() {
    Labels sorted = Labels.ofSortedPairs(new String[] {"a", "1", "b", "2"});
    assertThat(sorted.equals(Labels.of("b", "2", "a", "1"))).isTrue();
    String[][] wrong = {
      {"a"}, {"b", "1", "a", "2"}, {"a", "1", "a", "2"}, {"a", ""}, {"", "1"}, {"a", "1", "b"}
    };
    for (String[] pairs : wrong) {
      assertThatThrownBy(() -> Labels.ofSortedPairs(pairs))
          .as(String.join(",", pairs))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected");
    }
  }
}
