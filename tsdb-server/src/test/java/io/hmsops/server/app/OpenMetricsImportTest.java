package io.hmsops.server.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.SeriesSet;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files are read piece by piece, whatever the pieces' size, and written by time. */
final class OpenMetricsImportTest {
  private static final long T0 = 1_600_000_000L;

  @TempDir private Path temporary;

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Series by series, each over the whole time, in seconds; a bucket's bound in two spellings. */
  private static String file(Random random, Map<Labels, Map<Long, Double>> expected) {
    StringBuilder file = new StringBuilder("# HELP m What it is: ä.\n# TYPE m histogram\n");
    for (int series = 0; series < 7; series++) {
      Labels labels =
          Labels.of("__name__", "m_bucket", "le", series == 3 ? "1.0" : "0." + (series + 1));
      Map<Long, Double> samples = new TreeMap<>();
      for (int i = 0; i < 200; i++) {
        long time = T0 + 60L * i + random.nextInt(30);
        double value = random.nextInt(1000) / 4.0;
        String bound = series == 3 ? (i % 2 == 0 ? "1" : "1.0") : "0." + (series + 1);
        file.append("m_bucket{le=\"%s\"} %s %d".formatted(bound, value, time));
        file.append(i % 50 == 7 ? " # {trace=\"t%d\"} 0.5\n".formatted(i) : "\n");
        samples.put(time * 1000, value);
      }
      expected.put(labels, samples);
    }
    return file.append("# EOF\n").toString();
  }

  private OpenMetricsImport read(String text, int pieceBytes, int samplesInMemory)
      throws Failure, IOException {
    OpenMetricsImport samples = new OpenMetricsImport(temporary, 100, samplesInMemory);
    samples.read("file", new ByteArrayInputStream(utf8(text)), pieceBytes);
    return samples;
  }

  private Tsdb open(String name) throws IOException {
    Duration forever = Duration.ofDays(365_000);
    return Tsdb.open(
        temporary.resolve(name),
        Options.defaults().toBuilder()
            .retention(forever)
            .outOfOrderWindow(forever)
            .maintenanceInterval(Duration.ZERO)
            .build());
  }

  private static Map<Labels, Map<Long, Double>> stored(Tsdb db) throws IOException {
    Map<Labels, Map<Long, Double>> all = new TreeMap<>();
    SampleBatch batch = new SampleBatch();
    try (Querier querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      SeriesSet set =
          querier.select(
              SelectHints.range(Long.MIN_VALUE, Long.MAX_VALUE),
              List.of(LabelMatcher.equal("__name__", "m_bucket")));
      while (set.next()) {
        Map<Long, Double> samples = new TreeMap<>();
        SampleCursor cursor = set.series().samples();
        while (cursor.next(batch)) {
          for (int i = 0; i < batch.count(); i++) {
            samples.put(batch.timestampsMs()[i], batch.values()[i]);
          }
        }
        all.put(set.series().labels(), samples);
      }
    }
    return all;
  }

  @Test
  void anyPiecesAndRunsGiveTheSameSamples() throws IOException, Failure {
    Map<Labels, Map<Long, Double>> expected = new TreeMap<>();
    String file = file(new Random(3), expected);
    for (int pieceBytes : new int[] {100, 101, 113, 1000, 1 << 20}) {
      for (int samplesInMemory : new int[] {64, 1400, 5000}) {
        String name = "p%d-%d".formatted(pieceBytes, samplesInMemory);
        try (OpenMetricsImport samples = read(file, pieceBytes, samplesInMemory);
            Tsdb db = open(name)) {
          OpenMetricsImport.Outcome outcome = samples.writeTo(db);
          assertThat(outcome.accepted()).as(name).isEqualTo(1400);
          assertThat(outcome.refused()).as(name).isZero();
          assertThat(samples.exemplarCount()).as(name).isEqualTo(28);
          assertThat(stored(db)).as(name).isEqualTo(expected);
        }
      }
    }
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left).noneMatch(path -> path.toString().endsWith(".run"));
    }
  }

  @Test
  void aMistakeIsNamedWithItsLineWhereverItIs() {
    Random random = new Random(4);
    List<String> lines = new ArrayList<>(file(random, new TreeMap<>()).lines().toList());
    lines.set(900, "m_bucket{le=\"x\"} nonsense 1600000000");
    String broken = String.join("\n", lines) + "\n";
    for (int pieceBytes : new int[] {100, 1000, 1 << 20}) {
      assertThatThrownBy(() -> read(broken, pieceBytes, 100).close())
          .as("%d bytes", pieceBytes)
          .isInstanceOf(Failure.class)
          .hasMessageStartingWith("file:901: ")
          .hasMessageEndingWith("; nothing was imported");
    }
  }

  @Test
  void aLabelThatStandsTwiceIsAMistake() throws IOException, Failure {
    String good = "a{x=\"1\",y=\"\"} 1 1600000000\n";
    read(good + "# EOF\n", 1 << 20, 10).close();
    for (String bad :
        List.of("a{x=\"1\",x=\"2\"}", "a{x=\"1\",y=\"\",x=\"1\"}", "a{x=\"\",x=\"1\"}")) {
      assertThatThrownBy(() -> read(good + bad + " 1 1600000001\n# EOF\n", 1 << 20, 10).close())
          .as(bad)
          .isInstanceOf(Failure.class)
          .hasMessageStartingWith("file:2: ")
          .hasMessageEndingWith("label name \"x\" is not unique; nothing was imported");
    }
  }

  @Test
  void theEndMarkIsTheEnd() throws IOException, Failure {
    String file = "a 1 1600000000\n# EOF\n";
    for (int pieceBytes = 16; pieceBytes < 30; pieceBytes++) {
      int size = pieceBytes;
      read(file, size, 10).close();
      read("a 1 1600000000\n# EOF", size, 10).close();
      assertThatThrownBy(() -> read(file + "a 2 1600000001\n", size, 10).close())
          .as("%d bytes", size)
          .hasMessageContaining("unexpected data after # EOF");
      assertThatThrownBy(() -> read("a 1 1600000000\n", size, 10).close())
          .as("%d bytes", size)
          .hasMessage("file:2: data does not end with # EOF; nothing was imported");
    }
  }

  @Test
  void runsComeOutByTimeAndThenAsTheyCame() throws IOException {
    Random random = new Random(5);
    List<long[]> expected = new ArrayList<>();
    List<long[]> found = new ArrayList<>();
    try (SampleRuns runs = new SampleRuns(37, temporary)) {
      for (int i = 0; i < 1000; i++) {
        long time = random.nextInt(50);
        runs.add(i, time, i / 8.0);
        expected.add(new long[] {i, time});
      }
      runs.drainTo(
          (series, time, value) -> {
            assertThat(value).isEqualTo(series / 8.0);
            found.add(new long[] {series, time});
          });
    }
    expected.sort(Comparator.comparingLong(sample -> sample[1]));
    assertThat(found).usingElementComparator(java.util.Arrays::compare).isEqualTo(expected);
  }
}
