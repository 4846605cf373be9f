package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.testing.StoreProbe;
import io.hmsops.tsdb.testing.StoreProbe.BitPoint;
import io.hmsops.tsdb.tool.Verification;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Series that are kept for another time than the rest. */
class RetentionRuleTest {
  private static final long T0 = 1_699_999_200_000L;
  private static final long MINUTE = 60_000;
  private static final int MINUTES = 240;

  /** Blocks of ten minutes become some of sixty, and these one of two hours. */
  private static final long LONGEST_BLOCK_MINUTES = 120;

  @TempDir Path directory = Path.of("set by JUnit");

  private static final Map<Labels, Integer> KEEP_MINUTES =
      new TreeMap<>(
          Map.of(
              Labels.of("__name__", "m", "job", "short"), 20,
              Labels.of("__name__", "m", "job", "short", "tier", "gold"), 200,
              Labels.of("__name__", "m", "job", "long"), 150,
              Labels.of("__name__", "m", "job", "rest"), 60));

  private static RetentionRule rule(String name, String value, int minutes) {
    return new RetentionRule(List.of(LabelMatcher.equal(name, value)), Duration.ofMinutes(minutes));
  }

  private static Options options() {
    return Options.defaults()
        .withBlockRange(Duration.ofMinutes(10))
        .withMaintenance(Duration.ZERO, 64 << 20, 64 << 20)
        .toBuilder()
        .retention(Duration.ofMinutes(60))
        // The first that matches holds.
        .retentionRules(
            List.of(rule("tier", "gold", 200), rule("job", "short", 20), rule("job", "long", 150)))
        .build();
  }

  private static void append(Tsdb db, int minute) throws IOException {
    Appender appender = db.appender();
    for (Labels labels : KEEP_MINUTES.keySet()) {
      appender.add(appender.series(labels), T0 + minute * MINUTE, minute);
    }
    assertThat(appender.commit().accepted()).isEqualTo(KEEP_MINUTES.size());
  }

  private static void check(Tsdb db, int minute) throws IOException {
    StoreProbe probe = new StoreProbe(db, db);
    KEEP_MINUTES.forEach(
        (labels, keep) -> {
          List<BitPoint> points = read(probe, labels);
          int oldest = minute + 1 - points.size();
          assertThat(points.getFirst().timestampMs())
              .as("%s at minute %d: without holes", labels, minute)
              .isEqualTo(T0 + oldest * MINUTE);
          assertThat((long) oldest)
              .as("%s at minute %d: the oldest", labels, minute)
              .isBetween(
                  Math.max(0, minute - keep - LONGEST_BLOCK_MINUTES), Math.max(0L, minute - keep));
        });
  }

  private static List<BitPoint> read(StoreProbe probe, Labels labels) {
    try {
      return probe.floats(Long.MIN_VALUE, Long.MAX_VALUE, labels);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void everySeriesIsKeptAsLongAsItsRuleSays() throws IOException {
    int minute = 0;
    for (int start = 0; start < 3; start++) {
      try (Tsdb db = Tsdb.open(directory, options())) {
        for (; minute < MINUTES * (start + 1) / 3; minute++) {
          append(db, minute);
          if (minute % 10 == 9) {
            db.maintain();
            check(db, minute);
          }
        }
        assertThat(db.stats().problems()).isEmpty();
      }
    }
    try (Tsdb db = Tsdb.open(directory, options())) {
      int blocks = db.stats().blocks();
      db.maintain();
      assertThat(db.stats().blocks()).as("done once, nothing is left to do").isEqualTo(blocks);
      // What no rule keeps any more is no longer in the files.
      try (var querier = db.querier(T0, T0 + 100 * MINUTE)) {
        assertThat(querier.labelValues("tier", List.of())).containsExactly("gold");
        assertThat(querier.labelValues("job", List.of())).contains("short").doesNotContain("rest");
      }
    }
    assertThat(Verification.of(directory).damages()).isEmpty();
  }

  @Test
  void aRuleThatKeepsNothingIsRefused() {
    assertThatThrownBy(() -> rule("job", "x", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("retentionRules: keep PT0S (expected: positive)");
  }
}
