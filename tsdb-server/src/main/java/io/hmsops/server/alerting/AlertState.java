package io.hmsops.server.alerting;

import java.util.Locale;

/** Where an alert stands. */
public enum AlertState {
  /** It has been resolved. */
  INACTIVE,
  /** Its condition holds, but not yet for long enough. */
  PENDING,
  /** It fires. */
  FIRING;

  /** {@return the state as the API spells it} */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
