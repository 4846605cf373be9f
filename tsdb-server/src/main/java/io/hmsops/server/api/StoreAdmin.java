package io.hmsops.server.api;

import io.hmsops.tsdb.labels.LabelMatcher;
import java.io.IOException;
import java.util.List;

/** What an administrator may ask of the store. Thread-safe. */
public interface StoreAdmin {
  /**
   * Brings the store into its smallest form.
   *
   * @throws IOException if a file is damaged or cannot be written
   */
  void compact() throws IOException;

  /**
   * Deletes what is stored now.
   *
   * @param matcherSets a series is meant if it passes all matchers of one set
   * @param fromMs the first timestamp, inclusive
   * @param toMs the last timestamp, inclusive
   * @throws IOException if that could not be written
   */
  void delete(List<List<LabelMatcher>> matcherSets, long fromMs, long toMs) throws IOException;

  /**
   * Gives back the room of what is deleted.
   *
   * @throws IOException if a file is damaged or cannot be written
   */
  void cleanTombstones() throws IOException;

  /**
   * Makes a copy of the store below its own directory.
   *
   * @param skipHead whether what is not in blocks yet is left out
   * @return the copy's name
   * @throws IOException if it cannot be written
   */
  String snapshot(boolean skipHead) throws IOException;
}
