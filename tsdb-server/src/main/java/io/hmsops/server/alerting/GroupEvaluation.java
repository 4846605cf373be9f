package io.hmsops.server.alerting;

import io.hmsops.query.engine.GroupReads;
import io.hmsops.query.engine.QueryException;
import io.hmsops.query.engine.QueryOrigin;
import io.hmsops.query.engine.QueryRequest;
import io.hmsops.query.engine.QueryResult;
import io.hmsops.server.alerting.GroupView.Health;
import io.hmsops.server.alerting.GroupView.RuleView;
import io.hmsops.server.rules.Rule;
import io.hmsops.server.rules.RuleGroup;
import io.hmsops.server.rules.template.TemplateContext;
import io.hmsops.server.rules.template.TemplateException;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.TsdbException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One rule group at work: evaluates its rules in order at one time, writes their series, and hands
 * out alerts. One evaluation at a time; {@link #view} may be called by any thread.
 */
public final class GroupEvaluation {
  /** What is kept of samples that several rules read, until the group is done. */
  private static final long MAX_KEPT_BYTES = 32 << 20;

  private final RuleGroup group;
  private final RuleSource source;
  private final AlertingOptions options;
  private final List<RuleState> rules = new ArrayList<>();
  private final QueryOrigin origin;
  private volatile GroupView view;
  private volatile List<SavedRule> saved = List.of();

  /** What is kept of a rule between evaluations. */
  private static final class RuleState {
    final Rule rule;
    final @Nullable AlertBook book;
    final @Nullable AlertTemplates templates;
    final SeriesWriter writer;
    RuleView view;

    RuleState(Rule rule, AlertingOptions options, AlertListener listener, SeriesWriter writer)
        throws TemplateException {
      this.rule = rule;
      this.writer = writer;
      this.view = new RuleView(rule, Health.UNKNOWN, "", 0, 0, List.of());
      if (rule instanceof Rule.Alerting alerting) {
        book = new AlertBook(alerting, options, listener);
        templates = new AlertTemplates(alerting, options);
      } else {
        book = null;
        templates = null;
      }
    }
  }

  /**
   * Creates a group that has not been evaluated.
   *
   * @param group the rules, as {@link io.hmsops.server.rules.RuleFiles} checked them
   * @param source what they read from and write to
   * @param options settings
   * @param listener is told of every transition
   * @throws IllegalArgumentException if a template cannot be parsed
   */
  public GroupEvaluation(
      RuleGroup group, RuleSource source, AlertingOptions options, AlertListener listener) {
    this.group = group;
    this.source = source;
    this.options = options;
    this.origin = new QueryOrigin("ruleGroup", Map.of("file", group.file(), "name", group.name()));
    for (Rule rule : group.rules()) {
      try {
        rules.add(new RuleState(rule, options, listener, new SeriesWriter(source.store())));
      } catch (TemplateException e) {
        throw new IllegalArgumentException(
            "rule \"%s\": %s".formatted(rule.name(), e.getMessage()), e);
      }
    }
    view = new GroupView(group, rules.stream().map(rule -> rule.view).toList(), 0, 0, 0);
  }

  /** {@return the group as configured} */
  public RuleGroup group() {
    return group;
  }

  /** {@return the group after its last evaluation} */
  public GroupView view() {
    return view;
  }

  /**
   * Evaluates all rules.
   *
   * @param nowMs the time, in milliseconds since the Unix epoch
   * @param sink takes the alerts to deliver, after all rules
   */
  public void evaluate(long nowMs, AlertSink sink) {
    evaluate(nowMs, sink, 0);
  }

  void evaluate(long nowMs, AlertSink sink, long missedEvaluations) {
    long startNanos = System.nanoTime();
    try (GroupReads reads = reads(nowMs)) {
      for (RuleState state : rules) {
        evaluate(state, nowMs, reads);
      }
    }
    double seconds = (System.nanoTime() - startNanos) / 1e9;
    view =
        new GroupView(
            group,
            rules.stream().map(rule -> rule.view).toList(),
            nowMs,
            seconds,
            missedEvaluations);
    for (RuleState state : rules) {
      if (state.book != null) {
        List<OutgoingAlert> outgoing =
            state.book.takeOutgoing(nowMs, group.intervalMs(), generatorUrl(state.rule));
        if (!outgoing.isEmpty()) {
          sink.accept(outgoing);
        }
      }
    }
    saved = snapshot(nowMs);
  }

  /** What all rules read: selectors that several of them have are read once. */
  private GroupReads reads(long nowMs) {
    List<QueryRequest> requests =
        rules.stream().map(state -> request(state.rule.expr(), atMs(nowMs))).toList();
    return source.engine().group(source.queryable(), requests, MAX_KEPT_BYTES);
  }

  private long atMs(long nowMs) {
    return nowMs - group.queryOffsetMs();
  }

  private QueryRequest request(String expr, long atMs) {
    return QueryRequest.instant(expr, atMs).withOrigin(origin);
  }

  private void evaluate(RuleState state, long nowMs, GroupReads reads) {
    long startNanos = System.nanoTime();
    String error = "";
    try {
      long atMs = atMs(nowMs);
      List<QueryResult.Sample> samples = query(reads, state.rule.expr(), atMs);
      Map<Labels, Double> floats =
          state.book == null || state.templates == null
              ? record(state, samples)
              : state.book.evaluate(
                  nowMs,
                  state.templates.candidates(samples, context(reads, state.rule, atMs)),
                  group.limit());
      Set<String> metrics = state.writer.metrics(floats);
      try {
        state.writer.write(atMs, floats);
      } finally {
        // The rules behind this one see it.
        metrics.forEach(reads::written);
      }
    } catch (EvaluationException e) {
      error = String.valueOf(e.getMessage());
    } catch (TsdbException | IllegalArgumentException e) {
      error = "cannot write the rule's series: " + e.getMessage();
    }
    state.view =
        new RuleView(
            state.rule,
            error.isEmpty() ? Health.OK : Health.ERROR,
            error,
            nowMs,
            (System.nanoTime() - startNanos) / 1e9,
            state.book == null ? List.of() : state.book.views());
  }

  private TemplateContext context(GroupReads reads, Rule rule, long atMs) {
    return new TemplateContext(
        "__alert_" + rule.name(),
        atMs,
        options.externalUrl(),
        expr -> {
          try {
            return query(reads, expr, atMs);
          } catch (EvaluationException e) {
            throw new TemplateException(String.valueOf(e.getMessage()));
          }
        });
  }

  private List<QueryResult.Sample> query(GroupReads reads, String expr, long atMs)
      throws EvaluationException {
    try {
      QueryResult result = source.engine().query(reads, request(expr, atMs));
      return switch (result.value()) {
        case QueryResult.Vector(List<QueryResult.Sample> samples) -> samples;
        case QueryResult.Scalar(long timestampMs, double value) ->
            List.of(new QueryResult.Sample(Labels.EMPTY, timestampMs, value, null));
        case QueryResult.Text _, QueryResult.Matrix _ ->
            throw new EvaluationException("rule result is not a vector or scalar");
      };
    } catch (QueryException e) {
      throw new EvaluationException(String.valueOf(e.getMessage()), e);
    }
  }

  private Map<Labels, Double> record(RuleState state, List<QueryResult.Sample> samples)
      throws EvaluationException {
    Map<Labels, Double> series = new HashMap<>();
    for (QueryResult.Sample sample : samples) {
      if (sample.histogram() != null) {
        throw new EvaluationException("not supported: recording native histograms");
      }
      Labels.Builder labels = sample.labels().toBuilder();
      labels.set(Label.METRIC_NAME, state.rule.name());
      state.rule.labels().forEach(labels::set);
      if (series.put(labels.build(), sample.value()) != null) {
        throw new EvaluationException(
            "vector contains metrics with the same labelset after applying rule labels");
      }
    }
    if (group.limit() > 0 && series.size() > group.limit()) {
      throw new EvaluationException(
          "exceeded limit of %d with %d series".formatted(group.limit(), series.size()));
    }
    return series;
  }

  private String generatorUrl(Rule rule) {
    return "%s/graph?g0.expr=%s&g0.tab=1"
        .formatted(options.externalUrl(), URLEncoder.encode(rule.expr(), StandardCharsets.UTF_8));
  }

  /** {@return whether alerts have changed in a way that is worth saving} */
  boolean takeChanged() {
    boolean changed = false;
    for (RuleState state : rules) {
      changed |= state.book != null && state.book.takeChanged();
    }
    return changed;
  }

  /** {@return the alerts of all rules after the last evaluation, for the state file} */
  List<SavedRule> save() {
    return saved;
  }

  private List<SavedRule> snapshot(long nowMs) {
    List<SavedRule> snapshot = new ArrayList<>();
    for (RuleState state : rules) {
      if (state.book != null) {
        List<ActiveAlert> alerts = state.book.copies();
        if (!alerts.isEmpty()) {
          snapshot.add(
              new SavedRule(group.name(), state.rule.name(), state.rule.expr(), nowMs, alerts));
        }
      }
    }
    return List.copyOf(snapshot);
  }

  /** Takes alerts back that were saved for a rule of the same group, name and expression. */
  int restore(SavedRule former, long nowMs) {
    for (RuleState state : rules) {
      if (state.book != null
          && former.isOf(group, state.rule)
          && nowMs - former.savedAtMs() <= options.outageToleranceMs()) {
        long blindMs = Math.max(0, nowMs - former.savedAtMs() - group.intervalMs());
        for (ActiveAlert alert : former.alerts()) {
          // Time in which nobody looked does not count towards `for`.
          if (alert.state == AlertState.PENDING) {
            alert.activeAtMs += blindMs;
          }
        }
        state.book.restore(former.alerts());
        saved = snapshot(former.savedAtMs());
        return former.alerts().size();
      }
    }
    return 0;
  }

  /** Ends the rules' series, for a group that is no longer configured. */
  void endSeries(long nowMs) throws TsdbException {
    for (RuleState state : rules) {
      state.writer.write(atMs(nowMs), Map.of());
    }
  }

  /** Takes over what the group's former self had written, so that vanished series are ended. */
  void takeOverSeries(GroupEvaluation former) {
    for (int i = 0; i < Math.min(rules.size(), former.rules.size()); i++) {
      rules.get(i).writer.takeOver(former.rules.get(i).writer);
    }
  }
}
