package io.hmsops.query.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.query.testing.AnswerBits;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.Queryable;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.testing.MemoryStore;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The queries of a rule group read what they have in common once, and what the group writes. */
class GroupReadsTest {
  private static final int SERIES = 20;
  private static final int MINUTES = 30;
  private static final long MINUTE_MS = 60_000;
  private static final long NOW_MS = MINUTES * MINUTE_MS;
  private static final long PLENTY = 1 << 20;

  private final MemoryStore memory = new MemoryStore();
  private final CountingStore store = new CountingStore(memory);
  private final Engine engine = new Engine(EngineOptions.defaults().withWorkers(3, 4));

  @BeforeEach
  void load() throws TsdbException {
    for (String name : List.of("x_total", "other_total")) {
      for (int i = 0; i < SERIES; i++) {
        for (int minute = 0; minute <= MINUTES; minute++) {
          write(Labels.of("__name__", name, "i", "" + i), minute * MINUTE_MS, minute * i);
        }
      }
    }
  }

  @AfterEach
  void close() {
    engine.close();
    assertThat(store.openViews()).isZero();
  }

  private void write(Labels labels, long timeMs, double value) throws TsdbException {
    Appender appender = memory.appender();
    appender.add(appender.series(labels), timeMs, value);
    appender.commit();
  }

  private static List<QueryRequest> requests(String... queries) {
    return List.of(queries).stream().map(query -> QueryRequest.instant(query, NOW_MS)).toList();
  }

  private String answer(Queryable from, QueryRequest request) throws QueryException {
    QueryResult result = engine.query(from, request);
    return AnswerBits.of(result.value()) + result.warnings() + result.infos();
  }

  /** How many samples a query reads of the store itself. */
  private long samplesOf(String query) throws QueryException {
    CountingStore counting = new CountingStore(memory);
    engine.query(counting, QueryRequest.instant(query, NOW_MS));
    return counting.samples();
  }

  @Test
  void whatStandsInSeveralRulesIsReadOnce() throws QueryException {
    List<QueryRequest> rules =
        requests(
            "sum(rate(x_total[5m]))",
            "x_total > 100",
            "max by (i) (max_over_time(x_total[10m])) / count(x_total)",
            "sum(increase(x_total[5m])) / sum(x_total{i=\"3\"})",
            "avg_over_time(x_total[2m:1m])");
    try (GroupReads group = engine.group(store, rules, PLENTY)) {
      for (QueryRequest rule : rules) {
        assertThat(answer(group, rule)).as(rule.query()).isEqualTo(answer(memory, rule));
      }
      // Over the longest range and the look-back before it; and the series that one rule picks.
      assertThat(store.samples()).isEqualTo(16 * SERIES + samplesOf("x_total{i=\"3\"}"));
      assertThat(store.selects()).isEqualTo(2);
      assertThat(group.keptBytes()).isGreaterThan(0);
    }
  }

  @Test
  void aRangeFarFromTheOthersIsReadForItself() throws QueryException {
    List<QueryRequest> rules =
        requests("x_total offset 20m", "sum(x_total)", "count(x_total)", "x_total offset 21m");
    try (GroupReads group = engine.group(store, rules, PLENTY)) {
      for (QueryRequest rule : rules) {
        assertThat(answer(group, rule)).as(rule.query()).isEqualTo(answer(memory, rule));
      }
      assertThat(store.selects()).isEqualTo(2);
      assertThat(store.samples()).isLessThan(2 * samplesOf("count_over_time(x_total[11m])"));
    }
  }

  @Test
  void aLaterRuleSeesWhatAnEarlierOneWrites() throws QueryException, TsdbException {
    List<QueryRequest> rules =
        requests(
            "sum(x_total)",
            "count(job:x:sum) or vector(0)",
            "job:x:sum * 2",
            "{__name__=~\"job:.*\"}",
            "max(x_total)");
    try (GroupReads group = engine.group(store, rules, PLENTY)) {
      assertThat(answer(group, rules.get(1))).isEqualTo(answer(memory, rules.get(1)));
      String all = answer(group, rules.get(0));
      long before = store.samples();
      write(Labels.of("__name__", "job:x:sum"), NOW_MS, 5);
      group.written("job:x:sum");

      assertThat(answer(group, rules.get(1))).contains(AnswerBits.of(1.0));
      assertThat(answer(group, rules.get(2))).contains(AnswerBits.of(10.0));
      assertThat(answer(group, rules.get(3))).contains(AnswerBits.of(5.0));
      assertThat(answer(group, rules.get(4))).isEqualTo(answer(memory, rules.get(4)));
      assertThat(answer(group, rules.get(0))).isEqualTo(all);
      // Only the sample that was written: once for the selector by name, once for the other.
      assertThat(store.samples()).isEqualTo(before + 2);
    }
  }

  @Test
  void aSelectorThatCouldMatchWhatIsWrittenIsReadAgain() throws QueryException, TsdbException {
    List<QueryRequest> rules =
        requests(
            "sum({__name__=~\"x_.*\"})",
            "count({__name__=~\"x_.*\"})",
            "count(x_total)",
            "sum(x_total)");
    try (GroupReads group = engine.group(store, rules, PLENTY)) {
      answer(group, rules.get(0));
      String count = answer(group, rules.get(2));
      write(Labels.of("__name__", "x_more"), NOW_MS, 1000);
      write(Labels.of("__name__", "x_total", "i", "new"), NOW_MS, 1000);
      int selects = store.selects();
      group.written("x_more");

      assertThat(answer(group, rules.get(1))).contains(AnswerBits.of(SERIES + 2.0));
      // Written by somebody else since the group began.
      assertThat(answer(group, rules.get(2))).isEqualTo(count);
      assertThat(store.selects()).isEqualTo(selects + 1);
    }
  }

  @Test
  void withoutRoomSamplesAreReadEachTime() throws QueryException {
    List<QueryRequest> rules = requests("sum(x_total)", "max(x_total)", "count(x_total)");
    // The look-back is read with its first millisecond.
    long all = 6 * SERIES;
    for (long room : new long[] {0, 1_000, 2_500}) {
      CountingStore counting = new CountingStore(memory);
      try (GroupReads group = engine.group(counting, rules, room)) {
        for (QueryRequest rule : rules) {
          assertThat(answer(group, rule)).as(rule.query()).isEqualTo(answer(memory, rule));
          assertThat(group.keptBytes()).isLessThanOrEqualTo(room);
        }
        assertThat(counting.selects()).isEqualTo(1);
        if (room == 0) {
          assertThat(counting.samples()).isEqualTo(3 * all);
        } else {
          assertThat(counting.samples()).isLessThan(3 * all).isGreaterThan(all);
        }
      }
      assertThat(counting.openViews()).isZero();
    }
  }

  @Test
  void aRuleThatCannotBeReadFailsForItself() throws QueryException {
    List<QueryRequest> rules = requests("sum(x_total", "sum(x_total)", "count(x_total)");
    try (GroupReads group = engine.group(store, rules, PLENTY)) {
      assertThatThrownBy(() -> answer(group, rules.get(0))).isInstanceOf(QueryException.class);
      assertThat(answer(group, rules.get(1))).isEqualTo(answer(memory, rules.get(1)));
      assertThat(answer(group, rules.get(2))).isEqualTo(answer(memory, rules.get(2)));
      assertThat(store.selects()).isEqualTo(1);
    }
  }

  @Test
  void aQueryThatWasNotAnnouncedIsAnsweredAsWell() throws QueryException {
    try (GroupReads group = engine.group(store, requests("sum(x_total)"), PLENTY)) {
      QueryRequest stranger = QueryRequest.instant("rate(other_total[20m])", NOW_MS);
      assertThat(answer(group, stranger)).isEqualTo(answer(memory, stranger));
    }
  }
}
