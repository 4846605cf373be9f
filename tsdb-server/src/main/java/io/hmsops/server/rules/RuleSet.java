package io.hmsops.server.rules;

import java.util.List;

/**
 * Everything that was read from a list of rule files.
 *
 * @param groups the groups of the good files, in the order of files
 * @param quarantined the broken files
 * @param lints what is valid but probably not meant
 */
public record RuleSet(List<RuleGroup> groups, List<QuarantinedFile> quarantined, List<Lint> lints) {
  /** No rules. */
  public static final RuleSet EMPTY = new RuleSet(List.of(), List.of(), List.of());

  /** Copies the lists. */
  public RuleSet {
    groups = List.copyOf(groups);
    quarantined = List.copyOf(quarantined);
    lints = List.copyOf(lints);
  }

  /**
   * A file that was not loaded.
   *
   * @param file the file
   * @param reason why, with line and column where they are known
   */
  public record QuarantinedFile(String file, String reason) {}

  /**
   * A remark on a rule that was loaded as written.
   *
   * @param file the file
   * @param line the line of the rule's expression, from 1
   * @param rule the rule's name
   * @param message the remark
   */
  public record Lint(String file, int line, String rule, String message) {
    @Override
    public String toString() {
      return "%s:%d: %s: %s".formatted(file, line, rule, message);
    }
  }
}
