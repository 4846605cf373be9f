package io.hmsops.server.rules;

import io.hmsops.query.ast.Feature;
import java.util.Set;

/**
 * What a rule file leaves to the main configuration.
 *
 * @param intervalMs the interval of a group that names none
 * @param queryOffsetMs the query offset of a group that names none
 * @param features what queries may use beyond the stable language
 */
public record RuleDefaults(long intervalMs, long queryOffsetMs, Set<Feature> features) {
  /** Copies the set. */
  public RuleDefaults {
    features = Set.copyOf(features);
  }

  /** {@return 30 seconds, no offset, no features} */
  public static RuleDefaults standard() {
    return new RuleDefaults(30_000, 0, Set.of());
  }
}
