package io.hmsops.server.rules;

import java.util.List;

/**
 * Rules that are evaluated together, one after the other, at one time.
 *
 * @param file the file they come from, as it was found
 * @param name the group's name, unique in its file
 * @param intervalMs the time from one evaluation to the next
 * @param queryOffsetMs how far before the present the group is evaluated
 * @param limit how many series or alerts one rule may produce, 0 for any number
 * @param rules the rules in the order of the file
 */
public record RuleGroup(
    String file, String name, long intervalMs, long queryOffsetMs, int limit, List<Rule> rules) {
  /** Copies the list. */
  public RuleGroup {
    rules = List.copyOf(rules);
  }
}
