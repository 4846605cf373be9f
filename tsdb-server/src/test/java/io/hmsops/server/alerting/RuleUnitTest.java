package io.hmsops.server.alerting;

import io.hmsops.query.ast.Expr;
import io.hmsops.query.engine.Engine;
import io.hmsops.query.engine.EngineOptions;
import io.hmsops.query.engine.Language;
import io.hmsops.query.engine.QueryException;
import io.hmsops.query.engine.QueryRequest;
import io.hmsops.query.engine.QueryResult;
import io.hmsops.query.parse.ParseException;
import io.hmsops.server.config.ConfigException;
import io.hmsops.server.config.YamlDocument;
import io.hmsops.server.config.YamlMapping;
import io.hmsops.server.config.YamlNode;
import io.hmsops.server.rules.RuleDefaults;
import io.hmsops.server.rules.RuleFiles;
import io.hmsops.server.rules.RuleGroup;
import io.hmsops.server.rules.RuleSet;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.testing.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Runs one file in the format of {@code promtool test rules} and counts what agrees. */
final class RuleUnitTest {
  private final Path file;
  private final Engine engine = new Engine(EngineOptions.defaults());
  final List<String> failures = new ArrayList<>();
  int passed;

  RuleUnitTest(Path file) {
    this.file = file;
  }

  void run() throws ConfigException, IOException {
    YamlMapping root = YamlDocument.parse(file.toString(), Files.readString(file)).asMapping();
    long intervalMs = root.durationMs("evaluation_interval", 60_000);
    List<Path> ruleFiles = new ArrayList<>();
    for (String name : root.texts("rule_files")) {
      ruleFiles.add(file.resolveSibling(name));
    }
    RuleSet rules = RuleFiles.load(ruleFiles, new RuleDefaults(intervalMs, 0, Set.of()));
    if (!rules.quarantined().isEmpty()) {
      failures.add(rules.quarantined().toString());
      return;
    }
    for (YamlNode test : root.list("tests")) {
      runTest(test.asMapping(), rules, intervalMs);
    }
  }

  private void runTest(YamlMapping test, RuleSet rules, long intervalMs)
      throws ConfigException, TsdbException {
    if (test.get("start_timestamp") != null) {
      failures.add("not supported: start_timestamp");
      return;
    }
    MemoryStore store = new MemoryStore();
    long stepMs = test.durationMs("interval", intervalMs);
    for (YamlNode series : test.list("input_series")) {
      load(store, series.asMapping(), stepMs);
    }
    YamlNode external = test.get("external_labels");
    Labels.Builder externalLabels = new Labels.Builder();
    if (external != null) {
      external.asMapping().asTexts().forEach(externalLabels::add);
    }
    AlertingOptions options =
        new AlertingOptions(
            test.text("external_url", ""), externalLabels.build(), 60_000, 900_000, 0, 10_000);
    List<GroupEvaluation> groups = new ArrayList<>();
    for (RuleGroup group : rules.groups()) {
      groups.add(
          new GroupEvaluation(
              group, new RuleSource(engine, store, store), options, AlertListener.NONE));
    }
    evaluate(test, groups, intervalMs);
    for (YamlNode check : test.list("promql_expr_test")) {
      checkExpression(store, check.asMapping());
    }
  }

  private void evaluate(YamlMapping test, List<GroupEvaluation> groups, long intervalMs)
      throws ConfigException {
    TreeMap<Long, List<YamlMapping>> alertChecks = new TreeMap<>();
    long endMs = 0;
    for (YamlNode node : test.list("alert_rule_test")) {
      long atMs = node.asMapping().durationMs("eval_time", 0);
      alertChecks.computeIfAbsent(atMs, at -> new ArrayList<>()).add(node.asMapping());
      endMs = Math.max(endMs, atMs);
    }
    for (YamlNode node : test.list("promql_expr_test")) {
      endMs = Math.max(endMs, node.asMapping().durationMs("eval_time", 0));
    }
    for (long nowMs = 0; nowMs <= endMs; nowMs += intervalMs) {
      for (GroupEvaluation group : groups) {
        group.evaluate(nowMs, alerts -> {});
      }
      for (List<YamlMapping> checks : alertChecks.subMap(nowMs, nowMs + intervalMs).values()) {
        for (YamlMapping check : checks) {
          checkAlerts(groups, check);
        }
      }
    }
  }

  private void checkAlerts(List<GroupEvaluation> groups, YamlMapping check) throws ConfigException {
    String name = check.text("alertname", "");
    Set<String> expected = new TreeSet<>();
    for (YamlNode node : check.list("exp_alerts")) {
      Labels.Builder labels = new Labels.Builder();
      YamlNode texts = node.asMapping().get("exp_labels");
      if (texts != null) {
        texts.asMapping().asTexts().forEach(labels::set);
      }
      labels.set("alertname", name);
      YamlNode annotations = node.asMapping().get("exp_annotations");
      Map<String, String> map = annotations == null ? Map.of() : annotations.asMapping().asTexts();
      expected.add(labels.build() + " " + new TreeMap<>(map));
    }
    Set<String> found = new TreeSet<>();
    for (GroupEvaluation group : groups) {
      for (GroupView.RuleView rule : group.view().rules()) {
        for (AlertView alert : rule.alerts()) {
          if (rule.rule().name().equals(name) && alert.state() == AlertState.FIRING) {
            found.add(alert.labels() + " " + new TreeMap<>(alert.annotations()));
          }
        }
      }
    }
    count(found.equals(expected), check.place(), found, expected);
  }

  private void checkExpression(MemoryStore store, YamlMapping check) throws ConfigException {
    String expr = check.required("expr").asText();
    Map<Labels, Double> expected = new TreeMap<>();
    for (YamlNode node : check.list("exp_samples")) {
      YamlMapping sample = node.asMapping();
      if (sample.get("histogram") != null) {
        failures.add(check.place() + ": not supported: histogram");
        return;
      }
      expected.put(labels(sample.text("labels", "{}")), sample.number("value", 0));
    }
    Map<Labels, Double> found = new TreeMap<>();
    try {
      QueryResult result =
          engine.query(store, QueryRequest.instant(expr, check.durationMs("eval_time", 0)));
      switch (result.value()) {
        case QueryResult.Vector(List<QueryResult.Sample> samples) ->
            samples.forEach(sample -> found.put(sample.labels(), sample.value()));
        case QueryResult.Scalar scalar -> found.put(Labels.EMPTY, scalar.value());
        case QueryResult.Text _, QueryResult.Matrix _ -> found.put(Labels.EMPTY, Double.NaN);
      }
    } catch (QueryException e) {
      failures.add(check.place() + ": " + expr + ": " + e.getMessage());
      return;
    }
    boolean same = found.keySet().equals(expected.keySet());
    for (Map.Entry<Labels, Double> entry : found.entrySet()) {
      same = same && near(entry.getValue(), expected.getOrDefault(entry.getKey(), Double.NaN));
    }
    count(same, check.place() + " " + expr, found, expected);
  }

  private static boolean near(double a, double b) {
    return Double.compare(a, b) == 0 || Math.abs(a - b) <= 1e-12 * Math.abs(a);
  }

  private void count(boolean same, String what, Object found, Object expected) {
    if (same) {
      passed++;
    } else {
      failures.add("%s: %s (expected: %s)".formatted(what, found, expected));
    }
  }

  private static void load(MemoryStore store, YamlMapping series, long stepMs)
      throws ConfigException, TsdbException {
    Appender appender = store.appender();
    long ref = appender.series(labels(series.required("series").asText()));
    long atMs = 0;
    for (double value : values(series.required("values").asText())) {
      // An absent value is any NaN but the staleness marker.
      if (!Double.isNaN(value) || StaleMarker.is(value)) {
        appender.add(ref, atMs, value);
      }
      atMs += stepMs;
    }
    appender.commit();
  }

  /** {@code 1 _ stale 1+2x3 -4x2 _x3}: values, absent ones, and runs. */
  private static List<Double> values(String text) {
    List<Double> values = new ArrayList<>();
    for (String item : text.strip().split("\\s+", -1)) {
      int times = item.lastIndexOf('x');
      int count = times < 0 ? 0 : Integer.parseInt(item.substring(times + 1));
      String value = times < 0 ? item : item.substring(0, times);
      int sign = Math.max(value.lastIndexOf('+'), value.lastIndexOf('-'));
      boolean steps = times >= 0 && sign > 0;
      double start = value(steps ? value.substring(0, sign) : value);
      double step = steps ? Double.parseDouble(value.substring(sign)) : 0;
      int repeats = value.equals("_") && times >= 0 ? count - 1 : count;
      for (int i = 0; i <= repeats; i++) {
        values.add(steps ? start + i * step : start);
      }
    }
    return values;
  }

  private static double value(String text) {
    return switch (text) {
      case "_" -> Double.NaN;
      case "stale" -> StaleMarker.VALUE;
      default -> Double.parseDouble(text);
    };
  }

  private static Labels labels(String selector) {
    if (selector.equals("{}")) {
      return Labels.EMPTY;
    }
    try {
      Expr.VectorSelector parsed = (Expr.VectorSelector) Language.parse(selector, Set.of());
      Labels.Builder labels = new Labels.Builder();
      for (LabelMatcher matcher : parsed.matchers()) {
        labels.add(matcher.name(), matcher.value());
      }
      return labels.build();
    } catch (ParseException e) {
      throw new IllegalArgumentException(selector, e);
    }
  }
}
