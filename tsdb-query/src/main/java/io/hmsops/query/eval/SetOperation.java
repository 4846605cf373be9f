package io.hmsops.query.eval;

import io.hmsops.query.plan.Plan;
import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code and}, {@code or} and {@code unless}: series meet by match group, step by step. */
final class SetOperation {
  private final Plan.Operate operate;

  SetOperation(Plan.Operate operate) {
    this.operate = operate;
  }

  SeriesMatrix evaluate(SeriesMatrix left, SeriesMatrix right) {
    MatchGroups groups = new MatchGroups(operate.matching().orElseThrow());
    int[] leftGroups = groups.number(left);
    int[] rightGroups = groups.number(right);
    return switch (operate.operator()) {
      case AND -> filter(left, leftGroups, presence(right, rightGroups, groups), true);
      case UNLESS -> filter(left, leftGroups, presence(right, rightGroups, groups), false);
      case OR -> {
        SeriesMatrix rest = filter(right, rightGroups, presence(left, leftGroups, groups), false);
        yield union(left, rest);
      }
      default -> throw new AssertionError("not a set operator: " + operate.operator());
    };
  }

  /** For each group, at which steps it has a sample. */
  private static boolean[][] presence(SeriesMatrix matrix, int[] numbers, MatchGroups groups) {
    boolean[][] present = new boolean[groups.count()][];
    for (int i = 0; i < numbers.length; i++) {
      boolean[] steps = present[numbers[i]];
      if (steps == null) {
        steps = new boolean[matrix.steps()];
        present[numbers[i]] = steps;
      }
      for (int step = 0; step < steps.length; step++) {
        steps[step] |= matrix.columns().get(i).has(step);
      }
    }
    return present;
  }

  private static SeriesMatrix filter(
      SeriesMatrix matrix, int[] numbers, boolean[][] present, boolean wanted) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < numbers.length; i++) {
      Column column = matrix.columns().get(i);
      boolean[] steps = present[numbers[i]];
      Column out = new Column(column.labels(), column.dropName(), matrix.steps());
      for (int step = 0; step < matrix.steps(); step++) {
        if ((steps != null && steps[step]) == wanted) {
          out.copy(step, column, step);
        }
      }
      columns.add(out);
    }
    return SeriesMatrix.ofNonEmpty(matrix.steps(), columns);
  }

  private static int firstStep(Column column) {
    int step = 0;
    while (step < column.steps() && !column.has(step)) {
      step++;
    }
    return step;
  }

  /** The columns of both; the same series on both sides, at different steps, becomes one. */
  private static SeriesMatrix union(SeriesMatrix left, SeriesMatrix right) {
    Map<Labels, Column> columns = new LinkedHashMap<>();
    for (Column column : left.columns()) {
      columns.put(column.labels(), column);
    }
    List<Column> all = new ArrayList<>(left.columns());
    for (Column column : right.columns()) {
      Column first = columns.get(column.labels());
      if (first == null) {
        all.add(column);
        continue;
      }
      // Whichever comes first in time decides whether the name is dropped.
      boolean dropName =
          firstStep(first) <= firstStep(column) ? first.dropName() : column.dropName();
      Column both = new Column(column.labels(), dropName, left.steps());
      for (int step = 0; step < left.steps(); step++) {
        both.copy(step, first.has(step) ? first : column, step);
      }
      all.set(all.indexOf(first), both);
    }
    return new SeriesMatrix(left.steps(), all);
  }
}
