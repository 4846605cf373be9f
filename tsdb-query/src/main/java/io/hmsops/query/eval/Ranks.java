package io.hmsops.query.eval;

import java.util.Map;

/**
 * The k best floats of each step, for {@code topk} and {@code bottomk}. NaN is worst in both; of
 * equals the earlier series is better. The order is total, so it does not matter in which order
 * candidates come. At each step a heap, the worst candidate at its root.
 */
final class Ranks implements Fold {
  private final AggregationCall call;
  private final boolean largest;
  private final int[] limits;
  private final int width;
  private final double[] values;
  private final int[] series;
  private final int[] sizes;

  /**
   * Creates ranks without candidates.
   *
   * @param limits how many are kept at each step
   */
  Ranks(AggregationCall call, boolean largest, int[] limits) {
    this.call = call;
    this.largest = largest;
    this.limits = limits;
    this.width = widest(limits);
    this.values = new double[Math.multiplyExact(limits.length, width)];
    this.series = new int[values.length];
    this.sizes = new int[limits.length];
  }

  /** The largest of the limits. */
  static int widest(int[] limits) {
    int widest = 0;
    for (int limit : limits) {
      widest = Math.max(widest, limit);
    }
    return widest;
  }

  @Override
  public void add(int index, Column member) {
    boolean histograms = member.hasHistograms();
    for (int step = 0; step < sizes.length; step++) {
      if (member.hasFloat(step)) {
        offer(step, member.value(step), index);
      } else if (histograms && member.histogram(step) != null && limits[step] >= 1) {
        call.context()
            .annotations()
            .inform(
                Texts.ignoredHistogramIn(call.aggregate().operator().symbol()),
                call.aggregate().span());
      }
    }
  }

  private void offer(int step, double value, int index) {
    int root = step * width;
    int size = sizes[step];
    if (size < limits[step]) {
      sizes[step] = size + 1;
      rise(root, size, value, index);
    } else if (size > 0 && isWorse(values[root], series[root], value, index)) {
      sink(root, size, value, index);
    }
  }

  /** Puts a candidate into the place at the end, or above. */
  private void rise(int root, int end, double value, int index) {
    int at = end;
    while (at > 0) {
      int parent = (at - 1) >>> 1;
      if (!isWorse(value, index, values[root + parent], series[root + parent])) {
        break;
      }
      place(root + at, values[root + parent], series[root + parent]);
      at = parent;
    }
    place(root + at, value, index);
  }

  /** Puts a candidate into the place of the root, or below. */
  private void sink(int root, int size, double value, int index) {
    int at = 0;
    while (true) {
      int child = 2 * at + 1;
      if (child >= size) {
        break;
      }
      int other = child + 1;
      if (other < size
          && isWorse(
              values[root + other],
              series[root + other],
              values[root + child],
              series[root + child])) {
        child = other;
      }
      if (!isWorse(values[root + child], series[root + child], value, index)) {
        break;
      }
      place(root + at, values[root + child], series[root + child]);
      at = child;
    }
    place(root + at, value, index);
  }

  private void place(int at, double value, int index) {
    values[at] = value;
    series[at] = index;
  }

  private boolean isWorse(double value, int index, double other, int otherIndex) {
    if (value < other) {
      return largest;
    }
    if (value > other) {
      return !largest;
    }
    boolean nan = Double.isNaN(value);
    if (nan != Double.isNaN(other)) {
      return nan;
    }
    return index > otherIndex;
  }

  @Override
  public void merge(Fold later) {
    Ranks other = (Ranks) later;
    for (int step = 0; step < sizes.length; step++) {
      int root = step * width;
      for (int i = root; i < root + other.sizes[step]; i++) {
        offer(step, other.values[i], other.series[i]);
      }
    }
  }

  /** There is not one result for a group, but one for each series chosen. */
  @Override
  public void finish(Column out) {
    throw new IllegalStateException("ranks have no column of their own");
  }

  /**
   * Writes the samples chosen to the columns of their series.
   *
   * @param columns gets a column for each series chosen, in the order of steps and ranks
   * @param create makes the column of a series
   */
  void finish(Map<Integer, Column> columns, java.util.function.IntFunction<Column> create) {
    for (int step = 0; step < sizes.length; step++) {
      int root = step * width;
      sort(root, sizes[step]);
      for (int i = root; i < root + sizes[step]; i++) {
        columns.computeIfAbsent(series[i], create::apply).set(step, values[i]);
      }
    }
  }

  /** Puts a heap into order, the best first. */
  private void sort(int root, int size) {
    for (int end = size - 1; end > 0; end--) {
      double worst = values[root];
      int worstSeries = series[root];
      sink(root, end, values[root + end], series[root + end]);
      place(root + end, worst, worstSeries);
    }
  }
}
