package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SeriesExemplars;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.testing.StoreProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exemplars and metadata: bounded, and there after cuts, compactions, restarts and in copies. */
class ExtrasTest {
  private static final long T0 = 1_700_006_400_000L; // a multiple of 2 h
  private static final long HOUR = 3_600_000;
  private static final Metadata COUNTER = new Metadata("counter", "bytes", "Größe");

  private static final Options QUIET =
      Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20);

  @TempDir Path directory = Path.of("set by JUnit");

  private static Labels labels(int series) {
    return Labels.of("__name__", "requests", "instance", "i" + series);
  }

  private static Exemplar exemplar(int number) {
    return new Exemplar(
        Labels.of("trace_id", "t" + number), number == 7 ? Double.NaN : number, T0 + number);
  }

  private static void add(Tsdb db, int series, int... numbers) throws TsdbException {
    Appender appender = db.appender();
    long ref = appender.series(labels(series));
    for (int number : numbers) {
      appender.add(ref, T0 + number, 1);
      appender.add(ref, exemplar(number));
    }
    appender.commit();
  }

  private static List<SeriesExemplars> exemplars(Tsdb db) throws TsdbException {
    try (Querier querier = db.querier(T0, T0 + 10 * HOUR)) {
      return querier.exemplars(List.of(List.of(LabelMatcher.equal("__name__", "requests"))));
    }
  }

  private static Map<String, List<Metadata>> metadata(Tsdb db) throws TsdbException {
    try (Querier querier = db.querier(T0, T0)) {
      return querier.metadata();
    }
  }

  private static SeriesExemplars of(int series, int... numbers) {
    return new SeriesExemplars(
        labels(series), java.util.Arrays.stream(numbers).mapToObj(ExtrasTest::exemplar).toList());
  }

  @Test
  void theySurviveCutsCompactionsRestartsAndAreInCopies() throws IOException {
    List<SeriesExemplars> expected = List.of(of(0, 1, 2, 7), of(1, 3));
    Map<String, List<Metadata>> said = Map.of("requests", List.of(COUNTER));
    Path copy = directory.resolve("copy");
    for (int restart = 0; restart < 4; restart++) {
      try (Tsdb db = Tsdb.open(directory.resolve("db"), QUIET)) {
        if (restart == 0) {
          // The series are written once, the exemplars not in the order of time.
          add(db, 1, 3);
          add(db, 0, 1, 7);
          add(db, 0, 2, 1);
          Appender appender = db.appender();
          appender.metadata("requests", COUNTER);
          appender.add(appender.series(labels(2)), T0 + 9 * HOUR, 1);
          appender.commit();
        }
        assertThat(exemplars(db)).as("restart %d", restart).isEqualTo(expected);
        assertThat(metadata(db)).as("restart %d", restart).isEqualTo(said);
        if (restart == 1) {
          db.maintain();
        } else if (restart == 2) {
          db.compact();
          db.snapshot(copy);
        }
        assertThat(exemplars(db)).as("restart %d", restart).isEqualTo(expected);
        assertThat(metadata(db)).as("restart %d", restart).isEqualTo(said);
      }
    }
    try (Tsdb db = Tsdb.open(copy, QUIET)) {
      assertThat(exemplars(db)).isEqualTo(expected);
      assertThat(metadata(db)).isEqualTo(said);
    }
  }

  private static void deleteLog(Path database) throws IOException {
    try (Stream<Path> all = Files.walk(database.resolve("wal"))) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static String samples(Tsdb db) throws IOException {
    try (Querier querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      return StoreProbe.select(querier, Long.MIN_VALUE, Long.MAX_VALUE, List.of()).toString();
    }
  }

  @Test
  void afterACompactionTheLogHoldsNothingThatIsNotElsewhere() throws IOException {
    String stored;
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      add(db, 0, 1, 2);
      add(db, 1, 3);
      Appender appender = db.appender();
      appender.metadata("requests", COUNTER);
      appender.commit();
      db.compact();
      stored = samples(db);
    }
    deleteLog(directory);
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      assertThat(db.stats().problems()).isEmpty();
      assertThat(samples(db)).isEqualTo(stored);
      assertThat(exemplars(db)).containsExactly(of(0, 1, 2), of(1, 3));
      assertThat(metadata(db)).isEqualTo(Map.of("requests", List.of(COUNTER)));
      // What comes now is newer than all that is known.
      add(db, 1, 4);
    }
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      assertThat(exemplars(db)).containsExactly(of(0, 1, 2), of(1, 3, 4));
      assertThat(samples(db)).isNotEqualTo(stored);
    }
  }

  @Test
  void aSeriesKeepsItsNewestExemplarsAndAllKeepThoseThatCameLast() throws IOException {
    Options small = QUIET.toBuilder().maxExemplarsPerSeries(3).maxExemplars(5).build();
    for (int restart = 0; restart < 3; restart++) {
      try (Tsdb db = Tsdb.open(directory, small)) {
        if (restart == 0) {
          add(db, 0, 1, 2, 3, 4);
          assertThat(exemplars(db)).containsExactly(of(0, 2, 3, 4));
          add(db, 1, 5, 6, 7, 8);
        } else {
          db.checkpoint();
        }
        assertThat(exemplars(db))
            .as("restart %d", restart)
            .containsExactly(of(0, 3, 4), of(1, 6, 7, 8));
      }
    }
  }

  @Test
  void theFamilyThatChangedLongestAgoIsForgottenFirst() throws IOException {
    Options small = QUIET.toBuilder().maxMetadata(2).build();
    Metadata other = new Metadata("gauge", "", "");
    for (int restart = 0; restart < 3; restart++) {
      try (Tsdb db = Tsdb.open(directory, small)) {
        if (restart == 0) {
          Appender appender = db.appender();
          appender.metadata("a", COUNTER);
          appender.metadata("b", COUNTER);
          appender.metadata("a", other);
          appender.metadata("c", COUNTER);
          appender.commit();
        } else {
          db.checkpoint();
        }
        assertThat(metadata(db))
            .as("restart %d", restart)
            .isEqualTo(Map.of("a", List.of(COUNTER, other), "c", List.of(COUNTER)));
      }
    }
  }

  @Test
  void whatIsKnownIsNotLoggedAgain() throws IOException {
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      Appender appender = db.appender();
      appender.metadata("requests", COUNTER);
      appender.commit();
      add(db, 0, 1);
      long before = db.stats().walBytes();
      for (int i = 0; i < 10; i++) {
        appender.metadata("requests", COUNTER);
        appender.add(appender.series(labels(0)), exemplar(1));
        appender.commit();
      }
      assertThat(db.stats().walBytes()).isEqualTo(before);
    }
  }
}
