package io.hmsops.tsdb.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.CancelledException;
import io.hmsops.tsdb.storage.CommitResult;
import io.hmsops.tsdb.storage.CommitResult.Reason;
import io.hmsops.tsdb.storage.CommitResult.Rejection;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.SeriesExemplars;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.storage.TsdbException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What every store promises, met by the naive model and by the engine. A subclass opens the store;
 * what a store does not have yet it names in {@link #missing}, and those tests are skipped.
 */
public abstract class StorageContractTest {
  /** Parts of the contract that a store may lack for a time. */
  protected enum Capability {
    /** Native histograms. */
    HISTOGRAMS,
    /** Start timestamps of samples. */
    START_TIMESTAMPS,
    /** Exemplars. */
    EXEMPLARS
  }

  private static final long T0 = 1_700_000_000_000L;

  private StoreProbe store = new StoreProbe(new MemoryStore(), new MemoryStore());

  /** Creates the test. */
  protected StorageContractTest() {}

  /**
   * {@return a new, empty store; the subclass closes it after the test}
   *
   * @throws IOException if it cannot be opened
   */
  protected abstract StoreProbe openStore() throws IOException;

  /** {@return what the store does not have yet} */
  protected Set<Capability> missing() {
    return Set.of();
  }

  @BeforeEach
  void open() throws IOException {
    store = openStore();
  }

  private void needs(Capability capability) {
    assumeFalse(missing().contains(capability), () -> "not supported yet: " + capability);
  }

  private void addServices() throws TsdbException {
    Appender appender = store.appender();
    for (Labels labels :
        List.of(
            Labels.of("__name__", "up", "job", "web", "instance", "b"),
            Labels.of("__name__", "up", "job", "api", "instance", "a"),
            Labels.of("__name__", "up", "job", "api"),
            Labels.of("__name__", "load", "job", "web-canary", "zone", "eu\nwest"))) {
      appender.add(appender.series(labels), T0, 1);
    }
    assertThat(appender.commit()).isEqualTo(new CommitResult(4, 0, List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "EQUAL     ; job      ; api          ; up{job=api} up{a,job=api}",
        "EQUAL     ; instance ; ''           ; load up{job=api}",
        "NOT_EQUAL ; instance ; ''           ; up{a,job=api} up{b,job=web}",
        "NOT_EQUAL ; job      ; api          ; load up{b,job=web}",
        "EQUAL     ; nowhere  ; ''           ; load up{a,job=api} up{b,job=web} up{job=api}",
        "EQUAL     ; nowhere  ; x            ; ''",
        "REGEX     ; job      ; web          ; up{b,job=web}",
        "REGEX     ; job      ; web.+        ; load",
        "REGEX     ; job      ; web.*        ; load up{b,job=web}",
        "REGEX     ; job      ; .*web        ; up{b,job=web}",
        "REGEX     ; job      ; .*can.*      ; load",
        "REGEX     ; job      ; api|web      ; up{a,job=api} up{b,job=web} up{job=api}",
        "REGEX     ; job      ; (api|web)    ; up{a,job=api} up{b,job=web} up{job=api}",
        "REGEX     ; job      ; web-(a|can.+) ; load",
        "REGEX     ; job      ; (?i)API      ; up{a,job=api} up{job=api}",
        "REGEX     ; job      ; we           ; ''",
        "REGEX     ; job      ; a.i          ; up{a,job=api} up{job=api}",
        "REGEX     ; instance ; a|           ; load up{a,job=api} up{job=api}",
        "REGEX     ; instance ; .*           ; load up{a,job=api} up{b,job=web} up{job=api}",
        "REGEX     ; instance ; .+           ; up{a,job=api} up{b,job=web}",
        "REGEX     ; zone     ; eu.west      ; load",
        "NOT_REGEX ; job      ; web.*        ; up{a,job=api} up{job=api}",
        "NOT_REGEX ; instance ; .+           ; load up{job=api}",
        "NOT_REGEX ; instance ; a|           ; up{b,job=web}",
      })
  void matchersSeeAnAbsentLabelAsEmptyAndRegexesAsAnchored(
      LabelMatcher.Type type, String name, String value, String expected) throws TsdbException {
    addServices();
    List<String> found = new ArrayList<>();
    for (Labels labels : store.select(T0, T0, LabelMatcher.of(type, name, value)).keySet()) {
      String instance = labels.get("instance");
      found.add(
          labels.metricName().equals("load")
              ? "load"
              : "up{%sjob=%s}"
                  .formatted(instance.isEmpty() ? "" : instance + ",", labels.get("job")));
    }
    assertThat(found)
        .containsExactlyInAnyOrder(expected.isEmpty() ? new String[0] : expected.split(" "));
  }

  @Test
  void allMatchersMustPass() throws TsdbException {
    addServices();
    assertThat(
            store.select(
                T0,
                T0,
                LabelMatcher.equal("__name__", "up"),
                LabelMatcher.of(LabelMatcher.Type.NOT_EQUAL, "job", "web"),
                LabelMatcher.of(LabelMatcher.Type.REGEX, "instance", "a|b")))
        .containsOnlyKeys(Labels.of("__name__", "up", "job", "api", "instance", "a"));
  }

  @Test
  void seriesComeInTheOrderOfTheirLabels() throws TsdbException {
    addServices();
    List<Labels> order = new ArrayList<>(store.select(T0, T0).keySet());
    assertThat(order).hasSize(4).isSorted();
  }

  @Test
  void oneLabelIsThatOfTheLabelSet() throws TsdbException {
    addServices();
    try (Querier querier = store.querier(T0, T0)) {
      SeriesSet set = querier.select(SelectHints.range(T0, T0), List.of());
      while (set.next()) {
        for (String name : List.of("__name__", "job", "instance", "zone", "nowhere")) {
          assertThat(set.series().label(name)).isEqualTo(set.series().labels().get(name));
        }
      }
    }
  }

  @Test
  void labelNamesAndValuesAreSortedAndRestrictedByMatchersAndRange() throws TsdbException {
    addServices();
    LabelMatcher up = LabelMatcher.equal("__name__", "up");
    try (Querier querier = store.querier(T0, T0)) {
      assertThat(querier.labelNames(List.of()))
          .containsExactly("__name__", "instance", "job", "zone");
      assertThat(querier.labelNames(List.of(up))).containsExactly("__name__", "instance", "job");
      assertThat(querier.labelValues("job", List.of())).containsExactly("api", "web", "web-canary");
      assertThat(querier.labelValues("job", List.of(up))).containsExactly("api", "web");
      assertThat(querier.labelValues("nowhere", List.of())).isEmpty();
    }
    try (Querier before = store.querier(T0 - 1000, T0 - 1)) {
      assertThat(before.labelNames(List.of())).isEmpty();
      assertThat(before.labelValues("job", List.of())).isEmpty();
    }
  }

  @Test
  void aSeriesThatNothingWasCommittedToIsNotSeen() throws TsdbException {
    Appender appender = store.appender();
    appender.add(appender.series(Labels.of("__name__", "rolled_back")), T0, 1);
    assertThat(appender.size()).isEqualTo(1);
    appender.rollback();
    assertThat(appender.size()).isZero();
    assertThat(appender.commit()).isEqualTo(new CommitResult(0, 0, List.of()));
    try (Querier querier = store.querier(Long.MIN_VALUE, Long.MAX_VALUE)) {
      assertThat(querier.labelValues("__name__", List.of())).isEmpty();
    }
    assertThat(store.select(Long.MIN_VALUE, Long.MAX_VALUE)).isEmpty();
  }

  @Test
  void bothBoundsAreInclusive() throws TsdbException {
    Labels labels = Labels.of("__name__", "steps");
    store.addFloats(labels, T0, 1, 2, 3, 4, 5);
    assertThat(store.floats(T0 + 1000, T0 + 3000, labels))
        .containsExactly(
            StoreProbe.point(T0 + 1000, 2),
            StoreProbe.point(T0 + 2000, 3),
            StoreProbe.point(T0 + 3000, 4));
    assertThat(store.floats(T0 + 1, T0 + 999, labels)).isEmpty();
    assertThat(store.floats(T0 + 4000, Long.MAX_VALUE, labels))
        .containsExactly(StoreProbe.point(T0 + 4000, 5));
    assertThat(store.floats(Long.MIN_VALUE, T0, labels)).containsExactly(StoreProbe.point(T0, 1));
  }

  @Test
  void everyDoubleComesBackBitForBit() throws TsdbException {
    double[] hard = {
      0.0,
      -0.0,
      Double.NaN,
      StaleMarker.VALUE,
      Double.longBitsToDouble(0x7ff8dead_beef0001L),
      Double.longBitsToDouble(0xfff8000000000000L),
      Double.longBitsToDouble(0x7ff0000000000001L),
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Double.MIN_VALUE,
      -Double.MIN_VALUE,
      Double.MIN_NORMAL,
      Double.MAX_VALUE,
      -Double.MAX_VALUE,
      0.1,
      0.1,
      1,
      1e300,
      StaleMarker.VALUE,
      StaleMarker.VALUE,
      -0.0
    };
    Labels labels = Labels.of("__name__", "hard");
    store.addFloats(labels, T0, hard);
    List<StoreProbe.BitPoint> expected = new ArrayList<>();
    for (int i = 0; i < hard.length; i++) {
      expected.add(StoreProbe.point(T0 + 1000L * i, hard[i]));
    }
    assertThat(store.floats(T0, T0 + 1_000_000, labels)).isEqualTo(expected);
  }

  @Test
  void timestampsOfAnyDistanceComeBack() throws TsdbException {
    Labels labels = Labels.of("__name__", "gaps");
    long[] times = {
      T0,
      T0 + 1,
      T0 + 15_001,
      T0 + 29_998,
      T0 + 29_999,
      T0 + 86_400_000L,
      T0 + 86_400_001L,
      T0 + 400_000_000L,
      T0 + 400_015_000L,
      T0 + 400_030_003L
    };
    List<StoreProbe.BitPoint> expected = new ArrayList<>();
    Appender appender = store.appender();
    long ref = appender.series(labels);
    for (long time : times) {
      appender.add(ref, time, (double) (time % 97));
      expected.add(StoreProbe.point(time, (double) (time % 97)));
    }
    assertThat(appender.commit().accepted()).isEqualTo(times.length);
    assertThat(store.floats(T0, times[times.length - 1], labels)).isEqualTo(expected);
  }

  @Test
  void duplicatesAreCountedAndWhatContradictsIsRefusedByPosition() throws TsdbException {
    Labels labels = Labels.of("__name__", "refused");
    Appender appender = store.appender();
    long ref = appender.series(labels);
    appender.add(ref, T0, 1); // 0: accepted
    appender.add(ref, T0 + 1000, 2); // 1: accepted
    appender.add(ref, T0 + 1000, 2); // 2: duplicate
    appender.add(ref, T0 + 1000, 3); // 3: another value
    appender.add(ref, T0 + 999, 2); // 4: older, accepted
    appender.add(ref, T0 + 2000, StaleMarker.VALUE); // 5: accepted
    appender.add(ref, T0 + 2000, StaleMarker.VALUE); // 6: duplicate, though NaN
    appender.add(ref, T0 + 2000, Double.NaN); // 7: another NaN
    CommitResult result = appender.commit();
    assertThat(result.accepted()).isEqualTo(4);
    assertThat(result.duplicates()).isEqualTo(2);
    assertThat(result.rejections())
        .extracting(Rejection::position, Rejection::reason)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(3, Reason.DUPLICATE_TIMESTAMP),
            org.assertj.core.groups.Tuple.tuple(7, Reason.DUPLICATE_TIMESTAMP));
    assertThat(result.rejections().getFirst().message())
        .contains("refused")
        .contains(Long.toString(T0 + 1000));

    appender.add(ref, T0 + 2000, StaleMarker.VALUE);
    appender.add(ref, T0 + 999, 9);
    appender.add(ref, T0, 1);
    appender.add(ref, T0 + 1000, 9);
    CommitResult next = appender.commit();
    assertThat(next.duplicates()).isEqualTo(2);
    assertThat(next.rejections())
        .extracting(Rejection::position, Rejection::reason)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(1, Reason.DUPLICATE_TIMESTAMP),
            org.assertj.core.groups.Tuple.tuple(3, Reason.DUPLICATE_TIMESTAMP));
    assertThat(store.floats(T0, T0 + 9999, labels)).hasSize(4);
  }

  @Test
  void whatComesLateWithinTheWindowIsReadInItsPlace() throws TsdbException {
    Labels labels = Labels.of("__name__", "late");
    Appender appender = store.appender();
    long ref = appender.series(labels);
    List<StoreProbe.BitPoint> expected = new ArrayList<>();
    // Every 7th sample comes in a later batch, backwards.
    for (int i = 0; i <= 1000; i++) {
      expected.add(StoreProbe.point(T0 + 1000L * i, i));
      if (i % 7 != 0) {
        appender.add(ref, T0 + 1000L * i, i);
      }
    }
    assertThat(appender.commit().rejections()).isEmpty();
    try (Querier before = store.querier(T0, T0 + 2_000_000)) {
      for (int i = 994; i >= 0; i -= 7) {
        appender.add(ref, T0 + 1000L * i, i);
      }
      assertThat(appender.commit().accepted()).isEqualTo(143);
      assertThat(StoreProbe.floats(before, labels)).hasSize(858);
    }
    assertThat(store.floats(T0, T0 + 2_000_000, labels)).isEqualTo(expected);
    assertThat(store.floats(T0 + 6500, T0 + 8500, labels)).isEqualTo(expected.subList(7, 9));
  }

  @Test
  void whatIsOlderThanTheWindowIsRefusedUnlessItsSeriesHasNothingNewer() throws TsdbException {
    long minute = 60_000;
    Appender appender = store.appender();
    long ref = appender.series(Labels.of("__name__", "window"));
    appender.add(ref, T0 + 31 * minute, 1);
    appender.add(ref, T0 + minute, 1);
    appender.add(ref, T0 + minute - 1, 1);
    long other = appender.series(Labels.of("__name__", "window_other"));
    appender.add(other, T0, 1);
    CommitResult result = appender.commit();
    assertThat(result.accepted()).isEqualTo(3);
    assertThat(result.rejections())
        .extracting(Rejection::position, Rejection::reason)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(2, Reason.OUT_OF_ORDER));
  }

  @Test
  void lateSamplesOfAnotherKindStandBetweenTheOthers() throws TsdbException {
    Labels labels = Labels.of("__name__", "late_kinds");
    Appender appender = store.appender();
    long ref = appender.series(labels);
    appender.add(ref, T0, 1);
    appender.add(ref, T0 + 2000, 3);
    appender.commit();
    appender.add(ref, T0 + 1000, Histograms.of(CounterResetHint.UNKNOWN, 1, 5));
    appender.startTimestamp(T0 - 500);
    assertThat(appender.commit().accepted()).isEqualTo(1);
    assertThat(store.floats(T0, T0 + 9999, labels))
        .containsExactly(StoreProbe.point(T0, 1), StoreProbe.point(T0 + 2000, 3));
    assertThat(store.histograms(T0, T0 + 9999, labels)).hasSize(1);
    assertThat(store.startTimestamps(T0, T0 + 9999, labels)).contains(T0 - 500);
  }

  @Test
  void aReferenceServesAllAppendersAndAnEmptyLabelSetIsNoSeries() throws TsdbException {
    Labels labels = Labels.of("__name__", "shared");
    Appender one = store.appender();
    Appender two = store.appender();
    long ref = one.series(labels);
    assertThat(two.series(labels)).isEqualTo(ref);
    two.add(ref, T0, 7);
    assertThat(two.commit().accepted()).isEqualTo(1);
    assertThat(store.floats(T0, T0, labels)).containsExactly(StoreProbe.point(T0, 7));
    assertThatThrownBy(() -> one.series(Labels.EMPTY)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> one.startTimestamp(T0)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aQuerierSeesWhatWasCommittedBeforeItAndNothingElse() throws TsdbException {
    Labels labels = Labels.of("__name__", "snapshot");
    Appender appender = store.appender();
    long ref = appender.series(labels);
    appender.add(ref, T0, 1);
    try (Querier early = store.querier(T0, T0 + 1_000_000)) {
      assertThat(StoreProbe.floats(early, labels)).isEmpty();
    }
    appender.commit();
    try (Querier before = store.querier(T0, T0 + 1_000_000)) {
      long other = appender.series(Labels.of("__name__", "snapshot", "new", "yes"));
      for (int i = 1; i <= 500; i++) {
        appender.add(ref, T0 + 1000L * i, i);
        appender.add(other, T0 + 1000L * i, i);
        appender.commit();
        if (i == 100) {
          assertThat(StoreProbe.floats(before, labels)).hasSize(1);
          try (Querier middle = store.querier(T0, T0 + 1_000_000)) {
            appender.add(ref, T0 + 1000L * i + 1, i);
            appender.commit();
            assertThat(StoreProbe.floats(middle, labels)).hasSize(101);
          }
        }
      }
      assertThat(StoreProbe.floats(before, labels)).containsExactly(StoreProbe.point(T0, 1));
      assertThat(StoreProbe.select(before, Long.MIN_VALUE, Long.MAX_VALUE, List.of())).hasSize(1);
    }
    assertThat(store.floats(T0, T0 + 1_000_000, labels)).hasSize(502);
  }

  @Test
  void aReaderNeverSeesHalfABatch() throws Exception {
    Labels left = Labels.of("__name__", "pair", "side", "left");
    Labels right = Labels.of("__name__", "pair", "side", "right");
    AtomicBoolean done = new AtomicBoolean();
    Appender appender = store.appender();
    long leftRef = appender.series(left);
    long rightRef = appender.series(right);
    Thread writer =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < 3000; i++) {
                  appender.add(leftRef, T0 + i, i);
                  appender.add(rightRef, T0 + i, i);
                  appender.commit();
                }
              } catch (TsdbException e) {
                throw new AssertionError(e);
              } finally {
                done.set(true);
              }
            });
    writer.start();
    int seen = 0;
    while (!done.get()) {
      try (Querier querier = store.querier(T0, T0 + 10_000)) {
        List<StoreProbe.BitPoint> first = StoreProbe.floats(querier, left);
        List<StoreProbe.BitPoint> second = StoreProbe.floats(querier, right);
        assertThat(second).isEqualTo(first);
        assertThat(first.size()).isGreaterThanOrEqualTo(seen);
        seen = first.size();
      }
    }
    writer.join();
    assertThat(store.floats(T0, T0 + 10_000, left)).hasSize(3000);
  }

  @Test
  void aCancelledSelectStops() throws TsdbException {
    addServices();
    SelectHints hints =
        new SelectHints(
            T0,
            T0,
            0,
            0,
            "",
            List.of(),
            false,
            () -> {
              throw new CancelledException("the client is gone");
            });
    try (Querier querier = store.querier(T0, T0)) {
      assertThatThrownBy(
              () -> {
                SeriesSet set = querier.select(hints, List.of());
                while (set.next()) {
                  set.series().samples();
                }
              })
          .isInstanceOf(CancelledException.class)
          .hasMessage("the client is gone");
    }
  }

  @Test
  void manySamplesComeBackInOrder() throws TsdbException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    Labels labels = Labels.of("__name__", "many");
    List<StoreProbe.BitPoint> expected = new ArrayList<>();
    Appender appender = store.appender();
    long ref = appender.series(labels);
    long time = T0;
    for (int i = 0; i < 3000; i++) {
      time += 15_000 + random.nextInt(-3, 4);
      double value = random.nextInt(3) == 0 ? random.nextGaussian() : random.nextInt(1000);
      appender.add(ref, time, value);
      expected.add(StoreProbe.point(time, value));
      if (random.nextInt(10) == 0) {
        appender.commit();
      }
    }
    appender.commit();
    assertThat(store.floats(T0, time, labels)).as("seed=%d", seed).isEqualTo(expected);
  }

  @Test
  void startTimestampsComeBack() throws TsdbException {
    needs(Capability.START_TIMESTAMPS);
    Labels labels = Labels.of("__name__", "started");
    Appender appender = store.appender();
    long ref = appender.series(labels);
    for (int i = 0; i < 400; i++) {
      appender.add(ref, T0 + 1000L * i, i);
      if (i % 7 != 3) {
        appender.startTimestamp(T0 - 5000 + (i / 100) * 60_000L);
      }
    }
    assertThat(appender.commit().accepted()).isEqualTo(400);
    List<Long> starts = store.startTimestamps(T0, T0 + 1_000_000, labels);
    assertThat(starts).hasSize(400);
    for (int i = 0; i < 400; i++) {
      assertThat(starts.get(i))
          .as("sample %d", i)
          .isEqualTo(i % 7 != 3 ? T0 - 5000 + (i / 100) * 60_000L : 0L);
    }
    assertThat(store.floats(T0 + 99_000, T0 + 99_000, labels)).hasSize(1);
  }

  @Test
  void exemplarsComeBackBySeriesAndTime() throws TsdbException {
    needs(Capability.EXEMPLARS);
    Labels labels = Labels.of("__name__", "latency_bucket", "le", "1");
    Exemplar first = new Exemplar(Labels.of("trace_id", "abc"), 0.7, T0);
    Exemplar second = new Exemplar(Labels.of("trace_id", "def"), 0.9, T0 + 2000);
    Appender appender = store.appender();
    long ref = appender.series(labels);
    appender.add(ref, T0, 1);
    appender.add(ref, first);
    appender.add(ref, first);
    appender.add(ref, second);
    appender.commit();
    List<List<LabelMatcher>> any =
        List.of(
            List.of(LabelMatcher.equal("le", "2")),
            List.of(LabelMatcher.equal("__name__", "latency_bucket")));
    try (Querier querier = store.querier(T0, T0 + 2000)) {
      assertThat(querier.exemplars(any))
          .containsExactly(new SeriesExemplars(labels, List.of(first, second)));
      assertThat(querier.exemplars(any.subList(0, 1))).isEmpty();
    }
    try (Querier querier = store.querier(T0 + 1, T0 + 2000)) {
      assertThat(querier.exemplars(any))
          .containsExactly(new SeriesExemplars(labels, List.of(second)));
    }
  }

  @Test
  void metadataComesBackByFamilyWhateverTheRange() throws TsdbException {
    Metadata first = new Metadata("counter", "", "Requests.");
    Metadata second = new Metadata("counter", "", "Requests that were served.");
    Appender appender = store.appender();
    appender.metadata("requests", first);
    appender.metadata("requests", first);
    appender.metadata("latency", new Metadata("histogram", "seconds", "Größe"));
    assertThat(appender.commit()).isEqualTo(new CommitResult(0, 0, List.of()));
    appender.metadata("requests", second);
    appender.metadata("never", second);
    appender.rollback();
    appender.metadata("requests", second);
    appender.commit();
    try (Querier querier = store.querier(5, 6)) {
      assertThat(querier.metadata())
          .isEqualTo(
              Map.of(
                  "requests",
                  List.of(first, second),
                  "latency",
                  List.of(new Metadata("histogram", "seconds", "Größe"))));
    }
  }

  @Test
  void histogramsComeBackWithTheHintsOfTheirRun() throws TsdbException {
    needs(Capability.HISTOGRAMS);
    Labels labels = Labels.of("__name__", "native");
    Histogram small = Histograms.of(CounterResetHint.UNKNOWN, 1, 2, 3);
    Histogram grown = Histograms.of(CounterResetHint.UNKNOWN, 2, 2, 5);
    Histogram gauge = Histograms.of(CounterResetHint.GAUGE, 9, 9);
    Histogram reset = Histograms.of(CounterResetHint.RESET, 7, 7, 7, 7);
    // Nothing falls: only the writer knows.
    Histogram anew = grown.withResetHint(CounterResetHint.RESET);
    Appender appender = store.appender();
    long ref = appender.series(labels);
    List<Histogram> written =
        List.of(
            small, grown, anew, grown, small, reset, Histogram.STALE, reset, gauge, gauge, reset);
    for (int i = 0; i < written.size(); i++) {
      appender.add(ref, T0 + i, written.get(i));
    }
    assertThat(appender.commit().accepted()).isEqualTo(written.size());
    List<CounterResetHint> hints =
        List.of(
            CounterResetHint.UNKNOWN,
            CounterResetHint.NOT_RESET,
            CounterResetHint.RESET,
            CounterResetHint.NOT_RESET,
            CounterResetHint.UNKNOWN,
            CounterResetHint.RESET,
            CounterResetHint.UNKNOWN,
            CounterResetHint.RESET,
            CounterResetHint.GAUGE,
            CounterResetHint.GAUGE,
            CounterResetHint.RESET);
    List<Histogram> read = store.histograms(T0, T0 + 100, labels);
    assertThat(read).hasSize(written.size());
    for (int i = 0; i < read.size(); i++) {
      assertThat(read.get(i))
          .as("histogram %d", i)
          .isEqualTo(written.get(i).withResetHint(hints.get(i)));
    }
  }

  @Test
  void manyHistogramsOfAllLayoutsComeBack() throws TsdbException {
    needs(Capability.HISTOGRAMS);
    long seed = Seeds.next();
    Random random = new Random(seed);
    Labels labels = Labels.of("__name__", "native");
    Appender appender = store.appender();
    long ref = appender.series(labels);
    List<Histogram> written = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      Histogram histogram = Histograms.random(random);
      written.add(histogram.withResetHint(CounterResetHint.UNKNOWN));
      appender.add(ref, T0 + i, histogram);
    }
    assertThat(appender.commit().rejections()).as("seed=%d", seed).isEmpty();
    assertThat(
            store.histograms(T0, T0 + 1000, labels).stream()
                .map(h -> h.withResetHint(CounterResetHint.UNKNOWN)))
        .as("seed=%d", seed)
        .isEqualTo(written);
  }

  @Test
  void oneSeriesMayHoldFloatsAndHistogramsByTurns() throws TsdbException {
    needs(Capability.HISTOGRAMS);
    Labels labels = Labels.of("__name__", "mixed");
    Histogram histogram = Histograms.of(CounterResetHint.UNKNOWN, 1, 2);
    Appender appender = store.appender();
    long ref = appender.series(labels);
    appender.add(ref, T0, 1);
    appender.add(ref, T0 + 1, histogram);
    appender.add(ref, T0 + 1, 5);
    appender.add(ref, T0 + 2, 2);
    appender.add(ref, T0 + 3, histogram);
    CommitResult result = appender.commit();
    assertThat(result.accepted()).isEqualTo(4);
    assertThat(result.rejections())
        .extracting(Rejection::position, Rejection::reason)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(2, Reason.DUPLICATE_TIMESTAMP));
    assertThat(store.floats(T0, T0 + 9, labels))
        .containsExactly(StoreProbe.point(T0, 1), StoreProbe.point(T0 + 2, 2));
    assertThat(store.histograms(T0, T0 + 9, labels)).containsExactly(histogram, histogram);
  }

  @Test
  void aHistogramThatContradictsItselfIsRefused() throws TsdbException {
    needs(Capability.HISTOGRAMS);
    Appender appender = store.appender();
    long ref = appender.series(Labels.of("__name__", "native"));
    Histogram right = Histograms.of(CounterResetHint.UNKNOWN, 1, 2);
    double[] none = {};
    Histogram wrongCount =
        new Histogram(
            right.schema(),
            right.zeroThreshold(),
            right.zeroCount(),
            99,
            right.sum(),
            right.positiveSpans(),
            right.positiveBuckets(),
            right.negativeSpans(),
            right.negativeBuckets(),
            right.customBounds(),
            right.resetHint(),
            true);
    appender.add(ref, T0, right);
    List<Histogram> wrong =
        List.of(
            wrongCount,
            single(Double.NaN, 3, 3, none),
            single(-0.5, 3, 3, none),
            single(0, 1.5, 1.5, none),
            single(0, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, none),
            single(0, 3, 3, new double[] {1}));
    for (int i = 0; i < wrong.size(); i++) {
      appender.add(ref, T0 + 1 + i, wrong.get(i));
    }
    appender.add(ref, T0 + 100, single(0, 3, 3, none));
    appender.add(ref, T0 + 101, single(-0.0, 0x1p70, 0x1p70, none));
    CommitResult result = appender.commit();
    assertThat(result.accepted()).isEqualTo(3);
    assertThat(result.rejections())
        .extracting(Rejection::position)
        .containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(result.rejections())
        .extracting(Rejection::reason)
        .containsOnly(Reason.INVALID_HISTOGRAM);
  }

  /** A histogram of whole numbers with one bucket. */
  private static Histogram single(
      double zeroThreshold, double count, double population, double[] bounds) {
    return new Histogram(
        0,
        zeroThreshold,
        0,
        count,
        2,
        new int[] {0, 1},
        new double[] {population},
        new int[0],
        new double[0],
        bounds,
        CounterResetHint.UNKNOWN,
        true);
  }
}
