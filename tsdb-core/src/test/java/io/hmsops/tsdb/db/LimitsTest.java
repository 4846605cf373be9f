package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.SeriesLimitException;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Limits on series: new ones are refused, with a message that helps; those that exist never are.
 */
class LimitsTest {
  private static final long T0 = 1_700_006_400_000L;

  private static final Options QUIET =
      Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20);

  @TempDir Path directory = Path.of("set by JUnit");

  private static Labels labels(String metric, int number) {
    return Labels.of("__name__", metric, "job", "web", "user_id", "u" + number);
  }

  private static void create(Appender appender, String metric, int count) throws TsdbException {
    for (int i = 0; i < count; i++) {
      appender.add(appender.series(labels(metric, i)), T0, i);
    }
  }

  @Test
  void aLimitOnAllSeriesNamesTheMetricAndTheLabelWithTheMost() throws IOException {
    try (Tsdb db = Tsdb.open(directory, QUIET.toBuilder().maxSeries(10).build())) {
      Appender appender = db.appender();
      create(appender, "small", 3);
      create(appender, "large", 7);
      assertThatThrownBy(() -> appender.series(labels("small", 77)))
          .isInstanceOf(SeriesLimitException.class)
          .hasMessage(
              "{__name__=\"small\", job=\"web\", user_id=\"u77\"}: new series refused: limit maxSeries of"
                  + " 10 reached; most series: metric \"large\" with 7 of 10, most values: label"
                  + " \"user_id\" with 7");
      appender.add(appender.series(labels("large", 6)), T0 + 1, 1);
      assertThat(appender.commit().accepted()).isEqualTo(11);
    }
  }

  @Test
  void aLimitOnAMetricLeavesOthersAlone() throws IOException {
    try (Tsdb db = Tsdb.open(directory, QUIET.toBuilder().maxSeriesPerMetric(5).build())) {
      Appender appender = db.appender();
      create(appender, "requests", 5);
      assertThatThrownBy(() -> appender.series(labels("requests", 5)))
          .isInstanceOf(SeriesLimitException.class)
          .hasMessageContaining("limit maxSeriesPerMetric of 5 reached");
      create(appender, "errors", 5);
      assertThat(appender.commit().accepted()).isEqualTo(10);
      assertThat(db.stats().refusedSeries())
          .isEqualTo(
              Map.of(
                  "maxSeries", 0L,
                  "maxSeriesPerMetric", 1L,
                  "maxNewSeriesPerBatch", 0L,
                  "memoryLimitBytes", 0L,
                  "maxLabelBytes", 0L));
    }
  }

  @Test
  void aLimitOnABatchCountsWhatItCreates() throws IOException {
    try (Tsdb db = Tsdb.open(directory, QUIET.toBuilder().maxNewSeriesPerBatch(5).build())) {
      Appender appender = db.appender();
      create(appender, "requests", 5);
      assertThatThrownBy(() -> appender.series(labels("requests", 5)))
          .isInstanceOf(SeriesLimitException.class)
          .hasMessageContaining("limit maxNewSeriesPerBatch of 5 reached");
      appender.commit();
      create(appender, "requests", 10);
      assertThat(appender.commit().accepted()).isEqualTo(5);
    }
  }

  @Test
  void whatLeftMemoryMakesRoom() throws IOException {
    try (Tsdb db = Tsdb.open(directory, QUIET.toBuilder().maxSeries(10).build())) {
      Appender appender = db.appender();
      create(appender, "requests", 10);
      appender.commit();
      db.maintain();
      for (int minute : new int[] {180, 195, 200}) {
        appender.add(appender.series(labels("requests", 0)), T0 + minute * 60_000L, 1);
        appender.commit();
        db.maintain();
      }
      create(appender, "errors", 9);
      assertThat(appender.commit().accepted()).isEqualTo(9);
    }
  }

  /** A process with a small heap that is sent more and more series, and then goes on with them. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFullMemoryRefusesNewSeriesAndNeverKillsTheProcess(boolean maintained) throws Exception {
    String output =
        ChildJvm.run(48, MemoryFiller.class, directory.toString(), Boolean.toString(maintained));
    assertThat(output)
        .contains("new series refused: limit memoryLimitBytes of")
        .contains("most series: metric \"filled\" with", "most values: label \"user_id\" with")
        .contains("after a restart: {__name__=");
  }
}
