package io.hmsops.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadTest {
  private static final long START_MS = 1_700_000_000_000L - 1_700_000_000_000L % 15_000;

  @TempDir private Path directory;

  @Test
  void countersAreIntegersThatNeverFall() {
    Load load = new CounterLoad(500, 60, START_MS);
    for (int i = 0; i < load.series(); i++) {
      double last = 0;
      for (int scrape = 0; scrape < load.scrapes(); scrape++) {
        double value = load.value(i, scrape);
        assertThat(value).isGreaterThanOrEqualTo(last).isEqualTo(Math.rint(value));
        last = value;
      }
      assertThat(last).as("series %d", i).isPositive();
    }
  }

  @Test
  void aJobOfAThousandCountersHasTwentyWithEveryCode() {
    Load load = new CounterLoad(1_000, 1, START_MS);
    Set<String> codes = new HashSet<>();
    int series = 0;
    for (int i = 0; i < load.series(); i++) {
      String[] labels = load.labels(i);
      if (labels[9].equals("svc-07")) {
        series++;
        codes.add(labels[3]);
      }
    }
    assertThat(series).isEqualTo(20);
    assertThat(codes).containsExactlyInAnyOrder("200", "404", "500", "503");
  }

  @Test
  void bucketsOfAHistogramAreCumulative() {
    Load load = new HistogramLoad(200, 20, START_MS);
    for (int i = 0; i < load.series(); i++) {
      for (int scrape = 1; scrape < load.scrapes(); scrape++) {
        assertThat(load.value(i, scrape)).isGreaterThanOrEqualTo(load.value(i, scrape - 1));
        if (i % 10 != 0) {
          assertThat(load.value(i, scrape)).isGreaterThanOrEqualTo(load.value(i - 1, scrape));
        }
      }
    }
  }

  @Test
  void everyPathIsUniqueAndAThirdHasEachVersion() {
    PathLoad load = new PathLoad(3_000, START_MS);
    Set<String> paths = new HashSet<>();
    int first = 0;
    for (int i = 0; i < load.series(); i++) {
      paths.add(load.path(i));
      first += load.path(i).startsWith("/v1/") ? 1 : 0;
    }
    assertThat(paths).hasSize(3_000).allMatch(p -> p.matches("/v[123]/[a-z]+/[0-9a-f]{12}/[a-z]+"));
    assertThat(first).isEqualTo(1_000);
  }

  @Test
  void aRecordedCorpusComesBackOnItsGridOfSeconds() throws IOException {
    Corpus corpus =
        read(
            """
            {__name__="a", instance="x", job="j", text="q\\"\\\\"}\t5000 1006 994 2000\t1 = +Inf 2.5
            {__name__="b", instance="x", job="j"}\t6000\t7
            """);

    assertThat(corpus.size()).isEqualTo(2);
    assertThat(corpus.seconds()).isEqualTo(5);
    assertThat(corpus.labels(0, "i1"))
        .containsExactly("__name__", "a", "instance", "i1", "job", "j", "text", "q\"\\");
    assertThat(corpus.value(0, 1)).isEqualTo(1);
    assertThat(corpus.value(0, 2)).isInfinite();
    assertThat(corpus.present(0, 3)).isFalse();
    assertThat(corpus.value(0, 4)).isEqualTo(2.5);
    assertThat(corpus.present(1, 0)).isFalse();
    assertThat(corpus.present(1, 1)).isTrue();
    assertThat(corpus.present(1, 2)).isFalse();
  }

  @Test
  void aCorpusOfAnotherFormIsRefused() {
    assertThatThrownBy(() -> read("{a=\"b\"}\t5000\n"))
        .isInstanceOf(IOException.class)
        .hasMessageEndingWith("corpus.gz:1: 2 fields (expected: 3)");
  }

  private Corpus read(String text) throws IOException {
    Path file = directory.resolve("corpus.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return Corpus.read(file);
  }

  @Test
  void jitterMovesATargetsScrapeForAllItsSeries() {
    Corpus corpus = Corpus.invented();
    Load still = CorpusLoad.dilated(corpus, 2, 50, 0, START_MS);
    Load moved = CorpusLoad.dilated(corpus, 2, 50, 3, START_MS);
    Set<Long> moves = new HashSet<>();
    for (int scrape = 0; scrape < moved.scrapes(); scrape++) {
      long move = moved.timestampMs(0, scrape) - still.timestampMs(0, scrape);
      moves.add(move);
      assertThat(moved.timestampMs(corpus.size() - 1, scrape) - still.timestampMs(0, scrape))
          .isEqualTo(move);
    }
    assertThat(moves).containsExactlyInAnyOrder(-3L, -2L, -1L, 0L, 1L, 2L, 3L);
  }

  @Test
  void theTrueShapeTakesEveryFifteenthSecondFromItsPhaseOn() {
    Corpus corpus = Corpus.invented();
    Load load = CorpusLoad.true15s(corpus, 0, START_MS);
    int target = 4;
    int series = target * corpus.size() + 6;

    assertThat(load.series()).isEqualTo(15 * corpus.size());
    assertThat(load.scrapes()).isEqualTo(190);
    assertThat(load.value(series, 10)).isEqualTo(corpus.value(6, target + 150));
    assertThat(load.timestampMs(series, 10)).isEqualTo(START_MS + 154_000);
  }

  @Test
  void aLoadEndsShortlyBeforeNow() {
    Settings settings = new Settings(directory, 0.01, "", Corpus.invented(), START_MS + 1_234);
    Load load = new CounterLoad(1, 260, settings.startMs(260));

    assertThat(load.timestampMs(0, 259)).isBetween(START_MS - 120_000, START_MS - 60_000);
    assertThat(load.timestampMs(0, 0) % 15_000).isZero();
    assertThat(settings.scaled(100_000, 10)).isEqualTo(1_000);
    assertThat(settings.scaled(8, 1)).isEqualTo(1);
  }
}
