package io.hmsops.query.eval;

import static io.hmsops.query.ast.FunctionSignature.function;
import static io.hmsops.query.ast.FunctionTrait.ASKS_FOR_SAMPLE_TIMES;
import static io.hmsops.query.ast.FunctionTrait.COUNTS_ANNOTATIONS;
import static io.hmsops.query.ast.FunctionTrait.DEPENDS_ON_TIME;
import static io.hmsops.query.ast.FunctionTrait.IS_QUERY_TIME;
import static io.hmsops.query.ast.FunctionTrait.READS_COUNT_AND_SUM;
import static io.hmsops.query.ast.FunctionTrait.READS_WHOLE_HISTOGRAMS;
import static io.hmsops.query.ast.ValueType.INSTANT_VECTOR;
import static io.hmsops.query.ast.ValueType.RANGE_VECTOR;
import static io.hmsops.query.ast.ValueType.SCALAR;
import static io.hmsops.query.ast.ValueType.STRING;

import io.hmsops.query.ast.Edges;
import io.hmsops.query.ast.FunctionSignature;
import io.hmsops.query.function.FloatMath;
import io.hmsops.query.function.Functions;
import io.hmsops.query.plan.Plan;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToIntFunction;

/**
 * All functions of PromQL as of Prometheus 3.14: what each takes, gives and is, and what computes
 * it. To add one, add its entry here. Immutable.
 */
public final class FunctionCatalogue {
  private record Entry(FunctionSignature signature, FunctionBody body) {}

  private static final Map<String, Entry> ENTRIES = new Builder().build();

  private static final Functions FUNCTIONS =
      new Functions(ENTRIES.values().stream().map(Entry::signature).toList());

  private FunctionCatalogue() {}

  /** {@return all functions, as readers of queries know them} */
  public static Functions functions() {
    return FUNCTIONS;
  }

  /** What computes a call. */
  static FunctionBody body(Plan.Invoke invoke) {
    Entry entry = ENTRIES.get(invoke.function());
    if (entry == null) {
      throw new AssertionError("a checked call of " + invoke.function());
    }
    return entry.body();
  }

  /** The names of the functions that may be asked over such ranges, sorted. */
  static List<String> rangeFunctionsWith(Edges edges) {
    return ENTRIES.values().stream()
        .filter(
            entry -> entry.body() instanceof RangeFunction range && range.edges().contains(edges))
        .map(entry -> entry.signature().name())
        .toList();
  }

  /** Collects the entries; used once. */
  private static final class Builder {
    private final Map<String, Entry> entries = new TreeMap<>();

    Map<String, Entry> build() {
      addNumbers();
      addMath();
      addTimes();
      addVectors();
      addNeighbours();
      addWindows();
      addTrends();
      addHistograms();
      return Collections.unmodifiableMap(entries);
    }

    private void add(FunctionSignature.Builder signature, FunctionBody body) {
      FunctionSignature built = signature.build();
      if (entries.put(built.name(), new Entry(built, body)) != null) {
        throw new AssertionError("two functions with name " + built.name());
      }
    }

    private void addNumbers() {
      add(function("pi").gives(SCALAR), Conversions::pi);
      add(function("time").gives(SCALAR).with(DEPENDS_ON_TIME), Conversions::time);
      add(function("scalar").takes(INSTANT_VECTOR).gives(SCALAR), Conversions::scalar);
      add(function("vector").takes(SCALAR), Conversions::vector);
      add(
          function("min_of").takes(SCALAR, SCALAR).gives(SCALAR).experimental(),
          Conversions::minOf);
      add(
          function("max_of").takes(SCALAR, SCALAR).gives(SCALAR).experimental(),
          Conversions::maxOf);
      queryTime("start");
      queryTime("end");
      queryTime("range");
      queryTime("step");
    }

    /** The planner puts the number in its place. */
    private void queryTime(String name) {
      add(
          function(name).gives(SCALAR).experimental().with(IS_QUERY_TIME),
          call -> {
            throw new AssertionError("not planned: " + call.invoke().function());
          });
    }

    private void addMath() {
      math("abs", Math::abs);
      math("ceil", Math::ceil);
      math("floor", Math::floor);
      math("exp", Math::exp);
      math("sqrt", Math::sqrt);
      math("ln", Math::log);
      math("log2", FloatMath::log2);
      math("log10", Math::log10);
      math("sgn", Math::signum);
      math("deg", x -> x * 180 / Math.PI);
      math("rad", x -> x * Math.PI / 180);
      math("sin", Math::sin);
      math("cos", Math::cos);
      math("tan", Math::tan);
      math("asin", Math::asin);
      math("acos", Math::acos);
      math("atan", Math::atan);
      math("sinh", Math::sinh);
      math("cosh", Math::cosh);
      math("tanh", Math::tanh);
      math("asinh", FloatMath::asinh);
      math("acosh", FloatMath::acosh);
      math("atanh", FloatMath::atanh);
      add(function("round").takes(INSTANT_VECTOR).optional(SCALAR), MathFunctions::round);
      add(function("clamp").takes(INSTANT_VECTOR, SCALAR, SCALAR), MathFunctions::clamp);
      add(function("clamp_min").takes(INSTANT_VECTOR, SCALAR), MathFunctions::clampMin);
      add(function("clamp_max").takes(INSTANT_VECTOR, SCALAR), MathFunctions::clampMax);
    }

    private void math(String name, DoubleUnaryOperator operator) {
      add(function(name).takes(INSTANT_VECTOR), MathFunctions.of(operator));
    }

    private void addTimes() {
      sampleTime("timestamp", false, Conversions::timestamp);
      sampleTime("start_timestamp", true, Conversions::startTimestamp);
      date("day_of_month", LocalDateTime::getDayOfMonth);
      date("day_of_week", time -> time.getDayOfWeek().getValue() % 7);
      date("day_of_year", LocalDateTime::getDayOfYear);
      date("days_in_month", time -> time.toLocalDate().lengthOfMonth());
      date("hour", LocalDateTime::getHour);
      date("minute", LocalDateTime::getMinute);
      date("month", LocalDateTime::getMonthValue);
      dateFunction("year", DateFunctions::year);
    }

    private void sampleTime(String name, boolean experimental, FunctionBody body) {
      FunctionSignature.Builder signature =
          function(name).takes(INSTANT_VECTOR).with(DEPENDS_ON_TIME).with(ASKS_FOR_SAMPLE_TIMES);
      add(experimental ? signature.experimental() : signature, body);
    }

    private void date(String name, ToIntFunction<LocalDateTime> part) {
      dateFunction(name, DateFunctions.of(part));
    }

    private void dateFunction(String name, FunctionBody body) {
      add(function(name).optional(INSTANT_VECTOR).with(DEPENDS_ON_TIME), body);
    }

    private void addVectors() {
      add(
          function("label_replace").takes(INSTANT_VECTOR, STRING, STRING, STRING, STRING),
          LabelFunctions::replace);
      add(
          function("label_join").takes(INSTANT_VECTOR, STRING, STRING).anyNumberOf(STRING),
          LabelFunctions::join);
      add(function("sort").takes(INSTANT_VECTOR), call -> SortFunctions.byValue(call, false));
      add(function("sort_desc").takes(INSTANT_VECTOR), call -> SortFunctions.byValue(call, true));
      add(
          function("sort_by_label").takes(INSTANT_VECTOR).anyNumberOf(STRING).experimental(),
          call -> SortFunctions.byLabel(call, false));
      add(
          function("sort_by_label_desc").takes(INSTANT_VECTOR).anyNumberOf(STRING).experimental(),
          call -> SortFunctions.byLabel(call, true));
      add(function("absent").takes(INSTANT_VECTOR), AbsentFunctions::absent);
      add(function("absent_over_time").takes(RANGE_VECTOR), AbsentFunctions::absentOverTime);
      add(
          function("info").takes(INSTANT_VECTOR).optional(INSTANT_VECTOR).experimental(),
          call -> new InfoFunction(call).evaluate());
    }

    private void addNeighbours() {
      Edges[] all = {Edges.ANCHORED, Edges.SMOOTHED};
      range("rate", RateWindows.function(true, true).with(all));
      range("increase", RateWindows.function(true, false).with(all));
      range("delta", RateWindows.function(false, false).with(all));
      range(
          "changes",
          RangeFunction.of(call -> new ChangeWindows(call)::changes, _ -> new ChangeColumns(false))
              .with(Edges.ANCHORED));
      range(
          "resets",
          RangeFunction.of(call -> new ChangeWindows(call)::resets, _ -> new ChangeColumns(true))
              .with(Edges.ANCHORED));
      range(
          "irate",
          RangeFunction.of(
              call -> new InstantRateWindows(call, true), _ -> new InstantRateColumns(true)));
      range(
          "idelta",
          RangeFunction.of(
              call -> new InstantRateWindows(call, false), _ -> new InstantRateColumns(false)));
    }

    private void range(String name, RangeFunction body) {
      add(function(name).takes(RANGE_VECTOR), body);
    }

    private void experimentalRange(String name, RangeFunction body) {
      add(function(name).takes(RANGE_VECTOR).experimental(), body);
    }

    private void addWindows() {
      range(
          "count_over_time",
          RangeFunction.of(_ -> SampleWindows::count, _ -> SampleColumns::count)
              // A sample counts one, a chunk as many as it has.
              .condensed(Condensation.COUNT, call -> new SumColumns(call, false)));
      range(
          "present_over_time",
          RangeFunction.of(_ -> SampleWindows::present, _ -> SampleColumns::present)
              .condensed(Condensation.LAST));
      range(
          "last_over_time",
          RangeFunction.of(_ -> SampleWindows::last, _ -> SampleColumns::last)
              .condensed(Condensation.LAST)
              .keepingName());
      range(
          "first_over_time",
          RangeFunction.of(_ -> SampleWindows::first, _ -> SampleColumns::first)
              .condensed(Condensation.FIRST)
              .keepingName());
      range(
          "sum_over_time",
          RangeFunction.of(call -> new SumWindows(call)::sum, call -> new SumColumns(call, false)));
      range(
          "avg_over_time",
          RangeFunction.of(
              call -> new SumWindows(call)::average, call -> new SumColumns(call, true)));
      range(
          "min_over_time",
          FloatWindows.function(FloatWindows::min, _ -> new ExtremeColumns(false))
              .condensed(Condensation.MIN));
      range(
          "max_over_time",
          FloatWindows.function(FloatWindows::max, _ -> new ExtremeColumns(true))
              .condensed(Condensation.MAX));
      range("stdvar_over_time", FloatWindows.function(FloatWindows::variance));
      range("stddev_over_time", FloatWindows.function(FloatWindows::deviation));
      add(
          function("quantile_over_time").takes(SCALAR, RANGE_VECTOR),
          RangeFunction.of(call -> new FloatWindows(call)::quantile, QuantileColumns::new));
      experimentalRange("mad_over_time", FloatWindows.function(FloatWindows::medianDeviation));
      experimentalRange("ts_of_min_over_time", FloatWindows.function(FloatWindows::timeOfMin));
      experimentalRange("ts_of_max_over_time", FloatWindows.function(FloatWindows::timeOfMax));
      experimentalRange("ts_of_first_over_time", RangeFunction.of(_ -> SampleWindows::timeOfFirst));
      experimentalRange("ts_of_last_over_time", RangeFunction.of(_ -> SampleWindows::timeOfLast));
    }

    private void addTrends() {
      range("deriv", RangeFunction.of(call -> new TrendWindows(call)::derivative));
      add(
          function("predict_linear").takes(RANGE_VECTOR, SCALAR).with(DEPENDS_ON_TIME),
          RangeFunction.of(call -> new TrendWindows(call)::predict));
      add(
          function("double_exponential_smoothing")
              .takes(RANGE_VECTOR, SCALAR, SCALAR)
              .experimental(),
          RangeFunction.of(call -> new TrendWindows(call)::smooth));
    }

    private void addHistograms() {
      add(
          function("histogram_count").takes(INSTANT_VECTOR).with(READS_COUNT_AND_SUM),
          HistogramFunctions::count);
      add(
          function("histogram_sum").takes(INSTANT_VECTOR).with(READS_COUNT_AND_SUM),
          HistogramFunctions::sum);
      add(
          function("histogram_avg").takes(INSTANT_VECTOR).with(READS_COUNT_AND_SUM),
          HistogramFunctions::average);
      add(function("histogram_stdvar").takes(INSTANT_VECTOR), HistogramFunctions::variance);
      add(function("histogram_stddev").takes(INSTANT_VECTOR), HistogramFunctions::deviation);
      add(
          quantiles(function("histogram_quantile").takes(SCALAR, INSTANT_VECTOR)),
          HistogramQuantiles.QUANTILE);
      add(
          quantiles(function("histogram_fraction").takes(SCALAR, SCALAR, INSTANT_VECTOR)),
          call -> new HistogramQuantiles(call).fraction());
      add(
          quantiles(function("histogram_quantiles").takes(INSTANT_VECTOR, STRING, SCALAR))
              .optional(SCALAR)
              .atMost(2 + HistogramQuantiles.MAX_QUANTILES)
              .experimental(),
          call -> new HistogramQuantiles(call).quantiles());
    }

    private static FunctionSignature.Builder quantiles(FunctionSignature.Builder signature) {
      return signature.with(READS_WHOLE_HISTOGRAMS).with(COUNTS_ANNOTATIONS);
    }
  }
}
