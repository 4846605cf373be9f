package io.hmsops.query.eval;

import io.hmsops.query.ast.VectorMatching;
import io.hmsops.query.plan.Plan;
import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The vector match that most queries are: floats on both sides, and every series has the same
 * partner at all steps. Then nothing can be ambiguous, and whole columns are combined.
 */
final class PairedColumns {
  private static final int NOTHING = -1;

  private final EvalContext context;
  private final Plan.Operate operate;
  private final VectorMatching matching;
  private final MatchResults results;

  @SuppressWarnings("ArrayRecordComponent") // used once, never compared
  private record Pair(Column many, Column one, Labels labels, long[] bits, int firstStep) {}

  PairedColumns(EvalContext context, Plan.Operate operate, MatchResults results) {
    this.context = context;
    this.operate = operate;
    this.matching = operate.matching().orElseThrow();
    this.results = results;
  }

  /**
   * The result, unless the series have to be looked at step by step.
   *
   * @param manyGroups the match group of each series of the many side
   * @param oneGroups the match group of each series of the one side
   * @param groups how many groups there are
   */
  Optional<SeriesMatrix> evaluate(
      SeriesMatrix many, int[] manyGroups, SeriesMatrix one, int[] oneGroups, int groups) {
    if (matching.fillLeft().isPresent()
        || matching.fillRight().isPresent()
        || !FloatOperation.isDefinedFor(operate.operator())
        || hasHistograms(many)
        || hasHistograms(one)) {
      return Optional.empty();
    }
    int[] oneOfGroup = new int[groups];
    if (!isUnique(oneGroups, oneOfGroup)
        || (matching.cardinality() == VectorMatching.Cardinality.ONE_TO_ONE
            && !isUnique(manyGroups, new int[groups]))) {
      return Optional.empty();
    }
    List<Pair> pairs = pairs(many, manyGroups, one, oneOfGroup);
    Set<Labels> labels = new HashSet<>();
    for (Pair pair : pairs) {
      if (!labels.add(pair.labels)) {
        return Optional.empty();
      }
    }
    return Optional.of(combined(pairs, many.steps()));
  }

  private static boolean hasHistograms(SeriesMatrix matrix) {
    return matrix.columns().stream().anyMatch(Column::hasHistograms);
  }

  /** Notes which series each group has, and {@return whether none has two} */
  private static boolean isUnique(int[] groupOf, int[] seriesOf) {
    Arrays.fill(seriesOf, NOTHING);
    for (int i = 0; i < groupOf.length; i++) {
      if (seriesOf[groupOf[i]] != NOTHING) {
        return false;
      }
      seriesOf[groupOf[i]] = i;
    }
    return true;
  }

  private List<Pair> pairs(
      SeriesMatrix many, int[] manyGroups, SeriesMatrix one, int[] oneOfGroup) {
    List<Pair> pairs = new ArrayList<>(manyGroups.length);
    for (int i = 0; i < manyGroups.length; i++) {
      int other = oneOfGroup[manyGroups[i]];
      if (other != NOTHING) {
        Column manyColumn = many.columns().get(i);
        Column oneColumn = one.columns().get(other);
        long[] bits = both(manyColumn.floatBits(), oneColumn.floatBits());
        int first = first(bits);
        if (first != NOTHING) {
          Labels labels = results.labels(manyColumn.labels(), oneColumn.labels());
          pairs.add(new Pair(manyColumn, oneColumn, labels, bits, first));
        }
      }
    }
    // As if they were met step by step: sums of results depend on their order.
    pairs.sort(Comparator.comparingInt(Pair::firstStep));
    return pairs;
  }

  private static long[] both(long[] a, long[] b) {
    long[] bits = new long[a.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = a[i] & b[i];
    }
    return bits;
  }

  private static int first(long[] bits) {
    for (int word = 0; word < bits.length; word++) {
      if (bits[word] != 0) {
        return (word << 6) + Long.numberOfTrailingZeros(bits[word]);
      }
    }
    return NOTHING;
  }

  private SeriesMatrix combined(List<Pair> pairs, int steps) {
    FloatOperation operation = new FloatOperation(operate);
    boolean swapped = matching.cardinality() == VectorMatching.Cardinality.ONE_TO_MANY;
    List<Column> columns = new ArrayList<>(pairs.size());
    for (Pair pair : pairs) {
      if ((columns.size() & 0x3f) == 0) {
        context.budget().check();
      }
      Column out = results.column(pair.labels, steps);
      double[] left = (swapped ? pair.one : pair.many).values();
      double[] right = (swapped ? pair.many : pair.one).values();
      operation.apply(left, right, left, pair.bits, out);
      columns.add(out);
    }
    return SeriesMatrix.ofNonEmpty(steps, columns);
  }
}
