package io.hmsops.server.rules;

import io.hmsops.query.ast.DeepTrees;
import io.hmsops.query.ast.Expr;
import io.hmsops.query.engine.Language;
import io.hmsops.query.parse.ParseException;
import io.hmsops.server.config.ConfigException;
import io.hmsops.server.config.YamlDocument;
import io.hmsops.server.config.YamlMapping;
import io.hmsops.server.config.YamlNode;
import io.hmsops.server.config.YamlSequence;
import io.hmsops.server.rules.template.Template;
import io.hmsops.server.rules.template.TemplateData;
import io.hmsops.server.rules.template.TemplateException;
import io.hmsops.tsdb.labels.Label;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads one rule file, in either form: groups, or bare rules (one, or a list of them), which make a
 * group named after the file. Everything that could fail later is checked here.
 */
final class RuleFileReader {
  private static final Set<String> GROUP_FIELDS =
      Set.of("name", "interval", "query_offset", "limit", "rules", "labels");
  private static final Set<String> RULE_FIELDS =
      Set.of("record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations");

  private final String file;
  private final RuleDefaults defaults;
  private final List<RuleGroup> groups = new ArrayList<>();
  private final List<RuleSet.Lint> lints = new ArrayList<>();

  private RuleFileReader(String file, RuleDefaults defaults) {
    this.file = file;
    this.defaults = defaults;
  }

  /**
   * {@return the groups and remarks of one file}
   *
   * @param file the file's name for messages
   * @param text its content
   * @param defaults what it leaves open
   * @throws ConfigException if it is not a valid rule file
   */
  static RuleSet read(String file, String text, RuleDefaults defaults) throws ConfigException {
    RuleFileReader reader = new RuleFileReader(file, defaults);
    reader.root(YamlDocument.parse(file, firstDocument(text)));
    return new RuleSet(reader.groups, List.of(), reader.lints);
  }

  /** Upstream reads the first document of a file and ignores the others. */
  private static String firstDocument(String text) {
    int second = text.indexOf("\n---", text.startsWith("---") ? 3 : 0);
    boolean contentBefore =
        second > 0
            && text.substring(0, second)
                .lines()
                .anyMatch(line -> !line.isBlank() && !line.startsWith("#"));
    return contentBefore ? text.substring(0, second + 1) : text;
  }

  private void root(YamlNode root) throws ConfigException {
    if (root.isNull()) {
      return;
    }
    if (root instanceof YamlSequence bareRules) {
      bareGroup(bareRules.items());
      return;
    }
    YamlMapping mapping = root.asMapping();
    if (mapping.has("alert") || mapping.has("record")) {
      bareGroup(List.of(mapping));
      return;
    }
    mapping.rejectUnknown("rulefmt.RuleGroups", Set.of("groups"));
    Set<String> names = new HashSet<>();
    for (YamlNode node : mapping.list("groups")) {
      YamlMapping group = node.asMapping();
      String name = group.text("name", "");
      if (name.isEmpty()) {
        throw group.error("Groupname must not be empty");
      }
      if (!names.add(name)) {
        throw group.error("groupname: \"%s\" is repeated in the same file".formatted(name));
      }
      groups.add(group(name, group));
    }
  }

  private void bareGroup(List<YamlNode> nodes) throws ConfigException {
    List<Rule> rules = new ArrayList<>();
    for (YamlNode node : nodes) {
      rules.add(rule(node.asMapping(), Map.of()));
    }
    int slash = Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\'));
    String name = file.substring(slash + 1).replaceFirst("\\.ya?ml$", "");
    groups.add(
        new RuleGroup(file, name, defaults.intervalMs(), defaults.queryOffsetMs(), 0, rules));
  }

  private RuleGroup group(String name, YamlMapping group) throws ConfigException {
    group.rejectUnknown("rulefmt.RuleGroup", GROUP_FIELDS);
    Map<String, String> labels = texts(group, "labels");
    for (String label : labels.keySet()) {
      if (label.isEmpty() || label.equals(Label.METRIC_NAME)) {
        throw group.error("invalid label name: \"%s\"".formatted(label));
      }
    }
    long intervalMs = group.durationMs("interval", 0);
    int limit = Math.clamp(group.integer("limit", 0), 0, Integer.MAX_VALUE);
    List<Rule> rules = new ArrayList<>();
    for (YamlNode node : group.list("rules")) {
      rules.add(rule(node.asMapping(), labels));
    }
    return new RuleGroup(
        file,
        name,
        intervalMs == 0 ? defaults.intervalMs() : intervalMs,
        group.durationMs("query_offset", defaults.queryOffsetMs()),
        limit,
        rules);
  }

  private Rule rule(YamlMapping node, Map<String, String> groupLabels) throws ConfigException {
    node.rejectUnknown("rulefmt.Rule", RULE_FIELDS);
    String record = node.text("record", "");
    String alert = node.text("alert", "");
    if (!record.isEmpty() && !alert.isEmpty()) {
      throw node.error("only one of 'record' and 'alert' must be set");
    }
    if (record.isEmpty() && alert.isEmpty()) {
      throw node.error("one of 'record' or 'alert' must be set");
    }
    String name = record.isEmpty() ? alert : record;
    String exprText = node.text("expr", "");
    if (exprText.isEmpty()) {
      throw node.error("rule \"%s\": field 'expr' must be set in rule".formatted(name));
    }
    YamlNode exprNode = node.required("expr");
    Expr expr = parse(name, exprNode, exprText);
    for (String message : DeepTrees.walk(expr, () -> ExprLint.check(expr))) {
      lints.add(new RuleSet.Lint(file, exprNode.line(), name, message));
    }
    Map<String, String> labels = new LinkedHashMap<>(groupLabels);
    labels.putAll(texts(node, "labels"));
    checkLabels(node, name, labels);
    return record.isEmpty()
        ? alerting(node, name, exprText, labels)
        : recording(node, name, exprText, labels);
  }

  private Rule recording(YamlMapping node, String name, String expr, Map<String, String> labels)
      throws ConfigException {
    for (String field : List.of("for", "keep_firing_for", "annotations")) {
      if (node.get(field) != null) {
        throw node.error(
            "rule \"%s\": invalid field '%s' in recording rule".formatted(name, field));
      }
    }
    // A brace in the name is nearly always a selector put in the wrong place.
    if (name.indexOf('{') >= 0 || name.indexOf('}') >= 0) {
      throw node.error("invalid recording rule name: " + name);
    }
    return new Rule.Recording(name, expr, labels);
  }

  private Rule alerting(YamlMapping node, String name, String expr, Map<String, String> labels)
      throws ConfigException {
    Map<String, String> annotations = texts(node, "annotations");
    if (annotations.containsKey("")) {
      throw node.error("invalid annotation name: \"\"");
    }
    checkTemplates(node, name, "label", labels);
    checkTemplates(node, name, "annotation", annotations);
    return new Rule.Alerting(
        name,
        expr,
        node.durationMs("for", 0),
        node.durationMs("keep_firing_for", 0),
        labels,
        annotations);
  }

  private Expr parse(String name, YamlNode node, String text) throws ConfigException {
    try {
      return Language.parse(text, defaults.features());
    } catch (ParseException e) {
      throw node.error(
          "rule \"%s\": could not parse expression: %s".formatted(name, e.getMessage()));
    }
  }

  private static void checkLabels(YamlMapping node, String name, Map<String, String> labels)
      throws ConfigException {
    for (String label : labels.keySet()) {
      if (label.isEmpty() || label.equals(Label.METRIC_NAME)) {
        throw node.error("rule \"%s\": invalid label name: \"%s\"".formatted(name, label));
      }
    }
  }

  private static void checkTemplates(
      YamlMapping node, String rule, String kind, Map<String, String> templates)
      throws ConfigException {
    for (Map.Entry<String, String> template : templates.entrySet()) {
      try {
        Template.parse(template.getValue(), TemplateData.VARIABLES);
      } catch (TemplateException e) {
        throw node.error(
            "rule \"%s\", %s \"%s\": error parsing template: %s"
                .formatted(rule, kind, template.getKey(), e.getMessage()));
      }
    }
  }

  private static Map<String, String> texts(YamlMapping node, String field) throws ConfigException {
    YamlNode value = node.get(field);
    return value == null ? Map.of() : value.asMapping().asTexts();
  }
}
