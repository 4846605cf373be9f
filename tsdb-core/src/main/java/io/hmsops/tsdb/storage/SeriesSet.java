package io.hmsops.tsdb.storage;

import java.util.List;
import java.util.Optional;

/**
 * Series in the order of their labels. Not thread-safe itself, but each {@link Series} it has
 * handed out stays valid until the querier is closed and may be read by another thread.
 */
public interface SeriesSet {
  /** A set without series. */
  SeriesSet EMPTY =
      new SeriesSet() {
        @Override
        public boolean next() {
          return false;
        }

        @Override
        public Series series() {
          throw new IllegalStateException("series() without a next() that was true");
        }
      };

  /**
   * Moves to the next series.
   *
   * @return whether there is one
   * @throws TsdbException if the data cannot be read or the read was cancelled
   */
  boolean next() throws TsdbException;

  /**
   * {@return the series that the last {@link #next} moved to}
   *
   * @throws IllegalStateException if there is none
   */
  Series series();

  /**
   * {@return all series by number, where the set knows them so} Then they need not be walked
   * through.
   */
  default Optional<SeriesList> list() {
    return Optional.empty();
  }

  /**
   * {@return what is missing from the answer, as texts for the user; complete after the last
   * series}
   */
  default List<String> warnings() {
    return List.of();
  }
}
