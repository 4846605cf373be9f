package io.hmsops.server.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.query.engine.Engine;
import io.hmsops.query.engine.EngineOptions;
import io.hmsops.server.rules.Rule;
import io.hmsops.server.rules.RuleGroup;
import io.hmsops.server.rules.RuleSet;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.testing.MemoryStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stops and starts the scheduler over one data directory; the clock is moved by hand. */
class RestartTest {
  private static final long START_MS = 1_700_000_000_000L;

  /** One evaluation at each start; the clock says when it is. */
  private static final long INTERVAL_MS = 3_600_000;

  @TempDir Path directory;

  private final MemoryStore store = new MemoryStore();
  private final BlockingQueue<AlertEvent> events = new LinkedBlockingQueue<>();
  private final List<OutgoingAlert> sent = new ArrayList<>();
  private final AtomicLong nowMs = new AtomicLong(START_MS);

  private static RuleSet rules(long forMs) {
    Rule rule = new Rule.Alerting("Slow", "x > 5", forMs, 0, Map.of(), Map.of());
    return new RuleSet(
        List.of(new RuleGroup("a.yaml", "g", INTERVAL_MS, 0, 0, List.of(rule))),
        List.of(),
        List.of());
  }

  private void sample(double value) throws Exception {
    Appender appender = store.appender();
    appender.add(appender.series(Labels.of("__name__", "x", "pod", "a")), nowMs.get(), value);
    appender.commit();
  }

  /** Runs one evaluation in a process of its own, as far as the data directory can tell. */
  private List<AlertView> evaluateOnce(long forMs) throws Exception {
    events.clear();
    try (RuleScheduler scheduler =
        new RuleScheduler(
            new RuleSource(new Engine(EngineOptions.defaults()), store, store),
            AlertingOptions.defaults("http://ops"),
            () -> Instant.ofEpochMilli(nowMs.get()),
            directory,
            events::add,
            sent::addAll)) {
      scheduler.apply(rules(forMs));
      long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (scheduler.groups().get(0).lastEvaluationMs() == 0) {
        assertThat(System.nanoTime()).as("evaluated within a minute").isLessThan(deadlineNanos);
        Thread.onSpinWait();
      }
      return scheduler.alerts();
    }
  }

  @Test
  void progressTowardsForSurvives() throws Exception {
    sample(9);
    assertThat(evaluateOnce(60_000))
        .singleElement()
        .satisfies(alert -> assertThat(alert.state()).isEqualTo(AlertState.PENDING));

    nowMs.addAndGet(60_000);
    sample(9);

    assertThat(evaluateOnce(60_000))
        .singleElement()
        .satisfies(
            alert -> {
              assertThat(alert.state()).isEqualTo(AlertState.FIRING);
              assertThat(alert.activeAtMs()).isEqualTo(START_MS);
            });
  }

  @Test
  void aFiringAlertFiresOnSinceTheSameTimeAndIsNotSentAtOnce() throws Exception {
    sample(9);
    evaluateOnce(0);
    assertThat(sent).hasSize(1);

    nowMs.addAndGet(30_000);
    sample(9);

    assertThat(evaluateOnce(0))
        .singleElement()
        .satisfies(alert -> assertThat(alert.firedAtMs()).isEqualTo(START_MS));
    assertThat(sent).hasSize(1);
    assertThat(events).extracting(AlertEvent::kind).containsExactly(AlertEvent.Kind.RESTORED);
  }

  @Test
  void anAlertWhoseConditionEndedMeanwhileIsResolved() throws Exception {
    sample(9);
    evaluateOnce(0);

    nowMs.addAndGet(30_000);
    sample(1);

    assertThat(evaluateOnce(0)).isEmpty();
    assertThat(sent).hasSize(2);
    assertThat(sent.get(1).isResolved(nowMs.get())).isTrue();
  }

  @Test
  void stateOlderThanTheToleratedOutageIsForgotten() throws Exception {
    sample(9);
    evaluateOnce(60_000);

    nowMs.addAndGet(3_600_001);
    sample(9);

    assertThat(evaluateOnce(60_000))
        .singleElement()
        .satisfies(alert -> assertThat(alert.activeAtMs()).isEqualTo(nowMs.get()));
  }

  @Test
  void anUnreadableStateFileIsPutAside() throws Exception {
    Files.writeString(directory.resolve("alert-state"), "not ours at all, and quite long");
    sample(9);

    assertThat(evaluateOnce(0)).hasSize(1);
    assertThat(directory.resolve("alert-state.unreadable")).exists();
  }
}
