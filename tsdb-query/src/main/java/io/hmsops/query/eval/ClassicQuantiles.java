package io.hmsops.query.eval;

import io.hmsops.query.function.ClassicBuckets;
import io.hmsops.tsdb.labels.Labels;
import java.util.List;

/** Quantiles of one classic histogram at all steps. Belongs to one worker. */
final class ClassicQuantiles {
  private final QuantileSite site;
  private final ClassicBuckets buckets = new ClassicBuckets();

  ClassicQuantiles(QuantileSite site) {
    this.site = site;
  }

  /**
   * Computes a quantile at each step.
   *
   * @param columns the buckets' counts, by ascending bound; empty ones may be among them
   * @param bounds their bounds
   * @param quantiles φ at each step
   * @param labels what the buckets have in common, for annotations
   */
  void fill(List<Column> columns, double[] bounds, double[] quantiles, Labels labels, Column out) {
    if (isRegular(columns, bounds)) {
      fillRegular(columns, bounds, quantiles, labels, out);
      return;
    }
    for (int step = 0; step < quantiles.length; step++) {
      buckets.clear();
      for (int i = 0; i < columns.size(); i++) {
        if (columns.get(i).hasFloat(step)) {
          buckets.add(bounds[i], columns.get(i).value(step));
        }
      }
      if (buckets.size() > 0) {
        finish(step, quantiles[step], labels, out);
      }
    }
  }

  private void fillRegular(
      List<Column> columns, double[] bounds, double[] quantiles, Labels labels, Column out) {
    int size = columns.size();
    double[][] values = new double[size][];
    for (int i = 0; i < size; i++) {
      values[i] = columns.get(i).values();
    }
    buckets.setBounds(bounds, size);
    double[] counts = buckets.counts();
    for (int step = 0; step < quantiles.length; step++) {
      for (int i = 0; i < size; i++) {
        counts[i] = values[i][step];
      }
      finish(step, quantiles[step], labels, out);
    }
  }

  /** Whether each bucket has a count at each step, and a bound of its own. */
  private static boolean isRegular(List<Column> columns, double[] bounds) {
    for (int i = 0; i < columns.size(); i++) {
      if (!columns.get(i).isFullOfFloats() || (i > 0 && !(bounds[i] > bounds[i - 1]))) {
        return false;
      }
    }
    return !columns.isEmpty();
  }

  private void finish(int step, double quantile, Labels labels, Column out) {
    buckets.prepare();
    out.set(step, buckets.quantile(quantile));
    if (buckets.repaired()) {
      site.informRepaired(buckets, labels, step);
    }
  }
}
