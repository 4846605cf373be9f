package io.hmsops.tsdb.block;

import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where the chunks of classic histograms' buckets are that were written as they are, so that those
 * of other buckets of the same histogram can be differences from them: histograms are told apart by
 * all labels but {@code le}. Those whose labels in front of {@code le} are the same have their
 * buckets in turns, so that they are remembered together, up to a bound, and forgotten together.
 * Not thread-safe.
 */
final class BucketBases {
  private static final String BOUND = "le";

  /** Three to four MB each. */
  private static final int MOST_CHUNKS = 1 << 16;

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

  private final Map<Labels, List<Base>> histograms = new HashMap<>();
  private Labels lastBucket = Labels.EMPTY;
  private int chunks;

  private double bound = Double.NaN;
  private Labels histogram = Labels.EMPTY;
  private List<Base> bases = List.of();

  /** Begins a series. */
  void begin(Labels labels) {
    bound = bound(labels.get(BOUND));
    if (isBucket()) {
      if (!isBesides(lastBucket, labels)) {
        histograms.clear();
        chunks = 0;
      }
      lastBucket = labels;
      histogram = labels.without(BOUND);
      bases = histograms.getOrDefault(histogram, List.of());
    }
  }

  /** {@return whether labels are the same as far as the bound} */
  private static boolean isBesides(Labels last, Labels labels) {
    for (int i = 0; i < Math.min(last.size(), labels.size()); i++) {
      if (!last.name(i).equals(labels.name(i))) {
        return false;
      }
      if (labels.name(i).equals(BOUND)) {
        return true;
      }
      if (!last.value(i).equals(labels.value(i))) {
        return false;
      }
    }
    return false;
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

  /** Notes a chunk of the series, which is a bucket, while there is room. */
  void add(
      long timesOffset,
      long offset,
      int length,
      int kind,
      @Nullable MappedFile source,
      long sourceOffset) {
    if (chunks == MOST_CHUNKS) {
      return;
    }
    if (bases.isEmpty()) {
      if (histograms.size() == MOST_HISTOGRAMS) {
        return;
      }
      bases = new ArrayList<>(4);
      histograms.put(histogram, bases);
    }
    bases.add(new Base(bound, timesOffset, offset, length, kind, source, sourceOffset));
    chunks++;
  }
}
