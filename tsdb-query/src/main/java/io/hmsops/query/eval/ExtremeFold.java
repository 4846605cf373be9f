package io.hmsops.query.eval;

/** {@code min} and {@code max}: NaN only if all are. */
final class ExtremeFold implements Aggregation.Fold {
  private final AggregationCall call;
  private final boolean max;
  private final double[] extremes;
  private final boolean[] seen;

  ExtremeFold(AggregationCall call, boolean max) {
    this.call = call;
    this.max = max;
    this.extremes = new double[call.steps()];
    this.seen = new boolean[call.steps()];
  }

  @Override
  public void add(Column member) {
    for (int step = 0; step < seen.length; step++) {
      if (member.histogram(step) != null) {
        call.informIgnoredHistogram();
      } else if (member.hasFloat(step)) {
        double value = member.value(step);
        double old = extremes[step];
        if (!seen[step] || Double.isNaN(old) || (max ? value > old : value < old)) {
          extremes[step] = value;
          seen[step] = true;
        }
      }
    }
  }

  @Override
  public void finish(Column out) {
    for (int step = 0; step < seen.length; step++) {
      if (seen[step]) {
        out.set(step, extremes[step]);
      }
    }
  }
}
