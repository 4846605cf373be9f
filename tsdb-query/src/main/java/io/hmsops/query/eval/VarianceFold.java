package io.hmsops.query.eval;

/** {@code stdvar} and {@code stddev} of the population, by Welford's method. */
final class VarianceFold implements Fold {
  private final AggregationCall call;
  private final boolean deviation;
  private final double[] means;
  private final double[] squares;
  private final int[] counts;

  VarianceFold(AggregationCall call, boolean deviation) {
    this.call = call;
    this.deviation = deviation;
    means = new double[call.steps()];
    squares = new double[call.steps()];
    counts = new int[call.steps()];
  }

  @Override
  public void add(int index, Column member) {
    for (int step = 0; step < counts.length; step++) {
      if (member.histogram(step) != null) {
        call.informIgnoredHistogram();
      } else if (member.hasFloat(step)) {
        add(step, member.value(step));
      }
    }
  }

  private void add(int step, double value) {
    counts[step]++;
    if (counts[step] == 1) {
      means[step] = value;
      squares[step] = Double.isFinite(value) ? 0 : Double.NaN;
      return;
    }
    double delta = value - means[step];
    means[step] += delta / counts[step];
    squares[step] += delta * (value - means[step]);
  }

  @Override
  public void merge(Fold later) {
    VarianceFold other = (VarianceFold) later;
    for (int step = 0; step < counts.length; step++) {
      if (other.counts[step] > 0) {
        merge(step, other.counts[step], other.means[step], other.squares[step]);
      }
    }
  }

  /** By Chan's formula for two parts. */
  private void merge(int step, int count, double mean, double square) {
    int before = counts[step];
    counts[step] += count;
    if (before == 0) {
      means[step] = mean;
      squares[step] = square;
      return;
    }
    double delta = mean - means[step];
    double share = (double) count / counts[step];
    means[step] += delta * share;
    squares[step] += square + delta * delta * before * share;
  }

  @Override
  public void finish(Column out) {
    for (int step = 0; step < counts.length; step++) {
      if (counts[step] > 0) {
        double variance = squares[step] / counts[step];
        out.set(step, deviation ? Math.sqrt(variance) : variance);
      }
    }
  }
}
