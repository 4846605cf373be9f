package io.hmsops.tsdb.db;

/**
 * When an acknowledged batch survives a power loss. In every mode a commit returns after the write
 * to the operating system, so that the death of the process alone loses nothing.
 */
public enum Durability {
  /** When the operating system gets round to it. */
  OS,
  /** After the next force of the log, every {@link Options#forceInterval}. */
  INTERVAL,
  /** At once: a commit returns after the log was forced; commits at the same time share a force. */
  BATCH
}
