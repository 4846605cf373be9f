package io.hmsops.server.alerting;

import io.hmsops.tsdb.labels.Labels;

/**
 * Something that happened to an alert.
 *
 * @param timestampMs when, in milliseconds since the Unix epoch
 * @param kind what
 * @param fingerprint the alert, empty if the event is not about one
 * @param labels the alert's labels, empty if they are not known
 * @param detail the event in words
 */
public record AlertEvent(
    long timestampMs, Kind kind, String fingerprint, Labels labels, String detail) {
  /** What can happen. Written to the timeline by its code, so codes are never used again. */
  public enum Kind {
    /** The condition began to hold. */
    CROSSED(1),
    /** The alert waits for its {@code for}. */
    PENDING(2),
    /** The alert fires. */
    FIRING(3),
    /** A receiver was told. */
    NOTIFIED(4),
    /** A receiver was not told, and why. */
    NOT_NOTIFIED(5),
    /** A playbook was started. */
    PLAYBOOK_STARTED(6),
    /** A playbook ended. */
    PLAYBOOK_ENDED(7),
    /** A playbook was not started, and why. */
    PLAYBOOK_REFUSED(8),
    /** Somebody left a note. */
    NOTE(9),
    /** The condition no longer holds. */
    CLEARED(10),
    /** The alert is resolved. */
    RESOLVED(11),
    /** State was read back after a restart. */
    RESTORED(12);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    /** {@return the number that stands for this in files} */
    public int code() {
      return code;
    }
  }
}
