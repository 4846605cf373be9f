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
      ratios[step] = capped(parameters[step]);
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

  /** Fails if a ratio is not a number at any step. */
  static void check(double[] parameters) {
    for (double parameter : parameters) {
      if (Double.isNaN(parameter)) {
        throw QueryFailure.execution("Ratio value is NaN");
      }
    }
  }

  private double capped(double ratio) {
    double capped = Math.max(-1, Math.min(1, ratio));
    if (capped != ratio) {
      call.aggregate()
          .parameter()
          .ifPresent(
              parameter ->
                  call.context()
                      .annotations()
                      .warn(
                          "ratio value should be between -1 and 1, got %s, capping to %s"
                              .formatted(GoFormat.general(ratio), GoFormat.general(capped)),
                          parameter.span()));
    }
    return capped;
  }
}
