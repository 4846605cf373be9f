package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.CommitResult;
import io.hmsops.tsdb.storage.CommitResult.Reason;
import io.hmsops.tsdb.storage.CommitResult.Rejection;
import io.hmsops.tsdb.storage.DirectoryNotOursException;
import io.hmsops.tsdb.storage.LockedException;
import io.hmsops.tsdb.storage.NewerVersionException;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.testing.Histograms;
import io.hmsops.tsdb.testing.MemoryStore;
import io.hmsops.tsdb.testing.Seeds;
import io.hmsops.tsdb.testing.StoreProbe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TsdbTest {
  private static final long T0 = 1_700_006_400_000L; // a multiple of 2 h
  private static final long HOUR = 3_600_000;
  private static final Labels LABELS = Labels.of("__name__", "test");

  /** Nothing happens behind the test's back. */
  private static final Options QUIET =
      Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20);

  @TempDir Path directory = Path.of("set by JUnit");

  private static StoreProbe probe(Tsdb db) {
    return new StoreProbe(db, db);
  }

  /** The same random history for the engine and the model, over 10 hours. */
  private static void fill(Random random, List<StoreProbe> stores) throws IOException {
    List<Appender> appenders = new ArrayList<>();
    stores.forEach(s -> appenders.add(s.appender()));
    for (int minute = 0; minute < 600; minute++) {
      for (int i = 0; i < 6; i++) {
        Labels labels =
            Labels.of(
                "__name__", i < 3 ? "requests" : "native", "instance", "i" + i, "job", "j" + i % 2);
        double value = random.nextInt(4) == 0 ? random.nextGaussian() : minute;
        long start = random.nextInt(50) == 0 && i == 2 ? T0 - 1 : 0;
        var histogram = Histograms.of(CounterResetHint.UNKNOWN, minute, random.nextInt(9) + minute);
        for (Appender appender : appenders) {
          long ref = appender.series(labels);
          if (i < 3) {
            appender.add(ref, T0 + minute * 60_000L + i, value);
            if (start != 0) {
              appender.startTimestamp(start);
            }
          } else {
            appender.add(ref, T0 + minute * 60_000L + i, histogram);
          }
        }
      }
      CommitResult first = appenders.getFirst().commit();
      for (Appender appender : appenders.subList(1, appenders.size())) {
        assertThat(appender.commit()).isEqualTo(first);
      }
    }
  }

  private static void checkSame(String context, StoreProbe engine, StoreProbe model, Random random)
      throws IOException {
    for (int i = 0; i < 10; i++) {
      long from = i == 0 ? Long.MIN_VALUE : T0 + random.nextInt(600) * 60_000L;
      long to = i == 0 ? Long.MAX_VALUE : from + random.nextInt(200) * 60_000L;
      List<LabelMatcher> matchers =
          switch (i % 3) {
            case 0 -> List.of();
            case 1 -> List.of(LabelMatcher.equal("job", "j1"));
            default -> List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, "instance", "i[0-3]"));
          };
      try (Querier left = engine.querier(from, to);
          Querier right = model.querier(from, to)) {
        assertThat(withoutHints(StoreProbe.select(left, from, to, matchers)))
            .as("%s, %d to %d, %s", context, from, to, matchers)
            .isEqualTo(withoutHints(StoreProbe.select(right, from, to, matchers)));
        try (Querier ever = model.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
          // A series of a chunk that only overlaps the range may be counted in.
          assertThat(left.labelNames(matchers))
              .containsAll(right.labelNames(matchers))
              .isSubsetOf(ever.labelNames(matchers));
          assertThat(left.labelValues("instance", matchers))
              .as("%s, %d to %d, %s", context, from, to, matchers)
              .containsAll(right.labelValues("instance", matchers))
              .isSubsetOf(ever.labelValues("instance", matchers));
        }
      }
    }
  }

  /** Where chunks end is the engine's own affair, and hints follow it. */
  private static List<Object> withoutHints(
      java.util.Map<Labels, List<StoreProbe.ReadSample>> read) {
    List<Object> all = new ArrayList<>();
    read.forEach(
        (labels, samples) -> {
          all.add(labels);
          for (StoreProbe.ReadSample s : samples) {
            var histogram = s.histogram();
            all.add(
                new StoreProbe.ReadSample(
                    s.timestampMs(),
                    s.bits(),
                    histogram == null ? null : histogram.withResetHint(CounterResetHint.UNKNOWN),
                    s.startTimestampMs()));
          }
        });
    return all;
  }

  @Test
  void headLogCheckpointAndBlocksAnswerLikeTheModel() throws IOException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    MemoryStore memory = new MemoryStore();
    StoreProbe model = new StoreProbe(memory, memory);
    String context = "seed=" + seed;
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      fill(random, List.of(probe(db), model));
      checkSame(context + " head", probe(db), model, random);
    }
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      checkSame(context + " log replayed", probe(db), model, random);
      db.checkpoint();
    }
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      checkSame(context + " checkpoint and blocks", probe(db), model, random);
      assertThat(db.stats().blocks()).isEqualTo(4);
      assertThat(db.stats().problems()).isEmpty();
      assertThat(db.stats().headMinTimeMs()).isGreaterThanOrEqualTo(T0 + 8 * HOUR);
    }
  }

  @Test
  void aQuerierOpenedBeforeACutReadsOnAndSoDoesOneWhoseBlockIsDeleted() throws IOException {
    Options options = QUIET.withRetention(Duration.ofHours(3));
    try (Tsdb db = Tsdb.open(directory, options)) {
      StoreProbe store = probe(db);
      assertThat(store.addFloats(LABELS, T0, new double[3600]).accepted()).isEqualTo(3600);
      try (Querier before = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
        store.addFloats(LABELS, T0 + 3 * HOUR, 1, 2, 3);
        db.maintain();
        assertThat(db.stats().blocks()).isEqualTo(1);
        assertThat(StoreProbe.floats(before, LABELS)).hasSize(3600);
        try (Querier after = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
          assertThat(StoreProbe.floats(after, LABELS)).hasSize(3603);
          List<Path> first = blockDirectories();
          store.addFloats(LABELS, T0 + 5 * HOUR, 9);
          db.maintain();
          // The first is past the retention; the next range was cut, whoever reads.
          assertThat(db.stats().blocks()).isEqualTo(1);
          assertThat(blockDirectories()).hasSize(1).doesNotContainAnyElementsOf(first);
          assertThat(StoreProbe.floats(before, LABELS)).hasSize(3600);
          assertThat(StoreProbe.floats(after, LABELS)).hasSize(3603);
        }
      }
      assertThat(store.floats(Long.MIN_VALUE, Long.MAX_VALUE, LABELS)).hasSize(4);
    }
  }

  private List<Path> blockDirectories() throws IOException {
    try (Stream<Path> entries = Files.list(directory.resolve("blocks"))) {
      return entries.toList();
    }
  }

  @Test
  void anImportSeriesBySeriesIsAcceptedAlsoAfterItsRangesWereCut() throws IOException {
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      StoreProbe store = probe(db);
      for (int i = 0; i < 3; i++) {
        Labels labels = Labels.of("__name__", "imported", "n", "n" + i);
        assertThat(store.addFloats(labels, T0, new double[36_000]).accepted()).isEqualTo(36_000);
        db.maintain();
      }
    }
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      for (int i = 0; i < 3; i++) {
        Labels labels = Labels.of("__name__", "imported", "n", "n" + i);
        assertThat(probe(db).floats(Long.MIN_VALUE, Long.MAX_VALUE, labels)).hasSize(36_000);
      }
    }
  }

  @Test
  void whatIsTooOldOrTooFarAheadIsRefused() throws IOException {
    Options options =
        QUIET.toBuilder()
            .retention(Duration.ofHours(4))
            .maxAhead(Duration.ofHours(1))
            .clock(() -> java.time.Instant.ofEpochMilli(T0 + 10 * HOUR))
            .build();
    try (Tsdb db = Tsdb.open(directory, options)) {
      Appender appender = db.appender();
      appender.add(appender.series(LABELS), T0 + 10 * HOUR, 1);
      appender.commit();
      long other = appender.series(Labels.of("__name__", "other"));
      appender.add(other, T0 + 6 * HOUR - 1, 1);
      appender.add(other, T0 + 6 * HOUR, 1);
      appender.add(other, T0 + 11 * HOUR, 1);
      appender.add(other, T0 + 11 * HOUR + 1, 1);
      CommitResult result = appender.commit();
      assertThat(result.accepted()).isEqualTo(2);
      assertThat(result.rejections())
          .extracting(Rejection::reason)
          .containsExactly(Reason.TOO_OLD, Reason.TOO_FAR_IN_FUTURE);
    }
  }

  @Test
  void duplicatesExemplarsAndTheNewestSampleAreKnownAfterARestart() throws IOException {
    Exemplar exemplar = new Exemplar(Labels.of("trace_id", "abc"), 0.5, T0);
    for (int restart = 0; restart < 3; restart++) {
      try (Tsdb db = Tsdb.open(directory, QUIET)) {
        Appender appender = db.appender();
        long ref = appender.series(LABELS);
        appender.add(ref, T0, 1);
        appender.add(ref, T0, 2);
        appender.add(ref, T0 - HOUR, 1);
        appender.add(ref, exemplar);
        CommitResult result = appender.commit();
        assertThat(result.accepted()).as("restart %d", restart).isEqualTo(restart == 0 ? 1 : 0);
        assertThat(result.duplicates()).as("restart %d", restart).isEqualTo(restart == 0 ? 0 : 1);
        assertThat(result.rejections()).hasSize(2);
        try (Querier querier = db.querier(T0, T0)) {
          assertThat(querier.exemplars(List.of(List.of())).getFirst().exemplars())
              .containsExactly(exemplar);
        }
        if (restart == 1) {
          db.checkpoint();
        }
      }
    }
  }

  @Test
  void badDirectoriesAreRefusedAndLeftAlone() throws IOException {
    Path foreign = Files.createDirectory(directory.resolve("foreign"));
    Files.writeString(foreign.resolve("thesis.txt"), "mine");
    assertThatThrownBy(() -> Tsdb.open(foreign, QUIET))
        .isInstanceOf(DirectoryNotOursException.class)
        .hasMessageContaining("thesis.txt");
    assertThat(foreign.toFile().list()).containsExactly("thesis.txt");

    Path ours = directory.resolve("ours");
    try (Tsdb db = Tsdb.open(ours, QUIET)) {
      assertThat(db.stats().series()).isZero();
      assertThatThrownBy(() -> Tsdb.open(ours, QUIET))
          .isInstanceOf(LockedException.class)
          .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
    }
    Files.writeString(ours.resolve("HMS-TSDB"), "hms-tsdb 7\n");
    assertThatThrownBy(() -> Tsdb.open(ours, QUIET))
        .isInstanceOf(NewerVersionException.class)
        .hasMessageContaining("7");
  }

  @Test
  void everyTornTailIsDroppedAndReported() throws IOException {
    List<Integer> ends = writeBatches(3);
    Path segment = onlySegment();
    byte[] whole = Files.readAllBytes(segment);
    List<Integer> frameEnds = new ArrayList<>();
    ByteBuffer numbers = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    for (int start : List.of(16, ends.get(0), ends.get(1))) {
      // A header of 28 bytes, in which the length stands second. What it is mended from is behind.
      frameEnds.add(start + 28 + numbers.getInt(start + 4));
    }
    for (int cutAt = whole.length; cutAt >= 16; cutAt--) {
      int length = cutAt;
      Path copy = directory.resolve("copy" + length);
      copyDirectory(copy);
      Path cut = copy.resolve("wal").resolve(segment.getFileName());
      Files.write(cut, Arrays.copyOf(whole, length));
      try (Tsdb db = Tsdb.open(copy, QUIET)) {
        assertThat(probe(db).floats(T0, T0 + 9999, LABELS))
            .as("cut to %d bytes", length)
            .hasSize((int) frameEnds.stream().filter(end -> end <= length).count());
        boolean torn = length > 16 && !ends.contains(length) && !frameEnds.contains(length);
        assertThat(db.stats().problems()).as("cut to %d bytes", length).hasSize(torn ? 1 : 0);
      }
      try (Tsdb again = Tsdb.open(copy, QUIET)) {
        assertThat(again.stats().problems()).as("reported once").isEmpty();
      }
    }
  }

  /** Writes a log of batches of a sample each, {@return where each ends} */
  private List<Integer> writeBatches(int count) throws IOException {
    List<Integer> ends = new ArrayList<>();
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      for (int i = 0; i < count; i++) {
        probe(db).addFloats(LABELS, T0 + 1000L * i, i);
        ends.add((int) Files.size(onlySegment()));
      }
    }
    return ends;
  }

  @Test
  void damageInTheMiddleOfTheLogThatCannotBeMendedIsSkippedAndReported() throws IOException {
    List<Integer> ends = writeBatches(3);
    byte[] bytes = Files.readAllBytes(onlySegment());
    Arrays.fill(bytes, ends.get(0), ends.get(1), (byte) 0);
    Files.write(onlySegment(), bytes, StandardOpenOption.TRUNCATE_EXISTING);
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      assertThat(probe(db).floats(T0, T0 + 9999, LABELS))
          .containsExactly(StoreProbe.point(T0, 0), StoreProbe.point(T0 + 2000, 2));
      assertThat(db.stats().problems())
          .singleElement()
          .asString()
          .contains("bytes are no valid frame (expected: one), skipped");
    }
  }

  @Test
  void aFlippedBitInTheLogLosesNothing() throws IOException {
    var _ = writeBatches(3);
    Path segment = onlySegment();
    byte[] whole = Files.readAllBytes(segment);
    Random random = new Random(5);
    for (int i = 0; i < whole.length; i++) {
      Path copy = directory.resolve("copy" + i);
      copyDirectory(copy);
      byte[] bytes = whole.clone();
      bytes[i] ^= (byte) (1 << random.nextInt(8));
      Files.write(copy.resolve("wal").resolve(segment.getFileName()), bytes);
      try (Tsdb db = Tsdb.open(copy, QUIET);
          Querier querier = db.querier(T0, T0 + 9999)) {
        assertThat(probe(db).floats(T0, T0 + 9999, LABELS)).as("byte %d", i).hasSize(3);
        assertThat(querier.warnings()).as("byte %d", i).isEmpty();
        assertThat(db.stats().problems())
            .as("byte %d", i)
            .singleElement()
            .asString()
            .contains(segment.getFileName().toString());
      }
      try (Tsdb again = Tsdb.open(copy, QUIET)) {
        assertThat(probe(again).floats(T0, T0 + 9999, LABELS)).as("byte %d", i).hasSize(3);
      }
    }
  }

  @Test
  void aFlippedBitInABlockIsFound() throws IOException {
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      probe(db).addFloats(LABELS, T0, new double[100]);
      probe(db).addFloats(LABELS, T0 + 4 * HOUR, 1);
      db.maintain();
    }
    Path block = blockDirectories().getFirst();
    for (String file : List.of("chunks", "times", "index")) {
      byte[] whole = Files.readAllBytes(block.resolve(file));
      for (int offset = 0; offset < whole.length; offset++) {
        checkFlipIsFound(block.resolve(file), offset);
      }
    }
  }

  /** Never a silently different answer: the samples are there, or it is said that they are not. */
  private void checkFlipIsFound(Path file, int offset) throws IOException {
    flip(file, offset);
    try (Tsdb db = Tsdb.open(directory, QUIET);
        Querier querier = db.querier(T0, T0 + 5 * HOUR)) {
      SeriesSet set = querier.select(SelectHints.range(T0, T0 + 5 * HOUR), List.of());
      int samples = 0;
      SampleBatch batch = new SampleBatch();
      while (set.next()) {
        SampleCursor cursor = set.series().samples();
        while (cursor.next(batch)) {
          samples += batch.count();
        }
      }
      List<String> told = new ArrayList<>(db.stats().problems());
      told.addAll(set.warnings());
      assertThat(samples == 101 || !told.isEmpty())
          .as("%s at %d: %d samples, %s", file, offset, samples, told)
          .isTrue();
      // The other place of the series is not touched.
      assertThat(samples).isPositive();
    } catch (NewerVersionException e) {
      assertThat(offset).isBetween(8, 11);
    }
    flip(file, offset);
  }

  private static void flip(Path file, int offset) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[offset] ^= 1;
    Files.write(file, bytes);
  }

  private Path onlySegment() throws IOException {
    try (Stream<Path> segments = Files.list(directory.resolve("wal"))) {
      return segments.toList().getFirst();
    }
  }

  private void copyDirectory(Path target) throws IOException {
    for (String name : List.of("wal", "checkpoint", "blocks")) {
      Files.createDirectories(target.resolve(name));
    }
    Files.copy(directory.resolve("HMS-TSDB"), target.resolve("HMS-TSDB"));
  }
}
