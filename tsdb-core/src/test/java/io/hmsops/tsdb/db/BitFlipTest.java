package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.SeriesExemplars;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.testing.Histograms;
import io.hmsops.tsdb.testing.Seeds;
import io.hmsops.tsdb.tool.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One bit of any file is flipped: the answers are what they were, or say what they miss; and
 * nothing else is missing.
 */
final class BitFlipTest {
  private static final long T0 = 1_699_999_200_000L; // a multiple of 2 h
  private static final long HOUR = 3_600_000;
  private static final int SERIES = 40; // some pages
  private static final int FLIPS = Integer.getInteger("flips", 150);

  /** They hold what they are mended from, or another file does. */
  private static final Set<String> MENDED =
      Set.of("ckpt", "wal", "extras", "tombstones", "index", "times", "parity");

  private static final Set<String> WHOLLY_READ = Set.of("ckpt", "wal", "extras", "tombstones");
  private static final List<String> BUCKET_BOUNDS = List.of("+Inf", "0.1", "1", "10");

  private static final Options QUIET =
      Options.defaults().withMaintenance(Duration.ZERO, 64 << 20, 2048);

  @TempDir private Path directory;
  private Path home = Path.of("set below");

  /** All that a database answers. */
  private record Answers(
      Map<Labels, List<String>> samples,
      List<String> values,
      Set<String> exemplars,
      Set<String> metadata,
      List<String> warnings,
      List<String> problems) {}

  private static Labels labels(int series) {
    return Labels.of("__name__", "m" + series % 5, "host", "h" + series, "job", "j" + series % 3);
  }

  @BeforeEach
  void fill() throws IOException {
    home = directory.resolve("home");
    Random random = new Random(7);
    try (Tsdb db = Tsdb.open(home, QUIET)) {
      for (int range = 0; range < 9; range++) {
        add(db, T0 + 2 * HOUR * range, random);
        db.maintain();
        if (range == 3) {
          db.compact();
        }
      }
      db.delete(List.of(List.of(LabelMatcher.equal("host", "h7"))), T0 + 60_000, T0 + 4 * HOUR);
      db.checkpoint();
      add(db, T0 + 18 * HOUR, random);
      db.delete(
          List.of(List.of(LabelMatcher.equal("host", "h8"))),
          T0 + 18 * HOUR,
          T0 + 18 * HOUR + 300_000);
      add(db, T0 + 18 * HOUR + 1_200_000, random);
    }
  }

  private static void add(Tsdb db, long startMs, Random random) throws TsdbException {
    Appender appender = db.appender();
    for (int i = 0; i < SERIES; i++) {
      long ref = appender.series(labels(i));
      for (int s = 0; s < 20; s++) {
        long time = startMs + s * 30_000L + i % 4;
        if (i % 10 == 9) {
          appender.add(ref, time, Histograms.random(random));
        } else {
          appender.add(ref, time, i % 2 == 0 ? s * (i + 1) : random.nextGaussian());
        }
        if (i % 7 == 6) {
          appender.startTimestamp(startMs - 1);
        }
      }
      if (i % 8 == 0) {
        appender.add(ref, new Exemplar(Labels.of("id", "e" + i), i, startMs + 1000));
      }
    }
    addBuckets(appender, startMs, random);
    appender.metadata("m1", new Metadata("counter", "", "help of " + startMs));
    assertThat(appender.commit().rejections()).isEmpty();
  }

  /** A classic histogram; of its buckets in cold blocks some are differences from others. */
  private static void addBuckets(Appender appender, long startMs, Random random)
      throws TsdbException {
    for (int i = 0; i < BUCKET_BOUNDS.size(); i++) {
      long ref = appender.series(bucket(BUCKET_BOUNDS.get(i)));
      double count = 0;
      Random observations = new Random(startMs);
      for (int s = 0; s < 20; s++) {
        count += observations.nextInt(1000) + (random.nextInt(30) == 0 ? i : 0);
        appender.add(ref, startMs + s * 30_000L, count);
      }
    }
  }

  private static Labels bucket(String bound) {
    return Labels.of("__name__", "seconds_bucket", "host", "h0", "job", "j0", "le", bound);
  }

  private static Answers read(Path data) throws IOException {
    try (Tsdb db = Tsdb.open(data, QUIET);
        Querier querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      Map<Labels, List<String>> samples = new TreeMap<>();
      Set<String> warnings = new TreeSet<>();
      // Asked in two ways, so that postings are read as well.
      for (List<LabelMatcher> matchers :
          List.of(
              List.of(LabelMatcher.of(LabelMatcher.Type.REGEX, "job", "j[01]")),
              List.of(LabelMatcher.equal("job", "j2")))) {
        SeriesSet set = querier.select(SelectHints.range(Long.MIN_VALUE, Long.MAX_VALUE), matchers);
        while (set.next()) {
          List<String> read = samples(set.series().samples());
          if (!read.isEmpty()) {
            samples.put(set.series().labels(), read);
          }
        }
        warnings.addAll(set.warnings());
      }
      List<String> values = querier.labelValues("host", List.of());
      warnings.addAll(querier.warnings());
      Set<String> exemplars = new TreeSet<>();
      for (SeriesExemplars of :
          querier.exemplars(List.of(List.of(LabelMatcher.equal("job", "j0"))))) {
        of.exemplars().forEach(e -> exemplars.add(of.labels() + " " + e));
      }
      Set<String> metadata = new TreeSet<>();
      querier.metadata().forEach((family, all) -> all.forEach(m -> metadata.add(family + m)));
      return new Answers(
          samples, values, exemplars, metadata, List.copyOf(warnings), db.stats().problems());
    }
  }

  private static List<String> samples(SampleCursor cursor) throws TsdbException {
    List<String> samples = new ArrayList<>();
    SampleBatch batch = new SampleBatch();
    while (cursor.next(batch)) {
      for (int i = 0; i < batch.count(); i++) {
        String value =
            batch.holdsHistograms()
                ? batch.histograms()[i].toString()
                : Long.toHexString(Double.doubleToRawLongBits(batch.values()[i]));
        samples.add(batch.timestampsMs()[i] + " " + value + " " + start(batch, i));
      }
    }
    return samples;
  }

  private static long start(SampleBatch batch, int i) {
    return batch.hasStartTimestamps() ? batch.startTimestampMs(i) : 0;
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(home)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  @Test
  void aFlippedBitIsFoundOrChangesNothing() throws IOException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    List<Path> files = files();
    assertThat(files.stream().map(BitFlipTest::kind))
        .contains(
            "HMS-TSDB",
            "LOCK",
            "index",
            "chunks",
            "times",
            "meta.json",
            "tombstones",
            "parity",
            "wal",
            "ckpt",
            "extras");
    Answers sound = read(copy(-1));
    assertThat(sound.warnings).isEmpty();
    assertThat(sound.problems).isEmpty();
    Set<String> found = new TreeSet<>();
    for (int flip = 0; flip < FLIPS; flip++) {
      Path file = files.get(flip % files.size());
      int length = (int) Files.size(file);
      if (length > 0) {
        int bit = random.nextInt(8 * length);
        found.add(kind(file) + " " + check(file, bit, flip, sound, "seed=" + seed));
      }
    }
    System.out.printf("BitFlipTest: seed=%d %s%n", seed, found);
  }

  /** A million bits take many hours: {@code -Devery=97} takes one in so many, from a seed on. */
  @Test
  @Tag("slow")
  void everyFlippedBitIsFoundOrChangesNothing() throws IOException {
    int every = Integer.getInteger("every", 1);
    long seed = Seeds.next();
    int bit = new Random(seed).nextInt(every);
    Answers sound = read(copy(-1));
    int flips = 0;
    for (Path file : files()) {
      int bits = 8 * (int) Files.size(file);
      for (; bit < bits; bit += every) {
        var _ = check(file, bit, flips++, sound, "one bit of " + every + ", seed=" + seed);
      }
      bit -= bits;
    }
    System.out.printf("BitFlipTest: seed=%d, one bit of %d: %d flips%n", seed, every, flips);
  }

  private static boolean isMended(Path file) {
    return MENDED.contains(kind(file));
  }

  private static String kind(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.substring(name.lastIndexOf('.') + 1).equals("json")
        ? name
        : name.substring(name.lastIndexOf('.') + 1);
  }

  private Path copy(int number) throws IOException {
    Path copy = directory.resolve("copy" + number);
    try (Stream<Path> all = Files.walk(home)) {
      for (Path source : all.toList()) {
        Path target = copy.resolve(home.relativize(source).toString());
        if (Files.isDirectory(source)) {
          Files.createDirectories(target);
        } else {
          Files.copy(source, target);
        }
      }
    }
    return copy;
  }

  /** {@return what became of it} */
  private String check(Path file, int bit, int number, Answers sound, String context)
      throws IOException {
    Path copy = copy(number);
    try {
      Path damaged = copy.resolve(home.relativize(file).toString());
      byte[] bytes = Files.readAllBytes(damaged);
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      Files.write(damaged, bytes);
      String what =
          "%s: bit %d of byte %d of %s".formatted(context, bit % 8, bit / 8, home.relativize(file));
      Answers now;
      try {
        if (!kind(file).equals("LOCK")) {
          assertThat(Verification.of(copy).damages())
              .as(what + ": verify")
              .isNotEmpty()
              .allMatch(damage -> damage.contains(damaged.toString()) || !isMended(file));
        }
        now = read(copy);
      } catch (TsdbException e) {
        assertThat(e).as(what).hasMessageContaining(damaged.toString());
        assertThat(kind(file)).as(what).isEqualTo("HMS-TSDB");
        return "refused";
      }
      return compare(what, file, damaged, sound, now);
    } finally {
      Disks.delete(copy);
    }
  }

  private static String compare(String what, Path file, Path damaged, Answers sound, Answers now) {
    boolean same =
        now.samples.equals(sound.samples)
            && now.values.equals(sound.values)
            && now.exemplars.equals(sound.exemplars)
            && now.metadata.equals(sound.metadata);
    List<String> reports = new ArrayList<>(now.warnings);
    reports.addAll(now.problems);
    if (!same) {
      assertThat(reports).as(what).anyMatch(report -> report.contains(damaged.toString()));
      assertThat(now.warnings)
          .as(what)
          .anyMatch(warning -> warning.contains(damaged.toString()) && warning.contains(" at "));
    }
    Set<Labels> affected = new HashSet<>();
    Set<Labels> all = new HashSet<>(now.samples.keySet());
    all.addAll(sound.samples.keySet());
    for (Labels labels : all) {
      List<String> before = sound.samples.getOrDefault(labels, List.of());
      List<String> after = now.samples.getOrDefault(labels, List.of());
      if (!before.equals(after)) {
        // What is a difference from a lost bucket is lost with it.
        affected.add(labels.has("le") ? bucket("any") : labels);
      }
      assertThat(before).as("%s: %s: nothing is new", what, labels).containsAll(after);
    }
    assertThat(affected).as(what + ": series and histograms that it concerns").hasSizeLessThan(2);
    if (isMended(file)) {
      assertThat(same).as(what + ": nothing is lost").isTrue();
      assertThat(now.warnings).as(what).isEmpty();
    }
    if (WHOLLY_READ.contains(kind(file))) {
      assertThat(now.problems).as(what).isNotEmpty();
    }
    return same ? (reports.isEmpty() ? "same" : "same, reported") : "reported";
  }
}
