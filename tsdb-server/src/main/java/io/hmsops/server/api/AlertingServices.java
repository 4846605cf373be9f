package io.hmsops.server.api;

import io.hmsops.server.alerting.GroupView;
import io.hmsops.server.playbook.PlaybookRunner;
import io.hmsops.server.timeline.NoteService;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The parts of the process that handle alerts, as far as they run.
 *
 * @param groups the rule groups after their last evaluation
 * @param alertmanagers the URLs that alerts are sent to
 * @param playbooks runs playbooks
 * @param notes takes notes
 */
public record AlertingServices(
    Supplier<List<GroupView>> groups,
    Supplier<List<String>> alertmanagers,
    Optional<PlaybookRunner> playbooks,
    Optional<NoteService> notes) {

  /** {@return no rules, no playbooks, no notes} */
  public static AlertingServices none() {
    return new AlertingServices(List::of, List::of, Optional.empty(), Optional.empty());
  }
}
