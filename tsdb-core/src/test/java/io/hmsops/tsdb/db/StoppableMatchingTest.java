package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.CancelledException;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.SeriesSet;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A search that reaches its deadline between the values of a label ends there. */
final class StoppableMatchingTest {
  private static final long T0 = 1_700_006_400_000L;
  private static final int VALUES = 3_000;
  private static final Options QUIET =
      Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20);

  @TempDir Path directory = Path.of("set by JUnit");

  @ParameterizedTest
  @CsvSource({".*7\\b, false", ".*7\\b, true", ".+[02468]7, false", ".+[02468]7, true"})
  void endsBetweenTwoValues(String regex, boolean inBlocks) throws Exception {
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      Appender appender = db.appender();
      for (int i = 0; i < VALUES; i++) {
        appender.add(appender.series(Labels.of("__name__", "x", "i", "v" + i)), T0, i);
      }
      appender.commit();
      if (inBlocks) {
        db.compact();
      }
      AtomicInteger asked = new AtomicInteger();
      LabelMatcher matcher = LabelMatcher.of(LabelMatcher.Type.REGEX, "i", regex);
      try (Querier querier = db.querier(T0, T0)) {
        // The first question comes before anything is matched.
        SelectHints patient = hints(asked, Integer.MAX_VALUE);
        SeriesSet found = querier.select(patient, List.of(matcher));
        int questions = asked.get();
        assertThat(questions).isGreaterThan(VALUES / 256 / 2);
        assertThat(found.next()).isTrue();

        asked.set(0);
        LabelMatcher other = LabelMatcher.of(LabelMatcher.Type.REGEX, "i", regex + "|none");
        assertThatThrownBy(() -> querier.select(hints(asked, 3), List.of(other)))
            .isInstanceOf(CancelledException.class)
            .hasMessage("enough");
        assertThat(asked.get()).isEqualTo(3);
        // And the store is as it was.
        assertThat(querier.select(patient, List.of(other)).next()).isTrue();
      }
    }
  }

  private static SelectHints hints(AtomicInteger asked, int limit) {
    return new SelectHints(
        T0,
        T0,
        0,
        0,
        "",
        List.of(),
        false,
        () -> {
          if (asked.incrementAndGet() >= limit) {
            throw new CancelledException("enough");
          }
        });
  }
}
