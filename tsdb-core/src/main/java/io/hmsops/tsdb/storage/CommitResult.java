package io.hmsops.tsdb.storage;

import java.util.List;

/**
 * What became of a batch.
 *
 * @param accepted how many samples were stored
 * @param duplicates how many were there already, with the same value, and were ignored
 * @param rejections what was refused, by ascending position
 */
public record CommitResult(int accepted, int duplicates, List<Rejection> rejections) {
  /** Copies the list. */
  public CommitResult {
    rejections = List.copyOf(rejections);
  }

  /**
   * One refused sample.
   *
   * @param position its place in the batch, from 0
   * @param reason why
   * @param message the reason in words, with the sample's series and timestamp
   */
  public record Rejection(int position, Reason reason, String message) {}

  /** Why a sample is refused. */
  public enum Reason {
    /** Older than the newest sample of its series (or than the window allows). */
    OUT_OF_ORDER,
    /** Older than anything that may still be written. */
    TOO_OLD,
    /** Further in the future than allowed. */
    TOO_FAR_IN_FUTURE,
    /** A different value is stored at that timestamp. */
    DUPLICATE_TIMESTAMP,
    /** The sample's kind cannot be stored. */
    NOT_SUPPORTED,
    /** A histogram contradicts itself. */
    INVALID_HISTOGRAM
  }
}
