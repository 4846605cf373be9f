package io.hmsops.tsdb.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SeriesExemplars;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.testing.Histograms;
import io.hmsops.tsdb.testing.StoreProbe;
import io.hmsops.tsdb.testing.StoreProbe.ReadSample;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A database's life with appends of all kinds, cuts, checkpoints, compactions, deletions,
 * retention, series that end and snapshots; what it has been promised, and whether that is kept.
 */
final class PowerLossLife {
  static final int BATCHES = 120;
  private static final long T0 = 1_700_006_400_000L;
  private static final long STEP_MS = 20_000;
  private static final long RETENTION_MS = 8 * 60_000;

  /** Series of floats; of the last one something is deleted. */
  private static final int SERIES = 5;

  private static final Labels OF_HISTOGRAMS = Labels.of("__name__", "histograms");
  private static final Labels WITH_STARTS = Labels.of("__name__", "starts");
  private static final LabelMatcher SHORT = LabelMatcher.equal("__name__", "short");

  /** A series of those that end has samples of so many batches of each ten. */
  private static final int SHORT_BATCHES = 3;

  /** The numbers of batches that are committed while something else is done begin here. */
  private static final int MEANWHILE = 1000;

  private final Path home;

  /** The time of each batch that was begun. */
  private final Map<Integer, Long> times = new HashMap<>();

  private final Set<Integer> acknowledged = new TreeSet<>();
  private final Set<Integer> forced = new TreeSet<>();
  private final Set<Integer> deleted = new TreeSet<>();
  private final Set<Integer> beingDeleted = new HashSet<>();
  private final Map<String, Snapshot> snapshots = new TreeMap<>();
  private long newestMs = Long.MIN_VALUE;

  /** What was there when a copy was made. */
  private record Snapshot(Set<Integer> acknowledged, Set<Integer> deleted) {}

  private int current;
  private int meanwhile;
  private boolean promised;

  PowerLossLife(Path home) {
    this.home = home;
  }

  static Options options(Durability durability) {
    return Options.defaults()
        .withDurability(durability)
        .withMaintenance(Duration.ZERO, 2048, 1024)
        .toBuilder()
        .blockRange(Duration.ofMinutes(5))
        .retention(Duration.ofMillis(RETENTION_MS))
        .seriesIdle(Duration.ofMinutes(3))
        .maxExemplarsPerSeries(1000)
        .build();
  }

  private static Labels labels(int series) {
    return Labels.of("__name__", "s" + series);
  }

  private static Histogram histogram(int batch) {
    return Histograms.of(CounterResetHint.GAUGE, batch, 3, 1);
  }

  private static boolean isLate(int batch) {
    return batch < MEANWHILE && batch % 8 == 7;
  }

  /** {@return what was acknowledged} */
  Set<Integer> acknowledged() {
    return new TreeSet<>(acknowledged);
  }

  /** {@return what was acknowledged before the log was forced} */
  Set<Integer> forced() {
    return new TreeSet<>(forced);
  }

  /** {@return how many batches were committed while something else was done} */
  int committedMeanwhile() {
    return meanwhile;
  }

  /** {@return whether something was promised since this was asked for} */
  boolean hasPromised() {
    boolean has = promised;
    promised = false;
    return has;
  }

  private void append(Tsdb db, int batch, long timeMs) throws IOException {
    Appender appender = db.appender();
    for (int i = 0; i < SERIES; i++) {
      long ref = appender.series(labels(i));
      appender.add(ref, timeMs, batch);
      if (batch % 10 == 0) {
        appender.add(ref, new Exemplar(Labels.of("id", "e" + batch), batch, timeMs));
      }
    }
    appender.add(appender.series(OF_HISTOGRAMS), timeMs, histogram(batch));
    appender.add(appender.series(WITH_STARTS), timeMs, batch);
    appender.startTimestamp(T0 - batch);
    if (batch % 10 < SHORT_BATCHES) {
      appender.add(appender.series(shortLabels(batch)), timeMs, batch);
    }
    int size = appender.size();
    times.put(batch, timeMs);
    newestMs = Math.max(newestMs, timeMs);
    assertThat(appender.commit().accepted()).isEqualTo(size);
    acknowledged.add(batch);
  }

  /** {@return the time of a batch that was begun} */
  private long timeOf(int batch) {
    return Objects.requireNonNull(times.get(batch));
  }

  private static Labels shortLabels(int batch) {
    return Labels.of("__name__", "short", "decade", "d" + batch / 10);
  }

  private static long time(int batch) {
    return T0 + batch * STEP_MS;
  }

  /** Commits a batch, from within something else that the database does. */
  void appendMeanwhile(Tsdb db) throws IOException {
    int batch = MEANWHILE + meanwhile++;
    append(db, batch, time(current) + 1 + meanwhile % 1000);
  }

  /** One batch and what is done behind it. */
  void step(Tsdb db, int batch) throws IOException {
    current = batch;
    append(db, batch, time(batch) - (isLate(batch) ? 5 * STEP_MS + 1000 : 0));
    if (batch % 15 == 14) {
      Set<Integer> ofNow = acknowledged();
      db.force();
      forced.addAll(ofNow);
    }
    if (batch % 20 == 19) {
      db.maintain();
    }
    if (batch == 50 || batch == 100) {
      db.compact();
    }
    if (batch == 30 || batch == 52 || batch == 70 || batch == 103) {
      // In the head, or mostly in a block.
      delete(db, batch - 10, batch - 1);
    }
    if (batch == 55 || batch == 75) {
      db.cleanTombstones();
    }
    if (batch == 60 || batch == 110) {
      String name = "copy-" + batch;
      Snapshot ofNow = new Snapshot(acknowledged(), new TreeSet<>(deleted));
      db.snapshot(home.resolve(name));
      snapshots.put(name, ofNow);
      promised = true;
    }
  }

  /** The last series loses some batches. */
  private void delete(Tsdb db, int first, int last) throws IOException {
    Set<Integer> meant = new TreeSet<>();
    for (int batch : acknowledged) {
      long timeMs = timeOf(batch);
      if (timeMs >= time(first) && timeMs <= time(last)) {
        meant.add(batch);
      }
    }
    beingDeleted.addAll(meant);
    db.delete(
        List.of(List.of(LabelMatcher.equal("__name__", "s" + (SERIES - 1)))),
        time(first),
        time(last));
    deleted.addAll(meant);
    promised = true;
  }

  /** Opens what is left and holds it against what was promised. */
  void check(String context, Path left, Set<Integer> expected) throws IOException {
    Set<Integer> before = null;
    for (int opening = 0; opening < 2; opening++) {
      try (Tsdb db = Tsdb.open(left.resolve("db"), options(Durability.OS))) {
        assertThat(db.stats().problems())
            .as(context)
            .noneMatch(problem -> problem.startsWith("block left out"));
        Set<Integer> there = check(context, db, expected);
        if (before != null) {
          assertThat(there).as("%s: opened twice", context).isEqualTo(before);
        }
        before = there;
        if (opening == 1) {
          new PowerLossLife(left).append(db, 10_000, newestMs + STEP_MS);
        }
      } catch (TsdbException e) {
        fail(context + ": does not open", e);
      }
    }
    for (Map.Entry<String, Snapshot> entry : snapshots.entrySet()) {
      String of = context + " " + entry.getKey();
      Snapshot snapshot = entry.getValue();
      try (Tsdb copy = Tsdb.open(left.resolve(entry.getKey()), options(Durability.OS))) {
        long newest = snapshot.acknowledged.stream().mapToLong(this::timeOf).max().orElseThrow();
        Set<Integer> kept = new TreeSet<>(snapshot.acknowledged);
        kept.removeIf(batch -> timeOf(batch) < newest - RETENTION_MS);
        of += " " + copy.stats().problems();
        assertThat(check(of, copy, snapshot.acknowledged, snapshot.deleted))
            .as(of)
            .containsAll(kept);
      } catch (TsdbException e) {
        fail(of + ": does not open", e);
      }
    }
  }

  /** {@return the batches that are there, of which as many are expected as retention keeps} */
  Set<Integer> check(String context, Tsdb db, Set<Integer> expected) throws IOException {
    return check(context, db, expected, deleted);
  }

  private Set<Integer> check(String context, Tsdb db, Set<Integer> expected, Set<Integer> gone)
      throws IOException {
    Map<Labels, List<ReadSample>> all =
        new StoreProbe(db, db).select(Long.MIN_VALUE, Long.MAX_VALUE);
    Set<Integer> there = batches(context, all, labels(0));
    Set<Integer> kept = new TreeSet<>(expected);
    kept.removeIf(batch -> timeOf(batch) < newestMs - RETENTION_MS);
    assertThat(there).as("%s: promised", context).containsAll(kept);
    assertThat(times.keySet()).as("%s: never written", context).containsAll(there);
    for (int i = 1; i < SERIES - 1; i++) {
      assertThat(batches(context, all, labels(i))).as("%s: whole", context).isEqualTo(there);
    }
    checkHistogramsAndStarts(context, all, there);
    checkShort(context, all, there);
    Set<Integer> ofLast = batches(context, all, labels(SERIES - 1));
    assertThat(ofLast)
        .as("%s: deleted: %s", context, gone)
        .allMatch(batch -> !gone.contains(batch));
    for (int batch : there) {
      if (!beingDeleted.contains(batch)) {
        assertThat(ofLast).as("%s: not deleted", context).contains(batch);
      }
    }
    checkExemplars(context, db, expected);
    return there;
  }

  private static Set<Integer> batches(
      String context, Map<Labels, List<ReadSample>> all, Labels labels) {
    Set<Integer> found = new TreeSet<>();
    for (ReadSample sample : all.getOrDefault(labels, List.of())) {
      int batch = (int) Double.longBitsToDouble(sample.bits());
      assertThat(found.add(batch)).as("%s: batch %d twice", context, batch).isTrue();
    }
    return found;
  }

  private void checkHistogramsAndStarts(
      String context, Map<Labels, List<ReadSample>> all, Set<Integer> there) {
    Map<Long, Histogram> histograms = new TreeMap<>();
    Map<Long, Long> starts = new TreeMap<>();
    for (int batch : there) {
      histograms.put(timeOf(batch), histogram(batch));
      starts.put(timeOf(batch), T0 - batch);
    }
    Map<Long, Histogram> foundHistograms = new TreeMap<>();
    for (ReadSample sample : all.getOrDefault(OF_HISTOGRAMS, List.of())) {
      if (sample.histogram() != null) {
        foundHistograms.put(sample.timestampMs(), sample.histogram());
      }
    }
    Map<Long, Long> foundStarts = new TreeMap<>();
    for (ReadSample sample : all.getOrDefault(WITH_STARTS, List.of())) {
      foundStarts.put(sample.timestampMs(), sample.startTimestampMs());
    }
    assertThat(foundHistograms).as("%s: histograms", context).isEqualTo(histograms);
    assertThat(foundStarts).as("%s: start timestamps", context).isEqualTo(starts);
  }

  private static void checkShort(
      String context, Map<Labels, List<ReadSample>> all, Set<Integer> there) {
    Map<Labels, Set<Integer>> expected = new TreeMap<>();
    for (int batch : there) {
      if (batch % 10 < SHORT_BATCHES) {
        expected.computeIfAbsent(shortLabels(batch), _ -> new TreeSet<>()).add(batch);
      }
    }
    Map<Labels, Set<Integer>> found = new TreeMap<>();
    for (Labels labels : all.keySet()) {
      if (SHORT.matches(labels.get(SHORT.name()))) {
        found.put(labels, batches(context, all, labels));
      }
    }
    assertThat(found).as("%s: series that end", context).isEqualTo(expected);
  }

  private void checkExemplars(String context, Tsdb db, Set<Integer> expected) throws IOException {
    try (Querier querier = db.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      Map<Labels, Set<String>> ids = new TreeMap<>();
      for (SeriesExemplars of : querier.exemplars(List.of(List.of()))) {
        Set<String> ofSeries = new TreeSet<>();
        of.exemplars().forEach(exemplar -> ofSeries.add(exemplar.labels().get("id")));
        ids.put(of.labels(), ofSeries);
      }
      for (int batch : expected) {
        for (int i = 0; batch % 10 == 0 && i < SERIES; i++) {
          assertThat(ids.getOrDefault(labels(i), Set.of()))
              .as("%s: exemplars of %s", context, labels(i))
              .contains("e" + batch);
        }
      }
    }
  }
}
