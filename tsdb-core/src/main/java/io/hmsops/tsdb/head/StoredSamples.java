package io.hmsops.tsdb.head;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds single samples that are no longer in the head. */
public interface StoredSamples {
  /**
   * A stored value.
   *
   * @param value the value, if it is a float
   * @param histogram the value, if it is a histogram
   */
  record Stored(double value, @Nullable Histogram histogram) {
    /**
     * {@return whether another value is the same}
     *
     * @param other the other value, if it is a float
     * @param otherHistogram the other value, if it is a histogram
     */
    public boolean is(double other, @Nullable Histogram otherHistogram) {
      if (histogram != null && otherHistogram != null) {
        return otherHistogram.withResetHint(histogram.resetHint()).equals(histogram);
      }
      return histogram == null
          && otherHistogram == null
          && Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(other);
    }
  }

  /**
   * {@return what a series has at a time}
   *
   * @param labels the series
   * @param timestampMs the time
   * @throws TsdbException if it cannot be read
   */
  Optional<Stored> find(Labels labels, long timestampMs) throws TsdbException;

  /**
   * {@return the newest timestamp of a series, {@link Long#MIN_VALUE} if there is none}
   *
   * @param labels the series
   * @throws TsdbException if it cannot be read
   */
  long newestMs(Labels labels) throws TsdbException;

  /** {@return the newest timestamp of all series, {@link Long#MIN_VALUE} if there is none} */
  long maxTimeMs();
}
