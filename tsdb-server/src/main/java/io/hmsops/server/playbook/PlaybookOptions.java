package io.hmsops.server.playbook;

import java.nio.file.Path;

/**
 * Settings of the runner.
 *
 * @param directory the allow-list: the regular files right in it may be run
 * @param serverUrl the address of this server, told to playbooks as {@code HMS_URL}
 * @param timeLimitMs how long a playbook may run before it is killed
 * @param maxOutputBytes how much of its output is kept, the last part of it
 * @param cooldownMs how long after a run for an alert the same playbook is not run for it again
 * @param maxConcurrentRuns how many playbooks may run at a time
 * @param noteGraceMs how long after a run its alert still takes notes
 */
public record PlaybookOptions(
    Path directory,
    String serverUrl,
    long timeLimitMs,
    int maxOutputBytes,
    long cooldownMs,
    int maxConcurrentRuns,
    long noteGraceMs) {
  /**
   * {@return 5 minutes a run, 64 KiB of output, one minute of cooldown, 4 at a time, notes for 5
   * minutes after a run}
   *
   * @param directory the allow-list
   * @param serverUrl the address of this server
   */
  public static PlaybookOptions defaults(Path directory, String serverUrl) {
    return new PlaybookOptions(directory, serverUrl, 300_000, 64 << 10, 60_000, 4, 300_000);
  }
}
