package io.hmsops.query.eval;

import io.hmsops.query.function.GoFormat;
import io.hmsops.query.function.LabelHash;
import io.hmsops.query.limit.QueryFailure;
import java.util.ArrayList;
import java.util.List;

/** {@code limitk} and {@code limit_ratio}: some of the series, whatever their values. */
final class LimitSelection {
  private final AggregationCall call;

  LimitSelection(AggregationCall call) {
    this.call = call;
  }

  /** The first k series of each group. */
  SeriesMatrix first(double[] parameters, List<Aggregation.Group> groups) {
    List<Column> columns = new ArrayList<>();
    for (Aggregation.Group group : groups) {
      int[] taken = new int[call.steps()];
      for (Column member : group.members()) {
        Column out = new Column(member.labels(), member.dropName(), call.steps());
        for (int step = 0; step < call.steps(); step++) {
          int k = CountParameter.of(parameters[step], call.seriesCount());
          if (member.has(step) && taken[step] < k) {
            out.copy(step, member, step);
            taken[step]++;
          }
        }
        columns.add(out);
      }
    }
    return SeriesMatrix.ofNonEmpty(call.steps(), columns);
  }

  /** The series whose label hash lies in a part of all hashes. */
  SeriesMatrix ratio(double[] parameters, SeriesMatrix matrix) {
    double[] ratios = new double[parameters.length];
    for (int step = 0; step < ratios.length; step++) {
      ratios[step] = Math.max(-1, Math.min(1, parameters[step]));
    }
    List<Column> columns = new ArrayList<>();
    for (Column column : matrix.columns()) {
      double position = LabelHash.position(column.labels());
      Column out = new Column(column.labels(), column.dropName(), call.steps());
      for (int step = 0; step < call.steps(); step++) {
        double ratio = ratios[step];
        if (ratio >= 0 ? position < ratio : position >= 1 + ratio) {
          out.copy(step, column, step);
        }
      }
      columns.add(out);
    }
    return SeriesMatrix.ofNonEmpty(call.steps(), columns);
  }

  /**
   * Fails if a ratio is not a number at any step, and warns of the largest and the smallest if they
   * are not ratios.
   */
  static void check(double[] parameters, AggregationCall call) {
    double min = 0;
    double max = 0;
    for (double parameter : parameters) {
      if (Double.isNaN(parameter)) {
        throw QueryFailure.execution("Ratio value is NaN");
      }
      min = Math.min(min, parameter);
      max = Math.max(max, parameter);
    }
    if (max > 1) {
      warnOfRatio(max, 1, call);
    }
    if (min < -1) {
      warnOfRatio(min, -1, call);
    }
  }

  private static void warnOfRatio(double ratio, double capped, AggregationCall call) {
    String text =
        "ratio value should be between -1 and 1, got %s, capping to %s"
            .formatted(GoFormat.general(ratio), GoFormat.general(capped));
    call.aggregate()
        .parameter()
        .ifPresent(parameter -> call.context().annotations().warn(text, parameter.span()));
  }
}
