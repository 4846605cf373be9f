package io.hmsops.server.playbook;

import java.util.List;

/**
 * The answer to a request to run a playbook.
 *
 * @param status the HTTP status that fits: 202, 400, 404 or 429
 * @param message the answer in words
 * @param started the ids of the runs that were started
 * @param refused for each alert that no run was started for, why
 */
public record RunAnswer(int status, String message, List<String> started, List<String> refused) {
  /** Copies the lists. */
  public RunAnswer {
    started = List.copyOf(started);
    refused = List.copyOf(refused);
  }
}
