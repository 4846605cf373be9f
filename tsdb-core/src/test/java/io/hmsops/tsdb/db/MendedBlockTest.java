package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.testing.Seeds;
import io.hmsops.tsdb.tool.Repair;
import io.hmsops.tsdb.tool.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A block whose index is mended in several groups, with parts longer than a group. */
final class MendedBlockTest {
  private static final long T0 = 1_699_999_200_000L; // a multiple of 2 h
  private static final int SERIES = 16_000;
  private static final int FLIPS = 25;
  private static final int GROUP_BYTES = 1 << 17;

  @TempDir private Path directory;
  private Path index = Path.of("set below");
  private byte[] sound = {};

  /** All series, and what their samples and the labels come to. */
  private record Answer(int series, long samples, int values, List<String> warnings) {}

  @BeforeEach
  void fill() throws IOException {
    try (Tsdb db = Tsdb.open(directory, GoldenDatabase.QUIET)) {
      Appender appender = db.appender();
      for (int i = 0; i < SERIES; i++) {
        long ref = appender.series(labels(i));
        appender.add(ref, T0 + 1000, i);
        appender.add(ref, T0 + 2000, i % 7);
      }
      assertThat(appender.commit().rejections()).isEmpty();
      db.compact();
    }
    try (Stream<Path> all = Files.walk(directory)) {
      index = all.filter(file -> file.endsWith("index")).findFirst().orElseThrow();
    }
    sound = Files.readAllBytes(index);
    assertThat(sound.length).isGreaterThan(4 * GROUP_BYTES);
  }

  private static Labels labels(int i) {
    return Labels.of("__name__", "m", "path", "/p/" + Integer.toHexString(i * 77_777), "x", "y");
  }

  private Answer ask() throws IOException {
    try (Tsdb db = Tsdb.open(directory, GoldenDatabase.QUIET);
        Querier querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      int series = 0;
      long samples = 0;
      SampleBatch batch = new SampleBatch();
      SeriesSet set =
          querier.select(
              SelectHints.range(Long.MIN_VALUE, Long.MAX_VALUE),
              List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, "path", "/p/.*")));
      while (set.next()) {
        series++;
        samples = 31 * samples + set.series().labels().hashCode();
        SampleCursor cursor = set.series().samples();
        while (cursor.next(batch)) {
          for (int i = 0; i < batch.count(); i++) {
            samples = 31 * samples + Double.hashCode(batch.values()[i]);
          }
        }
      }
      int values = querier.labelValues("path", List.of()).hashCode();
      return new Answer(series, samples, values, set.warnings());
    }
  }

  @Test
  void aFlippedBitOfTheIndexIsMended() throws IOException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    Answer expected = ask();
    assertThat(expected.series).isEqualTo(SERIES);
    assertThat(expected.warnings).isEmpty();
    for (int flip = 0; flip < FLIPS; flip++) {
      int bit = random.nextInt(8 * sound.length);
      byte[] bytes = sound.clone();
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(index, bytes);
      String context = "seed=%d: bit %d of byte %d".formatted(seed, bit % 8, bit / 8);
      assertThat(ask()).as(context).isEqualTo(expected);
      assertThat(Verification.of(directory).damages())
          .as(context)
          .containsExactly(
              "%s at %d: is not what was written, mended: nothing is lost"
                  .formatted(index, bit / 8));
    }
  }

  @Test
  void repairWritesAMendedBlockAnew() throws IOException {
    Answer expected = ask();
    byte[] bytes = sound.clone();
    bytes[bytes.length - 100] ^= 4;
    bytes[sound.length / 2] ^= 4;
    Files.write(index, bytes);

    assertThat(Repair.of(directory).actions())
        .anyMatch(action -> action.contains("without 0 chunks and 0 pages"));
    assertThat(Verification.of(directory).damages()).isEmpty();
    assertThat(ask()).isEqualTo(expected);
  }

  @Test
  void withoutParityTheSameIsReportedAsBefore() throws IOException {
    byte[] bytes = sound.clone();
    bytes[bytes.length - 100] ^= 4;
    Files.write(index, bytes);
    Files.delete(index.resolveSibling("parity"));

    assertThat(Verification.of(directory).damages())
        .singleElement()
        .asString()
        .contains(index.toString(), "crc of");
    assertThat(ask().series).isZero();
    assertThatThrownBy(
            () -> {
              Answer answer = ask();
              assertThat(answer.warnings).isEmpty();
            })
        .hasMessageContaining("block left out");
  }
}
