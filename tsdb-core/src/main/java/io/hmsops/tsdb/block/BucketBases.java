package io.hmsops.tsdb.block;

import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the chunks of classic histograms' buckets are that were written as they are, so that those
 * of other buckets of the same histogram can be differences from them: histograms are told apart by
 * all labels but {@code le}. The histograms used last are remembered, some 100 bytes for each
 * chunk. Not thread-safe.
 */
final class BucketBases {
  private static final String BOUND = "le";

  /** Two to three MB each. */
  private static final int MOST_CHUNKS = 1 << 15;

  private static final int MOST_HISTOGRAMS = 1 << 13;

  private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9.]+(?:[eE][-+]?[0-9]+)?");

  /**
   * A chunk.
   *
   * @param bound the bucket's {@code le}
   * @param timesOffset where its timestamps are
   * @param offset where it is in the new block
   * @param length how many bytes it has
   * @param kind its kind
   * @param source the file that it was copied from
   * @param sourceOffset where it is there
   */
  record Base(
      double bound,
      long timesOffset,
      long offset,
      int length,
      int kind,
      @Nullable MappedFile source,
      long sourceOffset) {}

  private final LinkedHashMap<Labels, List<Base>> histograms = new LinkedHashMap<>(16, 0.75f, true);
  private int chunks;

  private double bound = Double.NaN;
  private Labels histogram = Labels.EMPTY;
  private List<Base> bases = List.of();

  /** Begins a series. */
  void begin(Labels labels) {
    bound = bound(labels.get(BOUND));
    if (isBucket()) {
      histogram = labels.without(BOUND);
      bases = histograms.getOrDefault(histogram, List.of());
    }
  }

  /** {@return whether the series is a bucket} */
  boolean isBucket() {
    return !Double.isNaN(bound);
  }

  /** {@return the number that a label's value is, NaN if it is none} */
  private static double bound(String text) {
    if (text.isEmpty()) {
      return Double.NaN;
    }
    if (text.equals("+Inf") || text.equals("Inf")) {
      return Double.POSITIVE_INFINITY;
    }
    try {
      return NUMBER.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** {@return the nearest lower bucket with some timestamps} */
  @Nullable Base below(long timesOffset) {
    Base nearest = null;
    for (Base base : bases) {
      if (base.timesOffset == timesOffset
          && base.bound < bound
          && (nearest == null || base.bound > nearest.bound)) {
        nearest = base;
      }
    }
    return nearest;
  }

  /** {@return the nearest higher bucket with some timestamps} */
  @Nullable Base above(long timesOffset) {
    Base nearest = null;
    for (Base base : bases) {
      if (base.timesOffset == timesOffset
          && base.bound > bound
          && (nearest == null || base.bound < nearest.bound)) {
        nearest = base;
      }
    }
    return nearest;
  }

  /** {@return the bucket that was copied from a place} */
  @Nullable Base copied(MappedFile source, long sourceOffset) {
    for (Base base : bases) {
      if (base.sourceOffset == sourceOffset && base.source == source) {
        return base;
      }
    }
    return null;
  }

  /** Notes a chunk of the series, which is a bucket. */
  void add(
      long timesOffset,
      long offset,
      int length,
      int kind,
      @Nullable MappedFile source,
      long sourceOffset) {
    if (bases.isEmpty()) {
      bases = new ArrayList<>(4);
      histograms.put(histogram, bases);
    }
    bases.add(new Base(bound, timesOffset, offset, length, kind, source, sourceOffset));
    chunks++;
    while (histograms.size() > 1 && (chunks > MOST_CHUNKS || histograms.size() > MOST_HISTOGRAMS)) {
      Map.Entry<Labels, List<Base>> eldest = histograms.pollFirstEntry();
      chunks -= eldest == null ? 0 : eldest.getValue().size();
    }
  }
}
