package io.hmsops.server.alerting;

import io.hmsops.server.rules.Rule;
import io.hmsops.server.rules.RuleGroup;
import java.util.List;

/**
 * The alerts of one rule as they are saved. A rule is known by its group's name, its own name and
 * its expression, so that a moved file or a changed threshold neither loses nor mistakes state.
 */
record SavedRule(String group, String rule, String expr, long savedAtMs, List<ActiveAlert> alerts) {
  boolean isOf(RuleGroup candidateGroup, Rule candidate) {
    return group.equals(candidateGroup.name())
        && rule.equals(candidate.name())
        && expr.equals(candidate.expr());
  }
}
