package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.labels.LoneSurrogates;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.testing.StoreProbe;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only text that UTF-8 can carry is stored, so that no two series become one. */
final class StoredTextTest {
  private static final long T0 = 1_700_006_400_000L;
  private static final Options QUIET =
      Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20);
  private static final String PAIR = "q\uD83D\uDE00y";

  @TempDir Path directory = Path.of("set by JUnit");

  @Test
  void halvesOfPairsAreFound() {
    assertThat(LoneSurrogates.indexIn("")).isEqualTo(-1);
    assertThat(LoneSurrogates.indexIn("plain ü")).isEqualTo(-1);
    assertThat(LoneSurrogates.indexIn(PAIR + PAIR)).isEqualTo(-1);
    assertThat(LoneSurrogates.indexIn("q\uD800y")).isEqualTo(1);
    assertThat(LoneSurrogates.indexIn("\uDC01")).isZero();
    assertThat(LoneSurrogates.indexIn(PAIR + "\uD83D")).isEqualTo(4);
    assertThat(LoneSurrogates.indexIn("\uD83D\uD83D\uDE00")).isZero();
    assertThat(LoneSurrogates.indexIn("\uDE00\uD83D")).isZero();
  }

  @Test
  void aSeriesWithHalfAPairIsRefusedWithItsPlaceAndNothingElseSuffers() throws IOException {
    Labels question = Labels.of("__name__", "x", "a", "q?y");
    Labels whole = Labels.of("__name__", "x", "a", PAIR);
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      Appender appender = db.appender();
      appender.add(appender.series(whole), T0, 1);
      assertThatThrownBy(() -> appender.series(Labels.of("__name__", "x", "a", "q\uD800y")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "value of label 2: half a surrogate pair, U+D800, at 1 (expected: text that UTF-8 can carry)");
      assertThatThrownBy(() -> appender.series(Labels.of("__name__", "x", "\uDC01", "v")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("name of label 2: half a surrogate pair, U+DC01, at 0 ");
      appender.add(appender.series(question), T0, 2);
      // Now that there is one with the same bytes.
      assertThatThrownBy(() -> appender.series(Labels.of("__name__", "x", "a", "q\uDC01y")))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(appender.commit().accepted()).isEqualTo(2);
      check(db);
      db.compact();
      check(db);
    }
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      assertThat(db.stats().problems()).isEmpty();
      check(db);
    }
  }

  private static void check(Tsdb db) throws IOException {
    StoreProbe probe = new StoreProbe(db, db);
    assertThat(probe.select(Long.MIN_VALUE, Long.MAX_VALUE)).hasSize(2);
    assertThat(probe.select(T0, T0, LabelMatcher.equal("a", "q?y"))).hasSize(1);
    assertThat(probe.select(T0, T0, LabelMatcher.equal("a", PAIR))).hasSize(1);
    // Its bytes would be those of q?y.
    assertThat(probe.select(T0, T0, LabelMatcher.equal("a", "q\uD800y"))).isEmpty();
    db.delete(List.of(List.of(LabelMatcher.equal("a", "q\uD800y"))), T0, T0);
    assertThat(probe.select(T0, T0, LabelMatcher.equal("a", "q?y"))).hasSize(1);
  }
}
