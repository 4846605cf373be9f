package io.hmsops.query.eval;

import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
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
    private final Map<Labels, List<Integer>> members = new HashMap<>();
    private final List<Labels> order = new ArrayList<>();

    Grouping(ColumnStream buckets, MetricNames names) {
      this.buckets = buckets;
      this.names = names;
    }

    Optional<List<Histogram>> group() {
      Labels last = Labels.EMPTY;
      List<Integer> lastMembers = List.of();
      for (int i = 0; i < buckets.count(); i++) {
        if (bound(i).isEmpty() || (buckets.mustDiffer() && !buckets.isUnique(i))) {
          return Optional.empty();
        }
        Labels labels = buckets.labels(i);
        if (lastMembers.isEmpty() || !differInBoundOnly(last, labels)) {
          lastMembers = membersOf(labels.without(Label.BUCKET));
        }
        lastMembers.add(i);
        last = labels;
      }
      return finish();
    }

    private OptionalDouble bound(int index) {
      return bounds.computeIfAbsent(buckets.label(index, Label.BUCKET), BucketBounds::parse);
    }

    private static boolean differInBoundOnly(Labels a, Labels b) {
      if (a.size() != b.size()) {
        return false;
      }
      for (int i = 0; i < a.size(); i++) {
        boolean bucket = a.name(i).equals(Label.BUCKET);
        if (!a.name(i).equals(b.name(i)) || (!bucket && !a.value(i).equals(b.value(i)))) {
          return false;
        }
      }
      return true;
    }

    private List<Integer> membersOf(Labels common) {
      List<Integer> found = members.get(common);
      if (found == null) {
        found = new ArrayList<>();
        members.put(common, found);
        order.add(common);
      }
      return found;
    }

    private Optional<List<Histogram>> finish() {
      List<Histogram> histograms = new ArrayList<>(order.size());
      Set<Labels> results = new HashSet<>();
      for (Labels common : order) {
        Labels result = names.dropped(common);
        if (!names.delayed() && !results.add(result)) {
          return Optional.empty();
        }
        List<Integer> found = members.getOrDefault(common, List.of());
        found.sort((a, b) -> Double.compare(boundOf(a), boundOf(b)));
        histograms.add(
            new Histogram(
                common,
                result,
                found.stream().mapToInt(Integer::intValue).toArray(),
                found.stream().mapToDouble(this::boundOf).toArray()));
      }
      return Optional.of(histograms);
    }

    private double boundOf(int index) {
      return bound(index).orElseThrow();
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
