package io.hmsops.tsdb.head;

/** Says what is in a block already, while the head is filled after a start. */
@FunctionalInterface
public interface Replay {
  /**
   * {@return whether a sample of a batch is in a block}
   *
   * @param lsn the batch
   * @param timestampMs the sample's timestamp
   */
  boolean isInBlock(long lsn, long timestampMs);
}
