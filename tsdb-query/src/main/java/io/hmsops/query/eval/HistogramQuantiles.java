package io.hmsops.query.eval;

import io.hmsops.query.function.ClassicBuckets;
import io.hmsops.query.function.GoFormat;
import io.hmsops.query.function.NativeQuantile;
import io.hmsops.query.limit.QueryFailure;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * {@code histogram_quantile}, {@code histogram_quantiles} and {@code histogram_fraction}, over
 * native histograms and over classic ones put together from their {@code le} series.
 */
final class HistogramQuantiles {
  /** The most quantiles that one call of {@code histogram_quantiles} may ask for. */
  static final int MAX_QUANTILES = 10;

  /** {@code histogram_quantile}. */
  static final FunctionBody QUANTILE =
      new FunctionBody() {
        @Override
        public Value apply(FunctionCall call) {
          return new HistogramQuantiles(call).quantile();
        }

        @Override
        public Optional<ColumnStream> stream(FunctionCall call) {
          return new HistogramQuantiles(call).stream();
        }
      };

  private final FunctionCall call;
  private final ClassicBuckets buckets = new ClassicBuckets();
  private int vectorArgument;

  /** All series of one histogram: its native form, and the classic buckets by bound. */
  private static final class Member {
    private final List<Column> natives = new ArrayList<>();
    private final List<Bucket> classic = new ArrayList<>();
    private Labels labels = Labels.EMPTY;
  }

  private record Bucket(double bound, Column column) {}

  /** Computes one number from a native or a classic histogram at a step. */
  private interface Reading {
    NativeQuantile.Answer ofNative(NativeQuantile histogram, int step);

    double ofClassic(ClassicBuckets histogram, int step);
  }

  HistogramQuantiles(FunctionCall call) {
    this.call = call;
  }

  /** The quantiles of classic histograms one by one, if that is all there is to compute. */
  private Optional<ColumnStream> stream() {
    double[] quantiles = call.scalars(0).values();
    Optional<ColumnStream> buckets = call.evaluator().stream(call.argument(1), call.grid());
    if (buckets.isEmpty()) {
      return Optional.empty();
    }
    vectorArgument = 1;
    QuantileSite site = new QuantileSite(call.context(), call.span(vectorArgument), call.grid());
    Optional<ColumnStream> stream =
        QuantileStream.of(buckets.get(), site, quantiles, call.context().names());
    if (stream.isPresent()) {
      warnIfInvalid(quantiles, 0);
    } else {
      buckets.get().close();
    }
    return stream;
  }

  private Value quantile() {
    Optional<SeriesMatrix> streamed =
        stream().flatMap(stream -> new StreamAttempt(call.context()).collect(stream));
    return streamed.<Value>map(Value.Vector::new).orElseGet(this::quantileOfAll);
  }

  private Value quantileOfAll() {
    vectorArgument = 1;
    double[] quantiles = call.scalars(0).values();
    List<Member> members = members(call.vector(1));
    warnIfInvalid(quantiles, 0);
    List<Column> columns = new ArrayList<>();
    for (Member member : members) {
      Column out = derived(member.labels);
      fill(member, new QuantileReading(quantiles), out);
      columns.add(out);
    }
    return call.result(columns);
  }

  Value quantiles() {
    vectorArgument = 0;
    List<Member> members = members(call.vector(0));
    String label = call.text(1);
    // Prometheus 3.14 fails here by a fault of its own.
    if (!LabelFunctions.isValidName(label) && !members.isEmpty()) {
      throw QueryFailure.execution("invalid label name " + Texts.quote(label));
    }
    List<Column> columns = new ArrayList<>();
    List<double[]> quantiles = new ArrayList<>();
    for (int i = 2; i < call.argumentCount(); i++) {
      quantiles.add(call.scalars(i).values());
      warnIfInvalid(quantiles.get(i - 2), i);
    }
    for (Member member : members) {
      for (double[] values : quantiles) {
        Map<String, Column> byLabel = new LinkedHashMap<>();
        for (int step = 0; step < values.length; step++) {
          byLabel.computeIfAbsent(
              GoFormat.openMetrics(values[step]), text -> derived(member.labels.with(label, text)));
        }
        fillQuantiles(member, values, byLabel);
        columns.addAll(byLabel.values());
      }
    }
    return call.result(columns);
  }

  private void fillQuantiles(Member member, double[] quantiles, Map<String, Column> byLabel) {
    Column all = derived(member.labels);
    fill(member, new QuantileReading(quantiles), all);
    for (int step = 0; step < quantiles.length; step++) {
      Column out = byLabel.get(GoFormat.openMetrics(quantiles[step]));
      if (out != null) {
        out.copy(step, all, step);
      }
    }
  }

  Value fraction() {
    vectorArgument = 2;
    double[] lower = call.scalars(0).values();
    double[] upper = call.scalars(1).values();
    List<Column> columns = new ArrayList<>();
    for (Member member : members(call.vector(2))) {
      Column out = derived(member.labels);
      fill(member, new FractionReading(lower, upper), out);
      columns.add(out);
    }
    return call.result(columns);
  }

  @SuppressWarnings("ArrayRecordComponent") // a parameter per step, never compared
  private record QuantileReading(double[] quantiles) implements Reading {
    @Override
    public NativeQuantile.Answer ofNative(NativeQuantile histogram, int step) {
      return histogram.quantile(quantiles[step]);
    }

    @Override
    public double ofClassic(ClassicBuckets histogram, int step) {
      return histogram.quantile(quantiles[step]);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // parameters per step, never compared
  private record FractionReading(double[] lower, double[] upper) implements Reading {
    @Override
    public NativeQuantile.Answer ofNative(NativeQuantile histogram, int step) {
      return histogram.fraction(lower[step], upper[step]);
    }

    @Override
    public double ofClassic(ClassicBuckets histogram, int step) {
      return histogram.fraction(lower[step], upper[step]);
    }
  }

  private void warnIfInvalid(double[] quantiles, int argument) {
    for (double quantile : quantiles) {
      if (Double.isNaN(quantile) || quantile < 0 || quantile > 1) {
        call.context().annotations().warn(Texts.invalidQuantile(quantile), call.span(argument));
      }
    }
  }

  /** The metric's name as annotations show it: none if it is removed at once. */
  private String name(Labels labels) {
    return call.context().names().delayed() ? labels.metricName() : "";
  }

  private Column derived(Labels labels) {
    return new Column(call.context().names().dropped(labels), true, call.grid().count());
  }

  private List<Member> members(SeriesMatrix matrix) {
    Map<Labels, Member> members = new LinkedHashMap<>();
    for (Column column : matrix.columns()) {
      boolean hasFloats = false;
      for (int step = 0; step < column.steps(); step++) {
        hasFloats |= column.hasFloat(step);
      }
      if (column.hasHistograms()) {
        // A native histogram keeps a label named le: it is not a bucket's.
        member(members, column.labels()).natives.add(column);
      }
      OptionalDouble bound = hasFloats ? bound(column.labels()) : OptionalDouble.empty();
      if (bound.isPresent()) {
        member(members, column.labels().without(Label.BUCKET))
            .classic
            .add(new Bucket(bound.getAsDouble(), column));
      }
    }
    for (Member member : members.values()) {
      member.classic.sort((a, b) -> Double.compare(a.bound(), b.bound()));
    }
    return List.copyOf(members.values());
  }

  private static Member member(Map<Labels, Member> members, Labels labels) {
    Member member = members.computeIfAbsent(labels, _ -> new Member());
    member.labels = labels;
    return member;
  }

  private OptionalDouble bound(Labels labels) {
    String text = labels.get(Label.BUCKET);
    OptionalDouble bound = BucketBounds.parse(text);
    if (bound.isEmpty()) {
      call.context()
          .annotations()
          .warn(Texts.badBucketBound(text, name(labels)), call.span(vectorArgument));
    }
    return bound;
  }

  private void fill(Member member, Reading reading, Column out) {
    for (int step = 0; step < call.grid().count(); step++) {
      buckets.clear();
      for (Bucket bucket : member.classic) {
        if (bucket.column().hasFloat(step)) {
          buckets.add(bucket.bound(), bucket.column().value(step));
        }
      }
      Histogram histogram = null;
      for (Column column : member.natives) {
        if (column.histogram(step) != null) {
          histogram = column.histogram(step);
        }
      }
      if (histogram != null && buckets.size() > 0) {
        call.context()
            .annotations()
            .warn(Texts.mixedClassicAndNative(name(member.labels)), call.span(vectorArgument));
      } else if (histogram != null) {
        NativeQuantile.Answer answer = reading.ofNative(new NativeQuantile(histogram), step);
        inform(answer.nanEffect(), member.labels);
        out.set(step, answer.value());
      } else if (buckets.size() > 0) {
        buckets.prepare();
        out.set(step, reading.ofClassic(buckets, step));
        informIfRepaired(member.labels, step);
      }
    }
  }

  private void informIfRepaired(Labels labels, int step) {
    if (buckets.repaired()) {
      new QuantileSite(call.context(), call.span(vectorArgument), call.grid())
          .informRepaired(buckets, labels, step);
    }
  }

  private void inform(NativeQuantile.NanEffect effect, Labels labels) {
    String name = name(labels);
    String text =
        switch (effect) {
          case NONE -> "";
          case RESULT_IS_NAN -> Texts.nanObservations("histogram_quantile", "result is NaN", name);
          case SKEWED_HIGHER ->
              Texts.nanObservations("histogram_quantile", "result is skewed higher", name);
          case EXCLUDED ->
              Texts.nanObservations(
                  "histogram_fraction", "which are excluded from all fractions", name);
        };
    if (!text.isEmpty()) {
      // As in Prometheus, this is said of the first argument, whatever that is.
      call.context().annotations().inform(text, call.span(0));
    }
  }
}
