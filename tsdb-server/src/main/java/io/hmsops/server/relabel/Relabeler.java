package io.hmsops.server.relabel;

import io.hmsops.server.config.RelabelConfig;
import io.hmsops.tsdb.labels.Labels;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Applies rules in their order. Immutable and thread-safe. */
public final class Relabeler {
  private final List<RelabelRule> rules;

  /**
   * Compiles the rules.
   *
   * @param configs checked rules
   */
  public Relabeler(List<RelabelConfig> configs) {
    this.rules = configs.stream().map(RelabelRule::new).toList();
  }

  /** {@return whether there are no rules} */
  public boolean isEmpty() {
    return rules.isEmpty();
  }

  /**
   * {@return the rewritten labels, null if a rule drops them}
   *
   * @param labels the labels before the first rule
   */
  public @Nullable Labels apply(Labels labels) {
    if (rules.isEmpty()) {
      return labels;
    }
    Map<String, String> map = new TreeMap<>();
    labels.forEach(label -> map.put(label.name(), label.value()));
    for (RelabelRule rule : rules) {
      if (!rule.apply(map)) {
        return null;
      }
    }
    Labels.Builder builder = new Labels.Builder();
    map.forEach(builder::add);
    return builder.build();
  }
}
