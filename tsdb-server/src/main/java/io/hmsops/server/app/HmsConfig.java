package io.hmsops.server.app;

import io.hmsops.server.config.ConfigException;
import io.hmsops.server.config.YamlDocument;
import io.hmsops.server.config.YamlMapping;
import io.hmsops.server.config.YamlNode;
import io.hmsops.tsdb.db.RetentionRule;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code hms.yml} says: settings without a convention elsewhere. An unknown name is an error,
 * so that a typing mistake does not pass for a setting.
 *
 * @param playbookTimeoutMs how long a playbook may run
 * @param playbookCooldownMs how long a playbook rests for the same alert
 * @param playbookConcurrency playbooks at a time
 * @param playbookOutputBytes how much of a playbook's output is kept
 * @param retention how long some series are kept
 */
record HmsConfig(
    Optional<Long> playbookTimeoutMs,
    Optional<Long> playbookCooldownMs,
    Optional<Integer> playbookConcurrency,
    Optional<Integer> playbookOutputBytes,
    List<RetentionRule> retention) {

  private static final Set<String> FIELDS = Set.of("playbooks", "retention");
  private static final Set<String> PLAYBOOK_FIELDS =
      Set.of("timeout", "cooldown", "concurrency", "output_limit");

  /** No file. */
  static final HmsConfig NONE =
      new HmsConfig(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), List.of());

  HmsConfig {
    retention = List.copyOf(retention);
  }

  static HmsConfig parse(String file, String text) throws ConfigException {
    YamlNode root = YamlDocument.parse(file, text);
    if (root.isNull()) {
      return NONE;
    }
    YamlMapping top = root.asMapping();
    top.rejectUnknown("hms.yml", FIELDS);
    List<RetentionRule> retention = RetentionRules.read(top.get("retention"));
    YamlNode section = top.get("playbooks");
    if (section == null || section.isNull()) {
      return new HmsConfig(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), retention);
    }
    YamlMapping playbooks = section.asMapping();
    playbooks.rejectUnknown("playbooks", PLAYBOOK_FIELDS);
    return new HmsConfig(
        duration(playbooks, "timeout"),
        duration(playbooks, "cooldown"),
        count(playbooks, "concurrency"),
        count(playbooks, "output_limit"),
        retention);
  }

  private static Optional<Long> duration(YamlMapping mapping, String name) throws ConfigException {
    YamlNode node = mapping.get(name);
    return node == null ? Optional.empty() : Optional.of(node.asDurationMs());
  }

  private static Optional<Integer> count(YamlMapping mapping, String name) throws ConfigException {
    YamlNode node = mapping.get(name);
    if (node == null) {
      return Optional.empty();
    }
    long value = node.asLong();
    if (value < 1 || value > Integer.MAX_VALUE) {
      throw node.error("%s: %d (expected: a positive number)".formatted(name, value));
    }
    return Optional.of((int) value);
  }
}
