package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.testing.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Selects series by matchers, against asking each series' labels. */
final class SelectionTest {
  private static final long T0 = 1_700_006_400_000L;
  private static final Options QUIET =
      Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20);

  private static final String[] NAMES = {"path", "code", "zone", "missing"};
  private static final String[] TEXTS = {
    "", "/v1/users/3", "200", "eu", "5", "no such", "é", "/v1/users/\u212a"
  };
  private static final String[] PATTERNS = {
    "",
    ".*",
    ".+",
    "200|404",
    "200|",
    "(?:e|u)s?",
    "/v1/.*",
    "/v1/users/1.*",
    ".*/(login|queue)",
    ".*[0-9]{2}/visas.*",
    ".*ser.*",
    "[^/]*",
    ".*é.*",
    "(?i)EU",
    "\\pL+",
    "5..",
    "nothing.*at.*all",
    ".*7",
    "/v[12]/.+/[0-9]+",
    "/v1/users/\u00e9?.*",
    "^eu$",
    "(x+x+)+y"
  };

  @TempDir Path directory = Path.of("set by JUnit");

  private static void put(Map<String, String> labels, String name, String value) {
    if (!value.isEmpty()) {
      labels.put(name, value);
    }
  }

  private static Labels random(Random random) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("__name__", "requests");
    labels.put("series", "s" + random.nextInt(1_000_000));
    String tail =
        switch (random.nextInt(5)) {
          case 0 -> "/login";
          case 1 -> "/queue";
          case 2 -> "/visas" + random.nextInt(3);
          case 3 -> "é";
          default -> "";
        };
    put(
        labels,
        "path",
        random.nextInt(9) == 0
            ? ""
            : "/v" + (1 + random.nextInt(2)) + "/users/" + random.nextInt(900) + tail);
    put(labels, "code", new String[] {"", "200", "404", "503"}[random.nextInt(4)]);
    put(labels, "zone", new String[] {"", "eu", "us", "é"}[random.nextInt(4)]);
    Labels.Builder builder = new Labels.Builder();
    labels.forEach(builder::add);
    return builder.build();
  }

  private static List<LabelMatcher> matchers(Random random) {
    List<LabelMatcher> matchers = new ArrayList<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      LabelMatcher.Type[] types = LabelMatcher.Type.values();
      LabelMatcher.Type type = types[random.nextInt(types.length)];
      boolean regex = type == LabelMatcher.Type.REGEX || type == LabelMatcher.Type.NOT_REGEX;
      String[] values = regex ? PATTERNS : TEXTS;
      matchers.add(
          LabelMatcher.of(
              type, NAMES[random.nextInt(NAMES.length)], values[random.nextInt(values.length)]));
    }
    return matchers;
  }

  private static void check(Tsdb db, List<Labels> all, Random random, String context)
      throws IOException {
    for (int i = 0; i < 150; i++) {
      List<LabelMatcher> matchers = matchers(random);
      List<Labels> expected =
          all.stream().filter(l -> matchers.stream().allMatch(m -> m.matches(l))).sorted().toList();
      List<Labels> found = new ArrayList<>();
      try (Querier querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
        SeriesSet set = querier.select(SelectHints.range(Long.MIN_VALUE, Long.MAX_VALUE), matchers);
        while (set.next()) {
          found.add(set.series().labels());
        }
      }
      assertThat(found).as("%s, %s", context, matchers).isEqualTo(expected);
    }
  }

  @Test
  void headAndBlocksSelectWhatTheLabelsSay() throws IOException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    List<Labels> all = new ArrayList<>();
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      Appender appender = db.appender();
      for (int round = 0; round < 4; round++) {
        // More values come behind those that were looked at.
        for (int i = 0; i < 500; i++) {
          Labels labels = random(random);
          if (!all.contains(labels)) {
            all.add(labels);
            appender.add(appender.series(labels), T0 + round * 1000L, i);
          }
        }
        appender.commit();
        check(db, all, random, "seed=%d, head, round %d".formatted(seed, round));
        if (round == 1) {
          db.compact();
          check(db, all, random, "seed=%d, blocks".formatted(seed));
        }
      }
      db.compact();
      check(db, all, random, "seed=%d, blocks at the end".formatted(seed));
    }
  }

  /** The head does not sort what need not be sorted; what is in blocks too is merged in order. */
  @Test
  void seriesThatMayComeInAnyOrderAreTheSame() throws IOException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    try (Tsdb db = Tsdb.open(directory, QUIET)) {
      Appender appender = db.appender();
      for (int i = 0; i < 500; i++) {
        appender.add(appender.series(random(random)), T0 + i, i);
      }
      appender.commit();
      checkAnyOrder("head", seed, db);
      db.compact();
      Labels later = Labels.of("__name__", "requests", "series", "later");
      appender.add(appender.series(later), T0 + 600, 1);
      appender.commit();
      checkAnyOrder("head and block", seed, db);
    }
  }

  private static void checkAnyOrder(String where, long seed, Tsdb db) throws IOException {
    List<LabelMatcher> matchers =
        List.of(
            LabelMatcher.equal("__name__", "requests"),
            LabelMatcher.of(LabelMatcher.Type.REGEX, "series", ".*[0-4]|later"));
    List<Integer> found = new ArrayList<>();
    try (Querier querier = db.querier(T0, T0 + 1000)) {
      SelectHints sorted = SelectHints.range(T0, T0 + 1000);
      List<Labels> inOrder = labels(querier.select(sorted, matchers));
      List<Labels> inAny = labels(querier.select(anyOrder(sorted, found::add), matchers));
      assertThat(inAny).as("seed=%d, %s", seed, where).containsExactlyInAnyOrderElementsOf(inOrder);
      assertThat(inOrder).as("seed=%d, %s", seed, where).isSorted();
      if (where.equals("head")) {
        assertThat(found).containsExactly(inOrder.size());
      } else {
        assertThat(found).hasSize(1);
      }
      IllegalStateException enough = new IllegalStateException("enough");
      assertThatThrownBy(
              () ->
                  querier.select(
                      anyOrder(
                          sorted,
                          count -> {
                            throw enough;
                          }),
                      matchers))
          .isSameAs(enough);
    }
  }

  private static SelectHints anyOrder(SelectHints hints, IntConsumer found) {
    return new SelectHints(
        hints.minTimeMs(),
        hints.maxTimeMs(),
        0,
        0,
        "count",
        List.of(),
        false,
        true,
        false,
        found,
        hints.cancellation());
  }

  private static List<Labels> labels(SeriesSet set) throws IOException {
    List<Labels> labels = new ArrayList<>();
    while (set.next()) {
      labels.add(set.series().labels());
    }
    return labels;
  }
}
