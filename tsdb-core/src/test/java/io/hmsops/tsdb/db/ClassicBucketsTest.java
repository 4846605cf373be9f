package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.ChunkStatistics;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.testing.Buckets;
import io.hmsops.tsdb.testing.MemoryStore;
import io.hmsops.tsdb.testing.Seeds;
import io.hmsops.tsdb.testing.StoreProbe;
import io.hmsops.tsdb.testing.StoreProbe.ReadSample;
import io.hmsops.tsdb.tool.Repair;
import io.hmsops.tsdb.tool.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Classic histograms of every kind are read as the naive model reads them, from blocks of all
 * levels, after deletions and restarts.
 */
final class ClassicBucketsTest {
  private static final long T0 = 1_700_006_400_000L; // a multiple of 24 h and 2 h
  private static final int STEP_MS = 120_000;
  private static final int HISTOGRAMS = 7;
  private static final Duration FOREVER = Duration.ofMillis(Long.MAX_VALUE);

  private static final String[] BOUNDS = {
    "-1", "0.005", "0.01", "0.1", "0.5", "1", "1.0", "1e1", "2.5", "5", "10", "+Inf", "NaN", "x"
  };

  private static final double[] HARD_VALUES = {
    -0.0,
    0.5,
    Double.NaN,
    Double.longBitsToDouble(0x7ff8_dead_beef_0001L),
    StaleMarker.VALUE,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    0x1p52 + 1,
    0x1p53,
    0x1p53 + 2,
    0x1p60,
  };

  @TempDir private Path directory;

  private static Options options() {
    return Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 64 << 20).toBuilder()
        .retention(FOREVER)
        .maxAhead(FOREVER)
        .outOfOrderWindow(Duration.ofHours(1))
        .build();
  }

  /** What is odd about a histogram. */
  private enum Oddity {
    NONE,
    /** Buckets fall to zero, not all at once. */
    RESETS,
    /** Buckets come and go. */
    CHANGING,
    /** Some scrapes do not have all buckets. */
    GAPS,
    /** Higher buckets are not higher. */
    NOT_MONOTONE,
    HARD_VALUES,
    STALE,
    FRACTIONS,
    HUGE,
    STARTS
  }

  private static final List<Oddity> ODDITIES = List.copyOf(EnumSet.allOf(Oddity.class));

  private static final class Histogram {
    private final Random random;
    private final Oddity oddity;
    private final List<Labels> labels = new ArrayList<>();
    private final double[] counts = new double[BOUNDS.length];
    private final boolean[] there = new boolean[BOUNDS.length];
    private final int rate;

    Histogram(Random random, int number) {
      this.random = random;
      this.oddity = ODDITIES.get(random.nextInt(ODDITIES.size()));
      this.rate = 1 << random.nextInt(10);
      for (int i = 0; i < BOUNDS.length; i++) {
        labels.add(
            Labels.of(
                "__name__",
                "seconds_bucket",
                number % 3 == 0 ? "host" : "path",
                "h" + number,
                "le",
                BOUNDS[i]));
        there[i] = random.nextInt(4) > 0;
        counts[i] = oddity == Oddity.HUGE ? 0x1p52 - 3000 + 1000 * i : i * 10;
      }
    }

    void append(List<Appender> appenders, long timestampMs) throws IOException {
      double observed = 0;
      if (oddity == Oddity.CHANGING && random.nextInt(100) == 0) {
        int i = random.nextInt(BOUNDS.length);
        there[i] = !there[i];
      }
      boolean stale = oddity == Oddity.STALE && random.nextInt(60) == 0;
      for (int i = 0; i < BOUNDS.length; i++) {
        observed =
            (oddity == Oddity.NOT_MONOTONE ? 0 : observed) + random.nextInt(1 + rate / (1 + i));
        counts[i] += oddity == Oddity.FRACTIONS ? observed / 7 : observed;
        if (oddity == Oddity.RESETS && random.nextInt(200) == 0) {
          counts[i] = 0;
        }
        if (there[i] && !(oddity == Oddity.GAPS && random.nextInt(50) == 0)) {
          for (Appender appender : appenders) {
            append(appender, labels.get(i), timestampMs, stale ? StaleMarker.VALUE : counts[i]);
          }
        }
        if (oddity == Oddity.HARD_VALUES && random.nextInt(40) == 0) {
          counts[i] = HARD_VALUES[random.nextInt(HARD_VALUES.length)];
        }
        if (!(Math.abs(counts[i]) < 0x1p61)) {
          counts[i] = observed;
        }
      }
    }

    private void append(Appender appender, Labels of, long timestampMs, double value)
        throws IOException {
      appender.add(appender.series(of), timestampMs, value);
      if (oddity == Oddity.STARTS) {
        appender.startTimestamp(T0 - 1);
      }
    }
  }

  private static void checkSame(String context, Tsdb db, StoreProbe model) throws IOException {
    Map<Labels, List<ReadSample>> expected = model.select(Long.MIN_VALUE, Long.MAX_VALUE);
    Map<Labels, List<ReadSample>> found =
        new StoreProbe(db, db).select(Long.MIN_VALUE, Long.MAX_VALUE);
    assertThat(found.keySet()).as(context).isEqualTo(expected.keySet());
    for (var series : expected.entrySet()) {
      List<ReadSample> samples = series.getValue();
      List<ReadSample> of = found.getOrDefault(series.getKey(), List.of());
      for (int i = 0; i < Math.min(samples.size(), of.size()); i++) {
        if (!of.get(i).equals(samples.get(i))) {
          assertThat(of.get(i))
              .as("%s %s sample %d", context, series.getKey(), i)
              .isEqualTo(samples.get(i));
        }
      }
      assertThat(of).as("%s %s", context, series.getKey()).hasSameSizeAs(samples);
    }
    checkOneBucket(context, db, expected);
  }

  /** One {@code le} alone, with what is known of its chunks without decoding. */
  private static void checkOneBucket(
      String context, Tsdb db, Map<Labels, List<ReadSample>> expected) throws IOException {
    for (String bound : List.of("0.1", "1", "10")) {
      int found = 0;
      try (Querier querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
        SeriesSet set =
            querier.select(
                SelectHints.range(Long.MIN_VALUE, Long.MAX_VALUE),
                List.of(LabelMatcher.equal("le", bound)));
        while (set.next()) {
          List<ReadSample> samples = expected.getOrDefault(set.series().labels(), List.of());
          int count = check(context + " " + set.series().labels(), set.series().samples(), samples);
          found += count > 0 ? 1 : 0;
        }
        assertThat(set.warnings()).as(context).isEmpty();
      }
      assertThat((long) found)
          .as(context)
          .isEqualTo(expected.keySet().stream().filter(l -> l.get("le").equals(bound)).count());
    }
  }

  private static int check(String context, SampleCursor cursor, List<ReadSample> expected)
      throws IOException {
    SampleBatch batch = new SampleBatch();
    int next = 0;
    Optional<ChunkStatistics> statistics = cursor.peekStatistics();
    while (cursor.next(batch)) {
      double sum = 0;
      double last = Double.NaN;
      for (int i = 0; i < batch.count(); i++) {
        double value = batch.values()[i];
        assertThat(Double.doubleToRawLongBits(value))
            .as(context)
            .isEqualTo(expected.get(next++).bits());
        if (!StaleMarker.is(value)) {
          sum += value;
          last = value;
        }
      }
      if (statistics.isPresent()) {
        assertThat(statistics.get().sum()).as(context).isEqualTo(sum);
        assertThat(statistics.get().last()).as(context).isEqualTo(last);
      }
      statistics = cursor.peekStatistics();
    }
    assertThat(next).as(context).isEqualTo(expected.size());
    return next;
  }

  private Map<String, Integer> samplesByBound(Set<String> warnings) throws IOException {
    Map<String, Integer> found = new TreeMap<>();
    try (Tsdb db = Tsdb.open(directory, options());
        Querier querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      SeriesSet set = querier.select(SelectHints.range(Long.MIN_VALUE, Long.MAX_VALUE), List.of());
      SampleBatch batch = new SampleBatch();
      while (set.next()) {
        SampleCursor cursor = set.series().samples();
        while (cursor.next(batch)) {
          found.merge(set.series().labels().get("le"), batch.count(), Integer::sum);
        }
      }
      warnings.addAll(set.warnings());
    }
    return found;
  }

  /** The first bucket of a block, +Inf, is one that others are differences from. */
  @Test
  void whatADamagedBucketTakesWithItIsToldAndTakenOut() throws IOException {
    try (Tsdb db = Tsdb.open(directory, options())) {
      double[][] counts = Buckets.of(new Random(1), 64, 300);
      Appender appender = db.appender();
      for (int bucket = 0; bucket < counts.length; bucket++) {
        long ref =
            appender.series(
                Labels.of("__name__", "seconds_bucket", "le", Buckets.BOUNDS.get(bucket)));
        for (int i = 0; i < 300; i++) {
          appender.add(ref, T0 + i * 15_000L, counts[bucket][i]);
        }
      }
      assertThat(appender.commit().rejections()).isEmpty();
      db.compact();
    }
    Path chunks;
    try (Stream<Path> all = Files.walk(directory)) {
      chunks = all.filter(p -> p.endsWith("chunks")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(chunks);
    bytes[40] ^= 4;
    Files.write(chunks, bytes);

    Set<String> warnings = new TreeSet<>();
    Map<String, Integer> found = samplesByBound(warnings);
    assertThat(found).containsKeys("0.01", "0.1").doesNotContainKeys("+Inf", "10");
    assertThat(found.values()).containsOnly(300);
    String damage = "%s at 16: crc of ".formatted(chunks);
    assertThat(warnings)
        .hasSize(Buckets.BOUNDS.size() - found.size())
        .allMatch(w -> w.startsWith("data is missing, chunk left out: " + chunks + " at "))
        .allMatch(w -> w.contains(damage));
    assertThat(Verification.of(directory).damages())
        .hasSameSizeAs(warnings)
        .allMatch(d -> d.contains(damage));

    assertThat(Repair.of(directory).actions())
        .anyMatch(
            a ->
                a.endsWith(
                    "without %d chunks and 0 pages of up to 16 series".formatted(warnings.size())));
    Set<String> none = new TreeSet<>();
    assertThat(samplesByBound(none)).isEqualTo(found);
    assertThat(none).isEmpty();
    assertThat(Verification.of(directory).damages()).isEmpty();
  }

  @Test
  void anyClassicHistogramsAreReadBitForBit() throws IOException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    MemoryStore memory = new MemoryStore(FOREVER);
    StoreProbe model = new StoreProbe(memory, memory);
    List<Histogram> histograms = new ArrayList<>();
    for (int i = 0; i < HISTOGRAMS; i++) {
      histograms.add(new Histogram(random, i));
    }
    int scrape = 0;
    for (int round = 0; round < 4; round++) {
      String context = "seed=%d round %d".formatted(seed, round);
      try (Tsdb db = Tsdb.open(directory, options())) {
        assertThat(db.stats().problems()).as(context).isEmpty();
        checkSame(context + " opened", db, model);
        for (int end = scrape + 250 + random.nextInt(250); scrape < end; scrape++) {
          List<Appender> appenders = List.of(db.appender(), model.appender());
          for (Histogram histogram : histograms) {
            histogram.append(appenders, T0 + (long) scrape * STEP_MS);
          }
          for (Appender appender : appenders) {
            assertThat(appender.commit().rejections()).as(context).isEmpty();
          }
        }
        if (round % 2 == 0) {
          db.maintain();
        } else {
          db.compact();
        }
        checkSame(context + " in blocks", db, model);
        List<LabelMatcher> some =
            List.of(LabelMatcher.equal("le", BOUNDS[random.nextInt(BOUNDS.length)]));
        long fromMs = T0 + (long) random.nextInt(scrape) * STEP_MS;
        long toMs = fromMs + (long) random.nextInt(400) * STEP_MS;
        db.delete(List.of(some), fromMs, toMs);
        memory.delete(some, fromMs, toMs);
        checkSame(context + " deleted", db, model);
        db.compact();
        checkSame(context + " compacted", db, model);
      }
      assertThat(Verification.of(directory).damages()).as(context).isEmpty();
    }
  }
}
