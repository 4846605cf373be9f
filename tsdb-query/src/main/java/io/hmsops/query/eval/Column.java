package io.hmsops.query.eval;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One series over all steps: at each step a float, a histogram, or nothing. Written by the operator
 * that makes it, read-only from then on. A column may share its cells with another one that differs
 * in labels only.
 */
final class Column {
  private final Labels labels;

  /** The labels that name the metric are to be removed at the end of the query. */
  private final boolean dropName;

  private final double[] values;
  private final long[] floatBits;
  private final HistogramCells histograms;

  /** Shared by columns that share cells, and allocated with the first histogram. */
  private static final class HistogramCells {
    private @Nullable Histogram @Nullable [] cells;
  }

  Column(Labels labels, boolean dropName, int steps) {
    this(labels, dropName, new double[steps], new long[words(steps)], new HistogramCells());
  }

  /** Cells that get their labels later, if at all. */
  static Column unnamed(int steps) {
    return new Column(Labels.EMPTY, false, steps);
  }

  /** How many words a bit for each step takes. */
  static int words(int steps) {
    return (steps + 63) >>> 6;
  }

  private Column(
      Labels labels,
      boolean dropName,
      double[] values,
      long[] floatBits,
      HistogramCells histograms) {
    this.labels = labels;
    this.dropName = dropName;
    this.values = values;
    this.floatBits = floatBits;
    this.histograms = histograms;
  }

  /** The same cells under other labels. */
  Column named(Labels newLabels, boolean newDropName) {
    return new Column(newLabels, newDropName, values, floatBits, histograms);
  }

  Labels labels() {
    return labels;
  }

  boolean dropName() {
    return dropName;
  }

  int steps() {
    return values.length;
  }

  boolean hasFloat(int step) {
    return (floatBits[step >>> 6] & (1L << step)) != 0;
  }

  /** The float of a step; meaningful only if {@link #hasFloat}. */
  double value(int step) {
    return values[step];
  }

  @Nullable Histogram histogram(int step) {
    return histograms.cells == null ? null : histograms.cells[step];
  }

  boolean hasHistograms() {
    return histograms.cells != null;
  }

  boolean has(int step) {
    return hasFloat(step) || histogram(step) != null;
  }

  void set(int step, double value) {
    values[step] = value;
    floatBits[step >>> 6] |= 1L << step;
  }

  void set(int step, Histogram histogram) {
    if (histograms.cells == null) {
      histograms.cells = new Histogram[values.length];
    }
    histograms.cells[step] = histogram;
  }

  /**
   * Gives cells back that nobody has been handed: nothing is set any more. A column of the same
   * steps, this one if that is possible.
   */
  Column cleared() {
    if (histograms.cells != null) {
      return unnamed(values.length);
    }
    Arrays.fill(floatBits, 0);
    return this;
  }

  /** The floats, for a kernel that writes or reads all steps. */
  double[] values() {
    return values;
  }

  /** A bit for each step that has a float. */
  long[] floatBits() {
    return floatBits;
  }

  /** Declares at which steps a kernel has written floats to {@link #values}. */
  void setFloats(long[] bits) {
    System.arraycopy(bits, 0, floatBits, 0, floatBits.length);
  }

  /** Whether there is a float at every step. */
  boolean isFullOfFloats() {
    return hasFirst(floatBits, values.length);
  }

  /** Whether so many bits from the first on are set. */
  static boolean hasFirst(long[] bits, int steps) {
    for (int word = 0; word < steps >>> 6; word++) {
      if (bits[word] != -1L) {
        return false;
      }
    }
    int rest = steps & 63;
    return rest == 0 || bits[steps >>> 6] == (1L << rest) - 1;
  }

  /** Copies the cell of another column. */
  void copy(int step, Column from, int fromStep) {
    Histogram histogram = from.histogram(fromStep);
    if (histogram != null) {
      set(step, histogram);
    } else if (from.hasFloat(fromStep)) {
      set(step, from.value(fromStep));
    }
  }

  /** How many steps have a sample. */
  int size() {
    int size = 0;
    for (int step = 0; step < values.length; step++) {
      if (has(step)) {
        size++;
      }
    }
    return size;
  }

  boolean isEmpty() {
    for (long word : floatBits) {
      if (word != 0) {
        return false;
      }
    }
    if (histograms.cells != null) {
      for (Histogram histogram : histograms.cells) {
        if (histogram != null) {
          return false;
        }
      }
    }
    return true;
  }
}
