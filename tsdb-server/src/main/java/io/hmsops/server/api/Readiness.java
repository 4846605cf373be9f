package io.hmsops.server.api;

/** Whether the process can answer. */
public enum Readiness {
  /** Not yet: storage is being opened. */
  STARTING,
  /** Yes. */
  READY,
  /** No more: it is being stopped. */
  STOPPING
}
