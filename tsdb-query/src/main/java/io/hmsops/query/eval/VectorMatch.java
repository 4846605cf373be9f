package io.hmsops.query.eval;

import io.hmsops.query.ast.VectorMatching;
import io.hmsops.query.limit.QueryFailure;
import io.hmsops.query.plan.Plan;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/*
 * Arithmetic and comparison of two vectors. One side is "many", the other "one"; without a group
 * modifier the left side is the many side and each group may have one series there, too. Groups are
 * numbered once; then each step looks at the samples that are there, unless the series are pairs that
 * no step can change.
 */
/** Arithmetic and comparison of two vectors whose series meet by their match labels. */
final class VectorMatch {
  private static final int NOTHING = -1;

  private final EvalContext context;
  private final Plan.Operate operate;
  private final VectorMatching matching;
  private final boolean swapped;
  private final BinaryKernel kernel;
  private final MatchGroups groups;
  private final MatchResults results;
  private final Map<Labels, Output> outputs = new LinkedHashMap<>();
  private final Map<Long, Output> outputsByPair = new HashMap<>();

  private int steps;
  private List<Column> manyColumns = List.of();
  private List<Column> oneColumns = List.of();

  /** A result series and where it was last written, for the check of duplicates. */
  private static final class Output {
    private final Column column;
    private int lastStep = NOTHING;

    Output(Column column) {
      this.column = column;
    }
  }

  VectorMatch(EvalContext context, Plan.Operate operate) {
    this.context = context;
    this.operate = operate;
    this.matching = operate.matching().orElseThrow();
    this.swapped = matching.cardinality() == VectorMatching.Cardinality.ONE_TO_MANY;
    this.kernel = new BinaryKernel(context.annotations(), operate);
    this.groups = new MatchGroups(matching);
    this.results = new MatchResults(context, operate);
  }

  SeriesMatrix evaluate(SeriesMatrix left, SeriesMatrix right) {
    SeriesMatrix many = swapped ? right : left;
    SeriesMatrix one = swapped ? left : right;
    steps = left.steps();
    manyColumns = many.columns();
    oneColumns = one.columns();
    int[] manyGroups = groups.number(many);
    int[] oneGroups = groups.number(one);
    return new PairedColumns(context, operate, results)
        .evaluate(many, manyGroups, one, oneGroups, groups.count())
        .orElseGet(() -> stepByStep(manyGroups, oneGroups));
  }

  private SeriesMatrix stepByStep(int[] manyGroups, int[] oneGroups) {
    int[] oneOfGroup = new int[groups.count()];
    int[] manyOfGroup = new int[groups.count()];
    for (int step = 0; step < steps; step++) {
      if ((step & 0xff) == 0) {
        context.budget().check();
      }
      boolean bothSides = hasSample(manyColumns, step) && hasSample(oneColumns, step);
      if (bothSides || fillOne().isPresent() || fillMany().isPresent()) {
        Arrays.fill(manyOfGroup, NOTHING);
        indexOneSide(oneGroups, oneOfGroup, step);
        matchManySide(manyGroups, oneOfGroup, manyOfGroup, step);
        fillManySide(oneGroups, manyOfGroup, step);
        kernel.say();
      }
    }
    return SeriesMatrix.ofNonEmpty(
        steps, outputs.values().stream().map(output -> output.column).toList());
  }

  private static boolean hasSample(List<Column> columns, int step) {
    for (Column column : columns) {
      if (column.has(step)) {
        return true;
      }
    }
    return false;
  }

  // With group_right Prometheus swaps the sides but not the fill values; so do we.
  private OptionalDouble fillOne() {
    return matching.fillRight();
  }

  private OptionalDouble fillMany() {
    return matching.fillLeft();
  }

  private void indexOneSide(int[] oneGroups, int[] oneOfGroup, int step) {
    Arrays.fill(oneOfGroup, NOTHING);
    for (int i = 0; i < oneGroups.length; i++) {
      if (oneColumns.get(i).has(step)) {
        int other = oneOfGroup[oneGroups[i]];
        if (other != NOTHING) {
          throw duplicates(oneGroups[i], oneColumns.get(other), oneColumns.get(i));
        }
        oneOfGroup[oneGroups[i]] = i;
      }
    }
  }

  private QueryFailure duplicates(int group, Column first, Column second) {
    List<String> series =
        List.of(first.labels().toString(), second.labels().toString()).stream().sorted().toList();
    return QueryFailure.execution(
        ("found duplicate series for the match group %s on the %s hand-side of the operation: "
                + "[%s, %s];many-to-many matching not allowed: matching labels must be unique on"
                + " one side")
            .formatted(
                groups.labels(group), swapped ? "left" : "right", series.get(0), series.get(1)));
  }

  private void matchManySide(int[] manyGroups, int[] oneOfGroup, int[] manyOfGroup, int step) {
    for (int i = 0; i < manyGroups.length; i++) {
      if (!manyColumns.get(i).has(step)) {
        continue;
      }
      int group = manyGroups[i];
      int one = oneOfGroup[group];
      if (one != NOTHING || fillOne().isPresent()) {
        if (combine(i, one, group, manyOfGroup[group] != NOTHING, step)) {
          manyOfGroup[group] = i;
        }
      }
    }
  }

  private void fillManySide(int[] oneGroups, int[] manyOfGroup, int step) {
    if (fillMany().isEmpty()) {
      return;
    }
    for (int i = 0; i < oneGroups.length; i++) {
      if (oneColumns.get(i).has(step) && manyOfGroup[oneGroups[i]] == NOTHING) {
        combine(NOTHING, i, oneGroups[i], false, step);
      }
    }
  }

  /**
   * Combines two samples, one of which may be made up from a fill value.
   *
   * @return whether they go together
   */
  private boolean combine(int many, int one, int group, boolean again, int step) {
    double manyValue =
        many == NOTHING ? fillMany().orElseThrow() : manyColumns.get(many).value(step);
    double oneValue = one == NOTHING ? fillOne().orElseThrow() : oneColumns.get(one).value(step);
    Histogram manyHistogram = many == NOTHING ? null : manyColumns.get(many).histogram(step);
    Histogram oneHistogram = one == NOTHING ? null : oneColumns.get(one).histogram(step);
    BinaryKernel.Outcome outcome =
        swapped
            ? kernel.apply(oneValue, oneHistogram, manyValue, manyHistogram)
            : kernel.apply(manyValue, manyHistogram, oneValue, oneHistogram);
    if (outcome == BinaryKernel.Outcome.INCOMPATIBLE) {
      return false;
    }
    boolean oneToOne = matching.cardinality() == VectorMatching.Cardinality.ONE_TO_ONE;
    if (again && oneToOne) {
      throw QueryFailure.execution(
          "multiple matches for labels: many-to-one matching must be explicit"
              + " (group_left/group_right)");
    }
    Output output = output(many, one, group);
    boolean written = output.lastStep == step;
    output.lastStep = step;
    if (written && !oneToOne) {
      throw QueryFailure.execution(
          "multiple matches for labels: grouping labels must ensure unique matches");
    }
    if (outcome == BinaryKernel.Outcome.KEPT) {
      if (output.column.has(step)) {
        throw QueryFailure.execution(MetricNames.SAME_LABELS);
      }
      kernel.store(output.column, step);
    }
    return true;
  }

  private Output output(int many, int one, int group) {
    long pair = ((long) many << 32) | (one & 0xffffffffL);
    if (many == NOTHING || one == NOTHING) {
      return create(many, one, group);
    }
    Output output = outputsByPair.get(pair);
    if (output == null) {
      output = create(many, one, group);
      outputsByPair.put(pair, output);
    }
    return output;
  }

  private Output create(int many, int one, int group) {
    Column manyColumn = many == NOTHING ? null : manyColumns.get(many);
    Labels made = groups.labels(group);
    Labels labels =
        results.labels(
            manyColumn == null ? made : manyColumn.labels(),
            one == NOTHING ? made : oneColumns.get(one).labels());
    return outputs.computeIfAbsent(labels, key -> new Output(results.column(key, steps)));
  }
}
