package io.hmsops.server.config;

import io.hmsops.server.config.RelabelConfig.Action;
import io.hmsops.tsdb.regex.Regex;
import io.hmsops.tsdb.regex.RegexSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads and checks relabeling rules. */
final class RelabelConfigReader {
  private static final Set<String> FIELDS =
      Set.of(
          "source_labels",
          "separator",
          "regex",
          "modulus",
          "target_label",
          "replacement",
          "action");
  private static final Regex LEGACY_TEMPLATE =
      Regex.compile("^(?:(?:[a-zA-Z_]|\\$(?:\\{\\w+\\}|\\w+))+\\w*)+$");
  private static final Regex VARIABLE = Regex.compile("\\$(?:\\{\\w+\\}|\\w+)");

  private final NameValidation names;

  RelabelConfigReader(NameValidation names) {
    this.names = names;
  }

  /** {@return the rules of a list} The text of an empty rule's error is given. */
  List<RelabelConfig> list(List<YamlNode> nodes, String emptyRule) throws ConfigException {
    List<RelabelConfig> rules = new ArrayList<>(nodes.size());
    for (YamlNode node : nodes) {
      if (node.isNull()) {
        throw node.error(emptyRule);
      }
      rules.add(read(node.asMapping()));
    }
    return List.copyOf(rules);
  }

  RelabelConfig read(YamlMapping node) throws ConfigException {
    node.rejectUnknown("relabel.plain", FIELDS);
    RelabelConfig rule =
        new RelabelConfig(
            node.texts("source_labels"),
            stated(node, "separator", RelabelConfig.DEFAULT_SEPARATOR),
            stated(node, "regex", RelabelConfig.DEFAULT_REGEX),
            modulus(node),
            node.text("target_label", ""),
            stated(node, "replacement", RelabelConfig.DEFAULT_REPLACEMENT),
            action(node));
    checkRegex(node, rule.regex());
    String problem = problem(rule);
    if (problem != null) {
      throw node.error(problem);
    }
    return rule;
  }

  /** A field with an empty text is stated, and differs from an absent one. */
  private static String stated(YamlMapping node, String name, String absent)
      throws ConfigException {
    return node.has(name) ? node.field(name).asText() : absent;
  }

  private static long modulus(YamlMapping node) throws ConfigException {
    long modulus = node.integer("modulus", 0);
    if (modulus < 0) {
      throw node.key("modulus").error("modulus: %d (expected: not negative)".formatted(modulus));
    }
    return modulus;
  }

  private static Action action(YamlMapping node) throws ConfigException {
    if (!node.has("action")) {
      return Action.REPLACE;
    }
    YamlNode value = node.field("action");
    String text = value.asText();
    if (text.isEmpty()) {
      throw value.error("relabel action cannot be empty");
    }
    for (Action action : Action.values()) {
      if (action.text().equals(text.toLowerCase(Locale.ROOT))) {
        return action;
      }
    }
    throw value.error("unknown relabel action \"%s\"".formatted(text));
  }

  private static void checkRegex(YamlMapping node, String regex) throws ConfigException {
    try {
      var _ = Regex.compile("^(?s:" + regex + ")$");
    } catch (RegexSyntaxException invalid) {
      throw node.field("regex").error("" + invalid.getMessage());
    }
  }

  private @org.jspecify.annotations.Nullable String problem(RelabelConfig rule) {
    String action = rule.action().text();
    if (rule.action() == Action.HASHMOD && rule.modulus() == 0) {
      return "relabel configuration for hashmod requires non-zero modulus";
    }
    if (writesTarget(rule.action()) && rule.targetLabel().isEmpty()) {
      return "relabel configuration for %s action requires 'target_label' value".formatted(action);
    }
    if (writesTarget(rule.action()) && !targetIsValid(rule)) {
      return "%s is invalid 'target_label' for %s action"
          .formatted(InvalidBytes.quote(rule.targetLabel()), action);
    }
    if (isEqualAction(rule.action()) && !onlySourceAndTarget(rule)) {
      return "%s action requires only 'source_labels' and `target_label`, and no other fields"
          .formatted(action);
    }
    if ((rule.action() == Action.LOWERCASE || rule.action() == Action.UPPERCASE)
        && !rule.replacement().equals(RelabelConfig.DEFAULT_REPLACEMENT)) {
      return "'replacement' can not be set for %s action".formatted(action);
    }
    if (rule.action() == Action.LABELMAP && !replacementIsName(rule)) {
      return "%s is invalid 'replacement' for labelmap action"
          .formatted(InvalidBytes.quote(rule.replacement()));
    }
    if ((rule.action() == Action.LABELDROP || rule.action() == Action.LABELKEEP)
        && !onlyRegex(rule)) {
      return "%s action requires only 'regex', and no other fields".formatted(action);
    }
    return null;
  }

  private static boolean writesTarget(Action action) {
    return switch (action) {
      case REPLACE, HASHMOD, LOWERCASE, UPPERCASE, KEEPEQUAL, DROPEQUAL -> true;
      case KEEP, DROP, LABELMAP, LABELDROP, LABELKEEP -> false;
    };
  }

  private static boolean isEqualAction(Action action) {
    return action == Action.KEEPEQUAL || action == Action.DROPEQUAL;
  }

  private boolean targetIsValid(RelabelConfig rule) {
    boolean template = rule.action() == Action.REPLACE && VARIABLE.contains(rule.targetLabel());
    return template ? templateIsValid(rule.targetLabel()) : names.isLabelName(rule.targetLabel());
  }

  private boolean replacementIsName(RelabelConfig rule) {
    return VARIABLE.contains(rule.replacement())
        ? templateIsValid(rule.replacement())
        : names.isLabelName(rule.replacement());
  }

  private boolean templateIsValid(String template) {
    return names == NameValidation.UTF8
        ? names.isLabelName(template)
        : LEGACY_TEMPLATE.matches(template);
  }

  private static boolean onlySourceAndTarget(RelabelConfig rule) {
    return rule.regex().equals(RelabelConfig.DEFAULT_REGEX)
        && rule.modulus() == 0
        && rule.separator().equals(RelabelConfig.DEFAULT_SEPARATOR)
        && rule.replacement().equals(RelabelConfig.DEFAULT_REPLACEMENT);
  }

  private static boolean onlyRegex(RelabelConfig rule) {
    return rule.sourceLabels().isEmpty()
        && rule.targetLabel().isEmpty()
        && rule.modulus() == 0
        && rule.separator().equals(RelabelConfig.DEFAULT_SEPARATOR)
        && rule.replacement().equals(RelabelConfig.DEFAULT_REPLACEMENT);
  }
}
