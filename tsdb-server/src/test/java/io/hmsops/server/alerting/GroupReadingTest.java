package io.hmsops.server.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.query.engine.Engine;
import io.hmsops.query.engine.EngineOptions;
import io.hmsops.query.engine.QueryRequest;
import io.hmsops.query.engine.QueryResult;
import io.hmsops.server.rules.Rule;
import io.hmsops.server.rules.RuleGroup;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.testing.MemoryStore;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The rules of a group read together, and see what those before them wrote. */
class GroupReadingTest {
  private static final long START_MS = 1_700_000_000_000L;
  private static final long MINUTE_MS = 60_000;

  private final MemoryStore store = new MemoryStore();
  private final AtomicInteger views = new AtomicInteger();

  private static Rule recording(String name, String expr) {
    return new Rule.Recording(name, expr, Map.of());
  }

  private GroupEvaluation group(Engine engine, Rule... rules) {
    RuleSource source =
        new RuleSource(
            engine,
            (minTimeMs, maxTimeMs) -> {
              views.incrementAndGet();
              return store.querier(minTimeMs, maxTimeMs);
            },
            store);
    return new GroupEvaluation(
        new RuleGroup("a.yaml", "g", MINUTE_MS, 0, 0, List.of(rules)),
        source,
        AlertingOptions.defaults("http://ops"),
        _ -> {});
  }

  private void sample(String pod, long timeMs, double value) throws TsdbException {
    Appender appender = store.appender();
    appender.add(appender.series(Labels.of("__name__", "x", "pod", pod)), timeMs, value);
    appender.commit();
  }

  private String value(Engine engine, String query, long timeMs) throws Exception {
    QueryResult result = engine.query(store, QueryRequest.instant(query, timeMs));
    return result.value() instanceof QueryResult.Vector(var samples)
        ? String.join(" ", samples.stream().map(s -> s.labels() + "=" + s.value()).toList())
        : "no vector";
  }

  @Test
  void aRuleSeesWhatTheOneBeforeItWroteAndWhatItEnded() throws Exception {
    try (Engine engine = new Engine(EngineOptions.defaults())) {
      GroupEvaluation group =
          group(
              engine,
              recording("pod:x", "x * 2"),
              recording("all:x", "count(pod:x) + sum(x)"),
              new Rule.Alerting("High", "pod:x > 15", 0, 0, Map.of(), Map.of()),
              recording("high:count", "count(ALERTS{alertname=\"High\"}) or vector(0)"));
      sample("a", START_MS, 3);
      sample("b", START_MS, 10);
      group.evaluate(START_MS, _ -> {});

      assertThat(value(engine, "all:x", START_MS)).endsWith("=15.0");
      assertThat(value(engine, "high:count", START_MS)).endsWith("=1.0");

      long laterMs = START_MS + MINUTE_MS;
      sample("a", laterMs, 4);
      sample("b", laterMs, StaleMarker.VALUE);
      group.evaluate(laterMs, _ -> {});

      // One pod is left, and no alert.
      assertThat(value(engine, "all:x", laterMs)).endsWith("=5.0");
      assertThat(value(engine, "high:count", laterMs)).endsWith("=0.0");
    }
  }

  @Test
  void aRuleWhoseLabelsCannotBeStoredFailsAlone() throws Exception {
    try (Engine engine = new Engine(EngineOptions.defaults())) {
      GroupEvaluation group =
          group(
              engine,
              recording("bytes", "label_replace(x, \"pod\", \"\\xff\", \"none\", \"\")"),
              recording("all:x", "count(x)"));
      sample("a", START_MS, 3);
      group.evaluate(START_MS, _ -> {});

      GroupView.RuleView failed = group.view().rules().getFirst();
      assertThat(failed.health()).isEqualTo(GroupView.Health.ERROR);
      assertThat(failed.lastError())
          .isEqualTo(
              "cannot write the rule's series: value of label 2: half a surrogate pair, U+DCFF, at 0"
                  + " (expected: text that UTF-8 can carry)");
      assertThat(value(engine, "all:x", START_MS)).endsWith("=1.0");
      assertThat(value(engine, "count(bytes) or vector(0)", START_MS)).endsWith("=0.0");
    }
  }

  @Test
  void rulesThatWriteWhatNobodyReadsShareOneView() throws Exception {
    try (Engine engine = new Engine(EngineOptions.defaults())) {
      sample("a", START_MS, 3);
      group(
              engine,
              recording("r1", "sum(x)"),
              recording("r2", "max(x)"),
              recording("r3", "count(x)"))
          .evaluate(START_MS, _ -> {});
      assertThat(views.get()).isEqualTo(1);
      assertThat(value(engine, "r3", START_MS)).endsWith("=1.0");
    }
  }
}
