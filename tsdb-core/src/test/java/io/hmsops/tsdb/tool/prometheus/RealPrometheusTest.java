package io.hmsops.tsdb.tool.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hmsops.tsdb.db.Options;
import io.hmsops.tsdb.db.Tsdb;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.testing.Histograms;
import io.hmsops.tsdb.testing.Seeds;
import io.hmsops.tsdb.testing.StoreProbe;
import io.hmsops.tsdb.tool.prometheus.RealPrometheus.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Imports what a real Prometheus has written, and has one open what was exported. */
class RealPrometheusTest {
  private static final long T0 = 1_699_999_200_000L; // a multiple of 2 h
  private static final long MINUTE = 60_000;
  private static final int HOURS = 6;
  private static final Labels FRACTIONAL = Labels.of("__name__", "fractional", "job", "h");
  private static final Labels WHOLE = Labels.of("__name__", "whole", "job", "h");
  private static final Labels DELETED = Labels.of("__name__", "deleted", "job", "a");
  private static final Labels LATE = Labels.of("__name__", "late", "job", "a");

  @TempDir Path temporary = Path.of("set by JUnit");
  private final Map<Labels, NavigableMap<Long, Object>> expected = new TreeMap<>();

  @BeforeEach
  void needsPrometheus() {
    assumeTrue(
        RealPrometheus.installed("prometheus", "promtool"),
        "skipped: prometheus and promtool are not installed");
  }

  private void put(Labels labels, long timestampMs, Object value) {
    expected.computeIfAbsent(labels, _ -> new TreeMap<>()).put(timestampMs, value);
  }

  private static double value(Random random, int series, int i) {
    return switch (series) {
      case 0 -> i;
      case 1 -> random.nextGaussian();
      case 2 -> i % 97 == 5 ? StaleMarker.VALUE : 0.1 * (i % 10);
      case 3 -> i % 50 == 0 ? Double.NEGATIVE_INFINITY : i % 51 == 0 ? -0.0 : 1e300 * i;
      case 4 -> Double.longBitsToDouble(random.nextLong());
      default -> 42;
    };
  }

  private static Labels labels(int series) {
    return Labels.of("__name__", "m" + series, "job", "a", "text", "ü\"\\ " + series);
  }

  private static Histogram histogram(boolean whole, int i) {
    if (i % 40 == 39) {
      Histogram stale = Histogram.STALE;
      return whole ? stale : HistogramLayout.stale(false);
    }
    double scale = whole ? 1 : 0.5;
    double[] positive = new double[2 + i / 100];
    for (int b = 0; b < positive.length; b++) {
      positive[b] = scale * ((i % 70) * (b + 1) + b);
    }
    double[] negative = {scale * (i % 70), 0};
    double count = 3 * scale;
    for (double p : positive) {
      count += p;
    }
    for (double n : negative) {
      count += n;
    }
    return new Histogram(
        3,
        whole ? 0x1p-128 : 0.001,
        3 * scale,
        count,
        i * 1.25 - 10,
        new int[] {-5, 1, 3, positive.length - 1},
        positive,
        new int[] {2, 2},
        negative,
        new double[0],
        CounterResetHint.UNKNOWN,
        whole);
  }

  /** Six hours, a sample each half minute, written in batches of ten minutes. */
  private void fill(RealPrometheus prometheus, Random random)
      throws IOException, InterruptedException {
    int perBatch = 20;
    for (int batch = 0; batch < HOURS * 6; batch++) {
      List<Message> request = new ArrayList<>();
      for (int series = 0; series < 7; series++) {
        Labels labels = series == 6 ? DELETED : labels(series);
        Message message = Message.series(labels);
        for (int i = batch * perBatch; i < (batch + 1) * perBatch; i++) {
          long time = T0 + i * MINUTE / 2 + (series == 5 ? random.nextInt(5) : 0);
          double value = value(random, series, i);
          message.sample(time, value);
          put(labels, time, Double.doubleToRawLongBits(value));
        }
        if (series == 0) {
          message.exemplar(
              new Exemplar(Labels.of("trace", "t" + batch), batch, T0 + batch * (10 * MINUTE)));
        }
        request.add(message);
      }
      for (Labels labels : List.of(WHOLE, FRACTIONAL)) {
        Message message = Message.series(labels);
        for (int i = batch * perBatch; i < (batch + 1) * perBatch; i += 2) {
          long time = T0 + i * MINUTE / 2;
          // Prometheus 2.42 loses what stands in one request with the marker of a float histogram.
          Histogram histogram = histogram(labels.equals(WHOLE), labels.equals(WHOLE) ? i / 2 : i);
          message.histogram(time, histogram);
          put(labels, time, histogram);
        }
        request.add(message);
      }
      prometheus.write(request);
      Message late = Message.series(LATE);
      long first = T0 + (batch * 10L + 9) * MINUTE;
      put(LATE, first, Double.doubleToRawLongBits(batch));
      late.sample(first, batch);
      prometheus.write(List.of(late));
      if (batch > 0) {
        put(LATE, first - 15 * MINUTE, Double.doubleToRawLongBits(-batch));
        prometheus.write(List.of(Message.series(LATE).sample(first - 15 * MINUTE, -batch)));
      }
    }
  }

  private static void waitForBlocks(RealPrometheus prometheus, Path data)
      throws IOException, InterruptedException {
    for (int i = 0; blocks(data).isEmpty(); i++) {
      assertThat(i).as("no block after a minute:%n%s", prometheus.log()).isLessThan(1200);
      RealPrometheus.waitABit(prometheus.process());
    }
  }

  private static List<Path> blocks(Path data) throws IOException {
    try (Stream<Path> entries = Files.list(data)) {
      return entries.filter(entry -> Files.exists(entry.resolve("meta.json"))).sorted().toList();
    }
  }

  static Options forever() {
    Duration forever = Duration.ofDays(365 * 1000L);
    return Options.defaults().toBuilder()
        .retention(forever)
        .maintenanceInterval(Duration.ZERO)
        .outOfOrderWindow(forever)
        .maxAhead(forever)
        .build();
  }

  /** {@return floats as their bits, histograms without what a reader may not know} */
  static Map<Labels, NavigableMap<Long, Object>> read(Path data) throws IOException {
    Map<Labels, NavigableMap<Long, Object>> found = new TreeMap<>();
    try (Tsdb db = Tsdb.open(data, forever())) {
      assertThat(db.stats().problems()).isEmpty();
      new StoreProbe(db, db)
          .select(Long.MIN_VALUE, Long.MAX_VALUE)
          .forEach(
              (labels, samples) -> {
                NavigableMap<Long, Object> byTime = new TreeMap<>();
                for (StoreProbe.ReadSample sample : samples) {
                  Histogram histogram = sample.histogram();
                  Object before =
                      byTime.put(
                          sample.timestampMs(),
                          histogram == null
                              ? (Object) sample.bits()
                              : histogram.withResetHint(
                                  histogram.resetHint() == CounterResetHint.GAUGE
                                      ? CounterResetHint.GAUGE
                                      : CounterResetHint.UNKNOWN));
                  assertThat(before).isNull();
                }
                found.put(labels, byTime);
              });
    }
    return found;
  }

  static void assertSame(
      Map<Labels, NavigableMap<Long, Object>> found,
      Map<Labels, NavigableMap<Long, Object>> wanted) {
    assertThat(found.keySet()).isEqualTo(wanted.keySet());
    wanted.forEach(
        (labels, samples) -> {
          NavigableMap<Long, Object> others = Objects.requireNonNull(found.get(labels));
          assertThat(without(samples.keySet(), others)).as("missing of %s", labels).isEmpty();
          assertThat(without(others.keySet(), samples)).as("too many of %s", labels).isEmpty();
          samples.forEach(
              (time, value) ->
                  assertThat(withoutEmptyBuckets(Objects.requireNonNull(others.get(time))))
                      .as("%s at %d", labels, time)
                      .isEqualTo(withoutEmptyBuckets(value)));
        });
  }

  private static List<Long> without(Set<Long> times, Map<Long, Object> others) {
    return times.stream().filter(time -> !others.containsKey(time)).toList();
  }

  /** Prometheus adds empty buckets to histograms, so that those of a chunk have one layout. */
  private static Object withoutEmptyBuckets(Object value) {
    if (!(value instanceof Histogram h)) {
      return value;
    }
    List<String> parts = new ArrayList<>();
    parts.add("schema %d, threshold %s".formatted(h.schema(), bits(h.zeroThreshold())));
    parts.add("zero %s, count %s".formatted(bits(h.zeroCount()), bits(h.count())));
    parts.add("sum %s, %s".formatted(bits(h.sum()), h.wholeNumbers()));
    addBuckets(h.positiveSpans(), h.positiveBuckets(), parts);
    addBuckets(h.negativeSpans(), h.negativeBuckets(), parts);
    return parts;
  }

  private static void addBuckets(int[] spans, double[] populations, List<String> parts) {
    int index = 0;
    int bucket = 0;
    for (int i = 0; i < spans.length; i += 2) {
      index += spans[i];
      for (int j = 0; j < spans[i + 1]; j++) {
        double population = populations[bucket++];
        if (population != 0) {
          parts.add(index + ": " + bits(population));
        }
        index++;
      }
    }
    parts.add("end");
  }

  private static String bits(double value) {
    return Long.toHexString(Double.doubleToRawLongBits(value));
  }

  private PrometheusImport importFrom(Path source, Path target) throws IOException {
    return PrometheusImport.of(source, target, forever(), false, _ -> {});
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatPrometheusHasWrittenIsImportedBitForBit(boolean killed) throws Exception {
    long seed = Seeds.next();
    Random random = new Random(seed);
    Path source = temporary.resolve("prometheus");
    try (RealPrometheus prometheus = RealPrometheus.start(temporary, source)) {
      fill(prometheus, random);
      waitForBlocks(prometheus, source);
      // Of a block and of the head something is deleted.
      for (long at : new long[] {30 * MINUTE, (HOURS * 60 - 30) * MINUTE}) {
        long from = T0 + at;
        String range = "&start=%s&end=%s".formatted(from / 1000.0, (from + 10 * MINUTE) / 1000.0);
        assertThat(
                prometheus
                    .send(
                        "POST",
                        "/api/v1/admin/tsdb/delete_series?match[]=deleted".replace("[]", "%5B%5D")
                            + range,
                        new byte[0])
                    .statusCode())
            .isEqualTo(204);
        Objects.requireNonNull(expected.get(DELETED))
            .subMap(from, true, from + 10 * MINUTE, true)
            .clear();
      }
      if (killed) {
        prometheus.process().destroyForcibly();
      }
    }
    Path target = temporary.resolve("data");

    PrometheusImport done = importFrom(source, target);

    assertThat(done.damages()).as("seed=%d", seed).isEmpty();
    assertThat(done.blocks()).isPositive();
    assertThat(done.head().refused()).as("%s", done.head()).isZero();
    assertThat(done.head().ofUnknownSeries()).isZero();
    assertSame(read(target), expected);
    try (Tsdb db = Tsdb.open(target, forever());
        Querier querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      assertThat(querier.exemplars(List.of(List.of()))).isNotEmpty();
    }
    // Once more: nothing is new.
    PrometheusImport again = importFrom(source, target);
    assertThat(again.blocks()).isZero();
    assertThat(again.head().accepted()).isZero();
    assertSame(read(target), expected);
    try (Tsdb db = Tsdb.open(target, forever())) {
      db.compact();
    }
    assertSame(read(target), expected);
  }

  @Test
  void whatIsExportedIsOpenedByPrometheusAndComesBackBitForBit() throws Exception {
    long seed = Seeds.next();
    Random random = new Random(seed);
    Path data = temporary.resolve("data");
    try (Tsdb db = Tsdb.open(data, forever())) {
      StoreProbe probe = new StoreProbe(db, db);
      for (int series = 0; series < 6; series++) {
        var appender = probe.appender();
        long ref = appender.series(labels(series));
        for (int i = 0; i < HOURS * 120; i++) {
          appender.add(ref, T0 + i * MINUTE / 2 + random.nextInt(100), value(random, series, i));
        }
        assertThat(appender.commit().rejections()).isEmpty();
      }
      for (Labels labels : List.of(WHOLE, FRACTIONAL)) {
        var appender = probe.appender();
        long ref = appender.series(labels);
        for (int i = 0; i < HOURS * 60; i++) {
          appender.add(ref, T0 + i * MINUTE, histogram(labels.equals(WHOLE), i));
        }
        assertThat(appender.commit().rejections()).isEmpty();
      }
      for (int i = 0; i < 50; i++) {
        var appender = probe.appender();
        long ref = appender.series(Labels.of("__name__", "any", "i", String.valueOf(i)));
        Histogram histogram = Histograms.random(random);
        if (!histogram.isCustom()) {
          appender.add(ref, T0 + i * MINUTE, histogram);
          appender.add(ref, T0 + (i + 1) * MINUTE, histogram);
        }
        var _ = appender.commit();
      }
      db.compact();
    }
    Map<Labels, NavigableMap<Long, Object>> stored = read(data);
    Path exported = temporary.resolve("exported");
    try (Tsdb db = Tsdb.open(data, forever())) {
      PrometheusExport done =
          PrometheusExport.of(
              db,
              exported,
              new PrometheusExport.Plan(
                  Long.MIN_VALUE, Long.MAX_VALUE, Duration.ofHours(2), false, random),
              _ -> {});
      assertThat(done.blocks()).isEqualTo(HOURS / 2);
      assertThat(done.samples()).isEqualTo(stored.values().stream().mapToLong(Map::size).sum());
    }

    String list = RealPrometheus.run("promtool", "tsdb", "list", exported.toString());
    assertThat(list.lines().count()).isEqualTo(1 + HOURS / 2);
    for (Path block : blocks(exported)) {
      String analysis =
          RealPrometheus.run(
              "promtool", "tsdb", "analyze", exported.toString(), block.getFileName().toString());
      assertThat(analysis).contains("Series: ", "Postings (unique label pairs)");
    }
    try (RealPrometheus prometheus = RealPrometheus.start(temporary, exported)) {
      long endMs = T0 + (HOURS * 60 - 1) * MINUTE;
      for (Labels labels : List.of(WHOLE, FRACTIONAL)) {
        String answer =
            prometheus.query(
                "histogram_count(%s)".formatted(labels.get("__name__")), endMs - MINUTE);
        Histogram last =
            (Histogram)
                Objects.requireNonNull(stored.get(labels))
                    .lowerEntry(endMs - MINUTE + 1)
                    .getValue();
        assertThat(last.isStale()).isFalse();
        assertThat(answer).contains("\"" + number(last.count()) + "\"");
      }
      assertThat(prometheus.log()).doesNotContain("level=error", "corrupt");
    }
    compareWithDump(RealPrometheus.run("promtool", "tsdb", "dump", exported.toString()), stored);

    Path back = temporary.resolve("back");
    PrometheusImport done = importFrom(exported, back);
    assertThat(done.damages()).as("seed=%d", seed).isEmpty();
    assertSame(read(back), stored);
  }

  private static String number(double value) {
    return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
  }

  /** Compares all floats; of NaN the dump does not say which it is. */
  private static void compareWithDump(String dump, Map<Labels, NavigableMap<Long, Object>> stored) {
    List<String> wanted = new ArrayList<>();
    stored.forEach(
        (labels, samples) ->
            samples.forEach(
                (time, value) -> {
                  if (value instanceof Long bits) {
                    wanted.add(
                        labels.get("__name__")
                            + " "
                            + text(Double.longBitsToDouble(bits))
                            + " "
                            + time);
                  }
                }));
    List<String> found = new ArrayList<>();
    dump.lines()
        .filter(line -> line.startsWith("{"))
        .forEach(
            line -> {
              String name = line.substring(line.indexOf("__name__=\"") + 10);
              String[] rest = line.substring(line.lastIndexOf('}') + 2).split(" ", -1);
              found.add(
                  name.substring(0, name.indexOf('"'))
                      + " "
                      + text(parse(rest[0]))
                      + " "
                      + rest[1]);
            });
    wanted.sort(Comparator.naturalOrder());
    found.sort(Comparator.naturalOrder());
    assertThat(found).isEqualTo(wanted);
  }

  private static String text(double value) {
    return Double.isNaN(value) ? "NaN" : Long.toHexString(Double.doubleToRawLongBits(value));
  }

  private static double parse(String text) {
    return switch (text) {
      case "+Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }
}
