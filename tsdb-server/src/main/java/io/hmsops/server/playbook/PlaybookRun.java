package io.hmsops.server.playbook;

import io.hmsops.tsdb.labels.Labels;

/**
 * One run of a playbook for one alert. Times are milliseconds since the Unix epoch, 0 for not yet.
 *
 * @param id the run's name, unique in this process
 * @param playbook the file's name
 * @param fingerprint the alert
 * @param labels the alert's labels
 * @param startedAtMs when it started
 * @param endedAtMs when it ended
 * @param state how it stands
 * @param exitCode its exit code, −1 unless it exited by itself
 * @param output the last part of what it wrote
 */
public record PlaybookRun(
    String id,
    String playbook,
    String fingerprint,
    Labels labels,
    long startedAtMs,
    long endedAtMs,
    State state,
    int exitCode,
    String output) {
  /** How a run stands. */
  public enum State {
    /** It runs. */
    RUNNING,
    /** It exited with 0. */
    SUCCEEDED,
    /** It exited with another code, or could not be started. */
    FAILED,
    /** It was killed at the time limit. */
    TIMED_OUT,
    /** It was killed because the server stopped. */
    STOPPED
  }
}
