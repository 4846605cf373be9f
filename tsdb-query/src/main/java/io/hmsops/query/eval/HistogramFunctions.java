package io.hmsops.query.eval;

import io.hmsops.query.function.KahanSum;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramBuckets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Numbers read off single native histograms. Floats are left out without a word. */
final class HistogramFunctions {
  private HistogramFunctions() {}

  static Value count(FunctionCall call) {
    return map(call, Histogram::count);
  }

  static Value sum(FunctionCall call) {
    return map(call, Histogram::sum);
  }

  static Value average(FunctionCall call) {
    return map(call, histogram -> histogram.sum() / histogram.count());
  }

  static Value variance(FunctionCall call) {
    return map(call, HistogramFunctions::variance);
  }

  static Value deviation(FunctionCall call) {
    return map(call, histogram -> Math.sqrt(variance(histogram)));
  }

  private static Value map(FunctionCall call, ToDoubleFunction<Histogram> function) {
    List<Column> columns = new ArrayList<>();
    boolean delayed = call.context().names().delayed();
    for (Column column : call.vector(0).columns()) {
      // Only the name goes here; type and unit stay.
      Column out =
          new Column(
              delayed ? column.labels() : column.labels().without(Label.METRIC_NAME),
              delayed,
              column.steps());
      for (int step = 0; step < column.steps(); step++) {
        Histogram histogram = column.histogram(step);
        if (histogram != null) {
          out.set(step, function.applyAsDouble(histogram));
        }
      }
      columns.add(out);
    }
    return call.result(columns);
  }

  private static double variance(Histogram histogram) {
    HistogramBuckets buckets = HistogramBuckets.disjoint(histogram);
    double mean = histogram.sum() / histogram.count();
    KahanSum sum = new KahanSum();
    for (int i = 0; i < buckets.size(); i++) {
      if (buckets.count(i) != 0) {
        double delta = middle(buckets, i) - mean;
        sum.add(buckets.count(i) * delta * delta);
      }
    }
    return sum.compensated() / histogram.count();
  }

  private static double middle(HistogramBuckets buckets, int at) {
    double lower = buckets.lower(at);
    double upper = buckets.upper(at);
    if (buckets.isCustom()) {
      return (upper + lower) / 2;
    }
    if (lower <= 0 && upper >= 0) {
      return 0;
    }
    return Math.copySign(Math.sqrt(upper * lower), upper);
  }
}
