package io.hmsops.server.app;

import io.hmsops.query.parse.ParseException;
import io.hmsops.query.parse.PromQL;
import io.hmsops.server.config.ConfigException;
import io.hmsops.server.config.YamlMapping;
import io.hmsops.server.config.YamlNode;
import io.hmsops.tsdb.db.RetentionRule;
import io.hmsops.tsdb.labels.LabelMatcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code retention} of {@code hms.yml}: selectors, and how long what they select is kept. */
final class RetentionRules {
  private static final Set<String> FIELDS = Set.of("match", "keep");

  private RetentionRules() {}

  static List<RetentionRule> read(@Nullable YamlNode section) throws ConfigException {
    if (section == null || section.isNull()) {
      return List.of();
    }
    List<RetentionRule> rules = new ArrayList<>();
    for (YamlNode item : section.asSequence()) {
      YamlMapping rule = item.asMapping();
      rule.rejectUnknown("retention", FIELDS);
      YamlNode match = required(item, rule, "match");
      YamlNode keep = required(item, rule, "keep");
      long keepMs = keep.asDurationMs();
      if (keepMs <= 0) {
        throw keep.error("keep: %s (expected: more than 0)".formatted(keep.asText()));
      }
      rules.add(new RetentionRule(matchers(match), Duration.ofMillis(keepMs)));
    }
    return rules;
  }

  private static YamlNode required(YamlNode item, YamlMapping rule, String name)
      throws ConfigException {
    YamlNode node = rule.get(name);
    if (node == null) {
      throw item.error("retention: %s is missing (expected: match and keep)".formatted(name));
    }
    return node;
  }

  private static List<LabelMatcher> matchers(YamlNode match) throws ConfigException {
    try {
      return PromQL.parseSelector(match.asText()).matchers();
    } catch (ParseException e) {
      throw match.error("match: " + e.getMessage());
    }
  }
}
