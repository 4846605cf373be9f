package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.testing.ProjectFiles;
import io.hmsops.tsdb.testing.RealData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds the bytes per sample of real monitoring data after compaction, data and index together: all
 * files but the log.
 */
final class DiskSizeTest {
  private static final Options QUIET =
      Options.defaults().withMaintenance(Duration.ZERO, 1L << 40, 1L << 40).toBuilder()
          .retention(Duration.ofDays(3650))
          .durability(Durability.OS)
          .build();

  private static final Pattern PAIR = Pattern.compile("([A-Za-z_]\\w*)=\"([^\"]*)\"");

  @TempDir private Path directory;

  private record Shape(
      String name, int instances, int every, int phases, long stretch, int jitterMs) {}

  private static Labels labels(RealData.Column column, int instance) {
    // {name="value", …} without escapes in this file.
    Labels.Builder builder = new Labels.Builder();
    Matcher pairs = PAIR.matcher(column.labels());
    while (pairs.find()) {
      builder.add(pairs.group(1), pairs.group(2));
    }
    Labels labels = builder.build();
    return instance == 0
        ? labels
        : labels.with("instance", labels.get("instance") + "-" + instance);
  }

  private double bytesPerSample(Shape shape) throws IOException {
    Path file = ProjectFiles.shared("data/real-1s.tsv.gz");
    Assumptions.assumeTrue(Files.exists(file), "the corpus is not here");
    List<RealData.Column> columns = RealData.read(file);
    Random random = new Random(11);
    long samples = 0;
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      Appender appender = db.appender();
      for (int instance = 0; instance < shape.instances; instance++) {
        int[] jitter = random.ints(5000, -shape.jitterMs, shape.jitterMs + 1).toArray();
        for (RealData.Column column : columns) {
          long ref = appender.series(labels(column, instance));
          long first = column.timestampsMs()[0];
          int phase = instance % shape.phases;
          for (int i = phase; i < column.values().length; i += shape.every) {
            // All series of a target are scraped at once, so they share the jitter of the scrape.
            long recordedMs = column.timestampsMs()[i] - first;
            long scrape = Math.round(recordedMs / 1000.0);
            if (scrape >= 2400 && shape.stretch > 1) {
              break;
            }
            long time = first + scrape * 1000 * shape.stretch + 1000L * instance;
            appender.add(ref, time + jitter[(int) scrape], column.values()[i]);
          }
          samples += appender.size();
          assertThat(appender.commit().rejections()).isEmpty();
        }
      }
      db.compact();
    }
    long bytes;
    try (Stream<Path> all = Files.walk(directory)) {
      bytes =
          all.filter(Files::isRegularFile)
              .filter(f -> !directory.relativize(f).startsWith("wal"))
              .mapToLong(f -> f.toFile().length())
              .sum();
    }
    double found = (double) bytes / samples;
    System.out.printf("disk: %s: %d samples, %.4f bytes per sample%n", shape.name, samples, found);
    return found;
  }

  @Test
  void oneTargetOfFifteenSeconds() throws IOException {
    assertThat(bytesPerSample(new Shape("15 s, 1 instance", 1, 15, 1, 1, 0))).isLessThan(0.85);
  }

  @Test
  void tenHoursOfOneTarget() throws IOException {
    assertThat(bytesPerSample(new Shape("dilated, 1 instance, jitter 3", 1, 1, 1, 15, 3)))
        .isLessThan(0.28);
  }

  @Test
  void tenHoursOfEightTargets() throws IOException {
    assertThat(bytesPerSample(new Shape("dilated, 8 instances, jitter 0", 8, 1, 1, 15, 0)))
        .isLessThan(0.27);
  }

  @Test
  void tenHoursOfEightTargetsWithJitter() throws IOException {
    assertThat(bytesPerSample(new Shape("dilated, 8 instances, jitter 3", 8, 1, 1, 15, 3)))
        .isLessThan(0.28);
  }

  @Test
  void fifteenTargetsOfFifteenSeconds() throws IOException {
    assertThat(bytesPerSample(new Shape("15 s, 15 instances, jitter 0", 15, 15, 15, 1, 0)))
        .isLessThan(0.85);
  }

  @Test
  void fifteenTargetsOfFifteenSecondsWithJitter() throws IOException {
    assertThat(bytesPerSample(new Shape("15 s, 15 instances, jitter 3", 15, 15, 15, 1, 3)))
        .isLessThan(0.86);
  }
}
