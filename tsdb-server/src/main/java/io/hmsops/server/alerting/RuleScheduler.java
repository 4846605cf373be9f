package io.hmsops.server.alerting;

import io.hmsops.server.rules.RuleGroup;
import io.hmsops.server.rules.RuleSet;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.TsdbException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates rule groups at their intervals, and saves the state of alerts whenever it changes. Each
 * group runs on a virtual thread of its own; an evaluation that is due while the one before still
 * runs is left out and counted. Thread-safe.
 */
public final class RuleScheduler implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(RuleScheduler.class.getName());
  private static final String STATE_FILE = "alert-state";

  private final RuleSource source;
  private final AlertingOptions options;
  private final InstantSource clock;
  private final AlertListener listener;
  private final AlertSink sink;
  private final AlertStateFile stateFile;
  private final ScheduledExecutorService timer;
  private final ReentrantLock saving = new ReentrantLock();
  private volatile List<RunningGroup> running = List.of();
  private volatile RuleSet rules = RuleSet.EMPTY;
  private List<SavedRule> savedState = List.of();
  private boolean applied;

  /** A group with its timer. */
  private static final class RunningGroup {
    final GroupEvaluation evaluation;
    final ReentrantLock busy = new ReentrantLock();
    final AtomicLong missed = new AtomicLong();
    private @Nullable ScheduledFuture<?> tick;

    RunningGroup(GroupEvaluation evaluation) {
      this.evaluation = evaluation;
    }
  }

  /**
   * Creates a scheduler and reads the saved state. Nothing runs before {@link #apply}.
   *
   * @param source what rules read from and write to
   * @param options settings
   * @param clock says what time it is
   * @param dataDirectory where state is kept; must exist
   * @param listener is told of every transition
   * @param sink takes the alerts to deliver
   */
  public RuleScheduler(
      RuleSource source,
      AlertingOptions options,
      InstantSource clock,
      Path dataDirectory,
      AlertListener listener,
      AlertSink sink) {
    this.source = source;
    this.options = options;
    this.clock = clock;
    this.listener = listener;
    this.sink = sink;
    this.stateFile = new AlertStateFile(dataDirectory.resolve(STATE_FILE));
    ScheduledThreadPoolExecutor executor =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().name("rule-timer").daemon().factory());
    executor.setRemoveOnCancelPolicy(true);
    this.timer = executor;
    readState();
  }

  private void readState() {
    try {
      savedState = stateFile.read();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "alert state is lost: {0}", e.getMessage());
      try {
        Path aside = stateFile.file().setAside();
        LOG.log(System.Logger.Level.WARNING, "the unreadable file is now {0}", aside);
      } catch (IOException move) {
        LOG.log(
            System.Logger.Level.WARNING,
            "the unreadable file cannot be moved: {0}",
            move.toString());
      }
    }
  }

  /**
   * Replaces the rules. Alerts of rules that stay keep their state; series of rules that go are
   * ended.
   *
   * @param newRules the rules from now on
   */
  public synchronized void apply(RuleSet newRules) {
    List<RunningGroup> former = running;
    former.forEach(RuleScheduler::stop);
    List<SavedRule> known = new ArrayList<>();
    for (RunningGroup group : former) {
      known.addAll(group.evaluation.save());
    }
    boolean firstTime = !applied;
    applied = true;
    if (firstTime) {
      known.addAll(savedState);
      savedState = List.of();
    }
    List<RunningGroup> next = new ArrayList<>();
    for (RuleGroup group : newRules.groups()) {
      next.add(new RunningGroup(create(group, known, former, firstTime)));
    }
    endVanished(former, next);
    rules = newRules;
    running = List.copyOf(next);
    next.forEach(this::start);
  }

  private GroupEvaluation create(
      RuleGroup group, List<SavedRule> known, List<RunningGroup> former, boolean afterRestart) {
    GroupEvaluation evaluation = new GroupEvaluation(group, source, options, listener);
    long nowMs = clock.millis();
    for (SavedRule saved : known) {
      int restored = evaluation.restore(saved, nowMs);
      if (restored > 0 && afterRestart) {
        for (ActiveAlert alert : saved.alerts()) {
          listener.on(
              new AlertEvent(
                  nowMs,
                  AlertEvent.Kind.RESTORED,
                  Fingerprint.of(options.outgoing(alert.labels)),
                  options.outgoing(alert.labels),
                  alert.state.text() + " before the restart"));
        }
      }
    }
    for (RunningGroup old : former) {
      if (isSame(old.evaluation.group(), group)) {
        evaluation.takeOverSeries(old.evaluation);
      }
    }
    return evaluation;
  }

  private static boolean isSame(RuleGroup a, RuleGroup b) {
    return a.file().equals(b.file()) && a.name().equals(b.name());
  }

  private void endVanished(List<RunningGroup> former, List<RunningGroup> next) {
    for (RunningGroup old : former) {
      boolean stays =
          next.stream().anyMatch(group -> isSame(group.evaluation.group(), old.evaluation.group()));
      if (!stays) {
        try {
          old.evaluation.endSeries(clock.millis());
        } catch (TsdbException e) {
          LOG.log(
              System.Logger.Level.WARNING,
              "the series of group {0} cannot be ended: {1}",
              old.evaluation.group().name(),
              e.getMessage());
        }
      }
    }
  }

  private void start(RunningGroup group) {
    group.tick =
        timer.scheduleAtFixedRate(
            () -> Thread.ofVirtual().name("rules").start(() -> tick(group)),
            0,
            group.evaluation.group().intervalMs(),
            TimeUnit.MILLISECONDS);
  }

  private static void stop(RunningGroup group) {
    ScheduledFuture<?> tick = group.tick;
    if (tick != null) {
      tick.cancel(false);
    }
    // Waits for an evaluation that runs now.
    group.busy.lock();
  }

  private void tick(RunningGroup group) {
    if (!group.busy.tryLock()) {
      group.missed.incrementAndGet();
      return;
    }
    try {
      group.evaluation.evaluate(clock.millis(), sink, group.missed.get());
      if (group.evaluation.takeChanged()) {
        save();
      }
    } catch (RuntimeException e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "evaluating group " + group.evaluation.group().name() + " failed",
          e);
    } finally {
      group.busy.unlock();
    }
  }

  private void save() {
    saving.lock();
    try {
      List<SavedRule> state = new ArrayList<>();
      for (RunningGroup group : running) {
        state.addAll(group.evaluation.save());
      }
      stateFile.write(state);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "alert state cannot be saved: {0}", e.toString());
    } finally {
      saving.unlock();
    }
  }

  /** {@return the rules in force, with what was quarantined and remarked} */
  public RuleSet rules() {
    return rules;
  }

  /** {@return all groups after their last evaluation} */
  public List<GroupView> groups() {
    return running.stream().map(group -> group.evaluation.view()).toList();
  }

  /** {@return all pending and firing alerts} */
  public List<AlertView> alerts() {
    return groups().stream()
        .flatMap(group -> group.rules().stream())
        .flatMap(rule -> rule.alerts().stream())
        .toList();
  }

  /** {@return the labels of all pending and firing alerts as they are sent, by fingerprint} */
  public Map<String, Labels> openAlerts() {
    Map<String, Labels> open = new LinkedHashMap<>();
    for (AlertView alert : alerts()) {
      open.put(alert.fingerprint(), options.outgoing(alert.labels()));
    }
    return open;
  }

  /** Stops evaluating, waits for what runs, and saves the state. */
  @Override
  public synchronized void close() {
    running.forEach(RuleScheduler::stop);
    timer.shutdownNow();
    save();
  }
}
