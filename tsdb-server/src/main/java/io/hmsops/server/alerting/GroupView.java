package io.hmsops.server.alerting;

import io.hmsops.server.rules.Rule;
import io.hmsops.server.rules.RuleGroup;
import java.util.List;

/**
 * A rule group after its last evaluation.
 *
 * @param group the group as configured
 * @param rules its rules, in order
 * @param lastEvaluationMs when it was last evaluated, 0 for never
 * @param evaluationSeconds how long that took
 * @param missedEvaluations how many evaluations were left out because one took too long
 */
public record GroupView(
    RuleGroup group,
    List<RuleView> rules,
    long lastEvaluationMs,
    double evaluationSeconds,
    long missedEvaluations) {
  /** Copies the list. */
  public GroupView {
    rules = List.copyOf(rules);
  }

  /** Whether a rule's last evaluation worked. */
  public enum Health {
    /** It has not been evaluated. */
    UNKNOWN("unknown"),
    /** It worked. */
    OK("ok"),
    /** It did not. */
    ERROR("err");

    private final String text;

    Health(String text) {
      this.text = text;
    }

    /** {@return the health as the API spells it} */
    public String text() {
      return text;
    }
  }

  /**
   * One rule after its last evaluation.
   *
   * @param rule the rule as configured
   * @param health whether it worked
   * @param lastError why not, empty if it did
   * @param lastEvaluationMs when it was last evaluated, 0 for never
   * @param evaluationSeconds how long that took
   * @param alerts its pending and firing alerts; empty for a recording rule
   */
  public record RuleView(
      Rule rule,
      Health health,
      String lastError,
      long lastEvaluationMs,
      double evaluationSeconds,
      List<AlertView> alerts) {
    /** Copies the list. */
    public RuleView {
      alerts = List.copyOf(alerts);
    }

    /** {@return the worst state of the rule's alerts} */
    public AlertState state() {
      AlertState worst = AlertState.INACTIVE;
      for (AlertView alert : alerts) {
        worst = alert.state().compareTo(worst) > 0 ? alert.state() : worst;
      }
      return worst;
    }
  }
}
