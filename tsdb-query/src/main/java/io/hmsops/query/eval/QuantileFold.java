package io.hmsops.query.eval;

import io.hmsops.query.function.Quantile;
import java.util.ArrayList;
import java.util.List;

/** {@code quantile}: the values of a step are gathered. */
final class QuantileFold implements Fold {
  private final AggregationCall call;
  private final double[] quantiles;
  private final List<Column> members = new ArrayList<>();

  QuantileFold(AggregationCall call, double[] quantiles) {
    this.call = call;
    this.quantiles = quantiles;
  }

  @Override
  public void add(int index, Column member) {
    members.add(member);
  }

  @Override
  public void merge(Fold later) {
    members.addAll(((QuantileFold) later).members);
  }

  @Override
  public void finish(Column out) {
    double[] values = new double[members.size()];
    for (int step = 0; step < quantiles.length; step++) {
      int count = 0;
      for (Column member : members) {
        if (member.histogram(step) != null) {
          call.informIgnoredHistogram();
        } else if (member.hasFloat(step)) {
          values[count++] = member.value(step);
        }
      }
      if (count > 0) {
        out.set(step, Quantile.of(quantiles[step], values, count));
      }
    }
  }
}
