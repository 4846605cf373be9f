package io.hmsops.server.rules;

import java.util.ArrayList;
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
   * {@return the files that cannot be used any more, although rules of theirs were at work}
   *
   * @param former what was at work
   */
  public List<QuarantinedFile> broken(RuleSet former) {
    return quarantined.stream().filter(file -> !former.groupsOf(file.file()).isEmpty()).toList();
  }

  /**
   * {@return these rules, with the former groups of files that cannot be used any more}
   *
   * @param former what was at work
   */
  public RuleSet keeping(RuleSet former) {
    List<RuleGroup> all = new ArrayList<>(groups);
    broken(former).forEach(file -> all.addAll(former.groupsOf(file.file())));
    return new RuleSet(all, quarantined, lints);
  }

  private List<RuleGroup> groupsOf(String file) {
    return groups.stream().filter(group -> group.file().equals(file)).toList();
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
