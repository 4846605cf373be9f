package io.hmsops.tsdb.head;

import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.StaleMarker;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/** The newest sample of each series, stored or about to be. Guarded by the commit lock. */
final class NewestSamples {
  private final SeriesLines lines;

  /** Those that are histograms. */
  private final Int2ObjectHashMap<Histogram> histograms = new Int2ObjectHashMap<>();

  NewestSamples(SeriesLines lines) {
    this.lines = lines;
  }

  long timeMs(int number) {
    return lines.get(number, SeriesLines.NEWEST_MS);
  }

  /** Whether the value is remembered. */
  boolean isKnown(int number) {
    return lines.is(number, SeriesLines.KNOWN);
  }

  double value(int number) {
    return Double.longBitsToDouble(lines.get(number, SeriesLines.NEWEST_VALUE));
  }

  @Nullable Histogram histogram(int number) {
    return histograms.isEmpty() ? null : histograms.get(number);
  }

  /** {@return whether any of them is a histogram} */
  boolean holdsHistograms() {
    return !histograms.isEmpty();
  }

  /** Notes a newest sample; or, if it is not known, that there is one. */
  void set(
      int number, long timestampMs, double value, @Nullable Histogram histogram, boolean known) {
    long[] page = lines.page(number);
    int line = SeriesLines.start(number);
    page[line + SeriesLines.NEWEST_MS] = timestampMs;
    page[line + SeriesLines.NEWEST_VALUE] = Double.doubleToRawLongBits(value);
    if (isKnown(number) != known) {
      lines.setFlag(number, SeriesLines.KNOWN, known);
    }
    if (histogram != null) {
      histograms.put(number, histogram);
    } else if (!histograms.isEmpty()) {
      histograms.remove(number);
    }
  }

  /** Notes that no sample is newer than a time. */
  void bound(int number, long timestampMs) {
    if (timestampMs < timeMs(number)) {
      lines.set(number, SeriesLines.NEWEST_MS, timestampMs);
    }
  }

  /** Forgets the value of the newest sample, which is deleted: none is newer, that much stays. */
  void forgetValue(int number) {
    lines.setFlag(number, SeriesLines.KNOWN, false);
    forgetHistogram(number);
  }

  /** {@return whether it says that the series has ended} */
  boolean isStale(int number) {
    Histogram histogram = histogram(number);
    return isKnown(number) && StaleMarker.is(histogram != null ? histogram.sum() : value(number));
  }

  void forgetHistogram(int number) {
    histograms.remove(number);
  }
}
