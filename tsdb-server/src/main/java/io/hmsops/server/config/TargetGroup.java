package io.hmsops.server.config;

import io.hmsops.tsdb.labels.Labels;
import java.util.List;

/**
 * Targets that share labels.
 *
 * @param source where the group comes from, unique within its job
 * @param targets {@code host:port} each
 * @param labels the labels they share
 */
public record TargetGroup(String source, List<String> targets, Labels labels) {
  /** Copies the list. */
  public TargetGroup {
    targets = List.copyOf(targets);
  }
}
