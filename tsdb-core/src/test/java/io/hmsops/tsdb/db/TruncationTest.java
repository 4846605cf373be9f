package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.storage.UnreadableFileException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody cuts a file of a block while it is mapped. */
class TruncationTest {
  private static final long T0 = 1_699_999_200_000L; // a multiple of 2 h
  private static final long HOUR = 3_600_000;
  private static final int SERIES = 1_500;
  private static final int SAMPLES = 120;

  /** So many that what reads the files is compiled. */
  private static final int WARM_UP = 30;

  @TempDir Path directory = Path.of("set by JUnit");
  private Tsdb db;
  private Path damaged = Path.of("set below");

  private static Labels labels(int series) {
    return Labels.of("__name__", "cut", "host", "h" + series, "job", "j" + series % 7);
  }

  @BeforeEach
  void fill() throws IOException {
    Options options = Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20);
    db = Tsdb.open(directory, options);
    for (int range = 0; range < 2; range++) {
      Appender appender = db.appender();
      for (int i = 0; i < SERIES; i++) {
        long ref = appender.series(labels(i));
        for (int s = 0; s < SAMPLES; s++) {
          // Every series has times of its own, so that all files have many pages.
          long time = T0 + 4 * HOUR * range + s * 30_000L + i;
          appender.add(ref, time, Math.sqrt(i * 1000 + s));
        }
      }
      appender.commit();
      db.maintain();
    }
    add(T0 + 8 * HOUR);
    db.maintain();
    try (Stream<Path> blocks = Files.list(directory.resolve("blocks"))) {
      damaged = blocks.sorted().toList().getFirst();
    }
    for (int i = 0; i < WARM_UP; i++) {
      assertThat(read(T0)).isEqualTo(SERIES * SAMPLES + " []");
    }
  }

  @AfterEach
  void close() throws IOException {
    db.close();
  }

  private void add(long timestampMs) throws IOException {
    Appender appender = db.appender();
    appender.add(appender.series(labels(0)), timestampMs, 1);
    assertThat(appender.commit().accepted()).isEqualTo(1);
  }

  /** {@return how many samples are in a block's range, and the warnings} */
  private String read(long startMs) throws IOException {
    long samples = 0;
    List<String> warnings = new ArrayList<>();
    try (Querier querier = db.querier(startMs, startMs + 2 * HOUR - 1)) {
      SeriesSet series =
          querier.select(
              SelectHints.range(startMs, startMs + 2 * HOUR - 1),
              List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, "job", "j.*")));
      SampleBatch batch = new SampleBatch();
      while (series.next()) {
        Labels labels = series.series().labels();
        int number = Integer.parseInt(labels.get("host").substring(1));
        assertThat(labels.toString()).isEqualTo(labels(number).toString());
        SampleCursor cursor = series.series().samples();
        int s = 0;
        while (cursor.next(batch)) {
          for (int i = 0; i < batch.count(); i++, s++) {
            if (batch.values()[i] != Math.sqrt(number * 1000 + s)) {
              assertThat(batch.values()[i]).isEqualTo(Math.sqrt(number * 1000 + s));
            }
          }
        }
        samples += s;
      }
      warnings.addAll(series.warnings());
    }
    return samples + " " + warnings;
  }

  private List<String> values(long startMs) throws IOException {
    try (Querier querier = db.querier(startMs, startMs + 2 * HOUR - 1)) {
      return querier.labelValues("host", List.of());
    }
  }

  private static void truncate(Path file, long length) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(length);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"index", "chunks", "times"})
  void aFileThatWasCutEndsTheQueriesThatNeedItAndNoOther(String name) throws IOException {
    Path file = damaged.resolve(name);
    byte[] content = Files.readAllBytes(file);
    String sound = SERIES * SAMPLES + " []";
    List<String> hosts = values(T0);
    for (int length :
        new int[] {content.length - 1, content.length / 2, 5000, 4096, 100, 0, content.length}) {
      truncate(file, Math.min(length, content.length));
      String context = "%s cut to %d of %d".formatted(name, length, content.length);
      String outcome;
      try {
        outcome = read(T0);
      } catch (UnreadableFileException e) {
        assertThat(e).as(context).hasMessageContaining(file.toString());
        outcome = "error";
      }
      assertThat(outcome).as(context).isEqualTo(length == content.length ? sound : "error");
      try {
        assertThat(values(T0)).as(context).isEqualTo(hosts);
      } catch (UnreadableFileException e) {
        assertThat(e).as(context).hasMessageContaining(file.toString());
      }
      // Others go on: another block, the head, what is said of the whole, appends.
      assertThat(read(T0 + 4 * HOUR)).as(context).isEqualTo(sound);
      assertThat(new TreeSet<>(values(T0 + 4 * HOUR))).as(context).hasSize(SERIES);
      assertThat(db.stats().blocks()).as(context).isEqualTo(2);
      add(T0 + 8 * HOUR + 1 + length);
      Files.write(file, content);
      assertThat(read(T0)).as(context + " and whole again").isEqualTo(sound);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"index", "chunks", "times"})
  void aFileThatWasCutEndsACompactionAndHarmsNothing(String name) throws IOException {
    Path file = damaged.resolve(name);
    byte[] content = Files.readAllBytes(file);
    truncate(file, content.length / 2);
    try {
      db.compact();
    } catch (IOException e) {
      assertThat(e).hasMessageContaining(file.toString());
    }
    assertThat(read(T0 + 4 * HOUR)).isEqualTo(SERIES * SAMPLES + " []");
    Files.write(file, content);
    db.compact();
    assertThat(read(T0)).isEqualTo(SERIES * SAMPLES + " []");
  }
}
