package io.hmsops.query.eval;

import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * {@code histogram_quantile} of classic histograms whose buckets come from a stream: only the
 * buckets of one histogram are in memory at a time. Bounds are read once per series, and which
 * series belong together is known before any of them is computed.
 *
 * <p>Whatever is not plain is left to {@link HistogramQuantiles}: names that are removed and may
 * make series equal, a bound that is none, native histograms ({@link NotClassicException}).
 */
final class QuantileStream implements ColumnStream {
  private final ColumnStream buckets;
  private final QuantileSite site;
  private final double[] quantiles;
  private final List<Histogram> histograms;

  /** A bucket with a native histogram in it was met: the whole has to be evaluated otherwise. */
  static final class NotClassicException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotClassicException() {
      super("a native histogram among classic buckets", null, false, false);
    }
  }

  /**
   * One classic histogram.
   *
   * @param named what its buckets have in common, the metric's name perhaps among it
   * @param labels what the result is called
   * @param members the numbers of the buckets' columns, by ascending bound
   * @param bounds their bounds
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Histogram(Labels named, Labels labels, int[] members, double[] bounds) {}

  private QuantileStream(
      ColumnStream buckets, QuantileSite site, double[] quantiles, List<Histogram> histograms) {
    this.buckets = buckets;
    this.site = site;
    this.quantiles = quantiles;
    this.histograms = histograms;
  }

  /** The stream, if all series are buckets whose results surely differ. */
  static Optional<ColumnStream> of(
      ColumnStream buckets, QuantileSite site, double[] quantiles, MetricNames names) {
    Optional<List<Histogram>> histograms = new Grouping(buckets, names).group();
    return histograms.map(found -> new QuantileStream(buckets, site, quantiles, found));
  }

  /** Puts buckets together. Those of one histogram mostly stand side by side. */
  private static final class Grouping {
    private final ColumnStream buckets;
    private final MetricNames names;
    private final Map<String, OptionalDouble> bounds = new HashMap<>();
    private final Map<Labels, Integer> numbers = new HashMap<>();

    /** What the buckets of each histogram have in common, by number. */
    private final List<Labels> common = new ArrayList<>();

    /** For each bucket the number of its histogram. */
    private final int[] histogramOf;

    /** For each bucket its bound. */
    private final double[] boundOf;

    Grouping(ColumnStream buckets, MetricNames names) {
      this.buckets = buckets;
      this.names = names;
      this.histogramOf = new int[buckets.count()];
      this.boundOf = new double[buckets.count()];
    }

    Optional<List<Histogram>> group() {
      for (int i = 0; i < histogramOf.length; i++) {
        OptionalDouble bound =
            bounds.computeIfAbsent(buckets.label(i, Label.BUCKET), BucketBounds::parse);
        if (bound.isEmpty() || (buckets.mustDiffer() && !buckets.isUnique(i))) {
          return Optional.empty();
        }
        boundOf[i] = bound.getAsDouble();
        boolean asBefore = i > 0 && buckets.differOnlyIn(Label.BUCKET, i - 1, i);
        histogramOf[i] =
            asBefore ? histogramOf[i - 1] : number(buckets.labels(i).without(Label.BUCKET));
      }
      return finish();
    }

    private int number(Labels labels) {
      int number = numbers.computeIfAbsent(labels, _ -> common.size());
      if (number == common.size()) {
        common.add(labels);
      }
      return number;
    }

    private Optional<List<Histogram>> finish() {
      int[][] members = members();
      List<Histogram> histograms = new ArrayList<>(members.length);
      Set<Labels> results = new HashSet<>();
      for (int number = 0; number < members.length; number++) {
        Labels result = names.dropped(common.get(number));
        if (!names.delayed() && !results.add(result)) {
          return Optional.empty();
        }
        sortByBound(members[number]);
        histograms.add(
            new Histogram(
                common.get(number),
                result,
                members[number],
                Arrays.stream(members[number]).mapToDouble(i -> boundOf[i]).toArray()));
      }
      return Optional.of(histograms);
    }

    /** The buckets of each histogram, in the order of the stream. */
    private int[][] members() {
      int[] sizes = new int[common.size()];
      for (int number : histogramOf) {
        sizes[number]++;
      }
      int[][] members = new int[sizes.length][];
      for (int number = 0; number < sizes.length; number++) {
        members[number] = new int[sizes[number]];
        sizes[number] = 0;
      }
      for (int i = 0; i < histogramOf.length; i++) {
        int number = histogramOf[i];
        members[number][sizes[number]++] = i;
      }
      return members;
    }

    /** By insertion: histograms have few buckets. Equal bounds keep their order. */
    private void sortByBound(int[] members) {
      for (int end = 1; end < members.length; end++) {
        int member = members[end];
        int place = end;
        while (place > 0 && Double.compare(boundOf[members[place - 1]], boundOf[member]) > 0) {
          members[place] = members[place - 1];
          place--;
        }
        members[place] = member;
      }
    }
  }

  @Override
  public int steps() {
    return buckets.steps();
  }

  @Override
  public int count() {
    return histograms.size();
  }

  @Override
  public Labels labels(int index) {
    return histograms.get(index).labels();
  }

  @Override
  public String label(int index, String name) {
    return labels(index).get(name);
  }

  @Override
  public boolean dropName(int index) {
    return true;
  }

  @Override
  public boolean isUnique(int index) {
    return true;
  }

  @Override
  public boolean mustDiffer() {
    return false;
  }

  @Override
  public Computation begin(EvalContext context, Scratch scratch) {
    return new HistogramComputation(
        scratch, buckets.begin(context, scratch), new ClassicQuantiles(site.in(context)));
  }

  @Override
  public void close() {
    buckets.close();
  }

  private final class HistogramComputation implements Computation {
    private final Scratch scratch;
    private final Computation computation;
    private final ClassicQuantiles kernel;
    private final List<Column> columns = new ArrayList<>();
    private double[] bounds = new double[0];

    HistogramComputation(Scratch scratch, Computation computation, ClassicQuantiles kernel) {
      this.scratch = scratch;
      this.computation = computation;
      this.kernel = kernel;
    }

    @Override
    public void compute(int index, Column out) {
      Histogram histogram = histograms.get(index);
      if (bounds.length < histogram.bounds().length) {
        bounds = new double[histogram.bounds().length];
      }
      columns.clear();
      buckets.approach(histogram.members(), histogram.members().length);
      for (int i = 0; i < histogram.members().length; i++) {
        Column column = scratch.takeColumn(steps());
        computation.compute(histogram.members()[i], column);
        if (column.hasHistograms()) {
          throw new NotClassicException();
        }
        bounds[columns.size()] = histogram.bounds()[i];
        columns.add(column);
      }
      kernel.fill(columns, bounds, quantiles, histogram.named(), out);
      columns.forEach(scratch::recycle);
    }
  }
}
