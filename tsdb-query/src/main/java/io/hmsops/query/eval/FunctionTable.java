package io.hmsops.query.eval;

import io.hmsops.query.ast.Span;
import io.hmsops.query.function.FloatMath;
import io.hmsops.query.limit.QueryFailure;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What each function does. To add one, give it a signature and one line here. */
final class FunctionTable {
  /** Computes the value of a call at all steps. */
  @FunctionalInterface
  interface Function {
    Value apply(FunctionCall call);
  }

  private static final Map<String, Function> FUNCTIONS = new HashMap<>();

  static {
    addConversions();
    addMath();
    addTime();
    addLabels();
    addHistograms();
    RangeFunctions.addTo(FUNCTIONS);
  }

  private FunctionTable() {}

  static Function find(String name, Span span) {
    Function function = FUNCTIONS.get(name);
    if (function == null) {
      throw new QueryFailure(
          QueryFailure.Kind.NOT_SUPPORTED,
          "not supported: function %s at %d".formatted(name, span.start() + 1),
          null);
    }
    return function;
  }

  /** All functions that are evaluated. */
  static Set<String> names() {
    return Set.copyOf(FUNCTIONS.keySet());
  }

  private static void addConversions() {
    FUNCTIONS.put("scalar", Conversions::scalar);
    FUNCTIONS.put("vector", Conversions::vector);
    FUNCTIONS.put("time", Conversions::time);
    FUNCTIONS.put("pi", Conversions::pi);
    FUNCTIONS.put("min_of", Conversions::minOf);
    FUNCTIONS.put("max_of", Conversions::maxOf);
    FUNCTIONS.put("timestamp", Conversions::timestamp);
    FUNCTIONS.put("start_timestamp", Conversions::startTimestamp);
  }

  private static void addMath() {
    FUNCTIONS.put("abs", MathFunctions.of(Math::abs));
    FUNCTIONS.put("ceil", MathFunctions.of(Math::ceil));
    FUNCTIONS.put("floor", MathFunctions.of(Math::floor));
    FUNCTIONS.put("exp", MathFunctions.of(Math::exp));
    FUNCTIONS.put("sqrt", MathFunctions.of(Math::sqrt));
    FUNCTIONS.put("ln", MathFunctions.of(Math::log));
    FUNCTIONS.put("log2", MathFunctions.of(FloatMath::log2));
    FUNCTIONS.put("log10", MathFunctions.of(Math::log10));
    FUNCTIONS.put("sgn", MathFunctions.of(Math::signum));
    FUNCTIONS.put("deg", MathFunctions.of(x -> x * 180 / Math.PI));
    FUNCTIONS.put("rad", MathFunctions.of(x -> x * Math.PI / 180));
    FUNCTIONS.put("sin", MathFunctions.of(Math::sin));
    FUNCTIONS.put("cos", MathFunctions.of(Math::cos));
    FUNCTIONS.put("tan", MathFunctions.of(Math::tan));
    FUNCTIONS.put("asin", MathFunctions.of(Math::asin));
    FUNCTIONS.put("acos", MathFunctions.of(Math::acos));
    FUNCTIONS.put("atan", MathFunctions.of(Math::atan));
    FUNCTIONS.put("sinh", MathFunctions.of(Math::sinh));
    FUNCTIONS.put("cosh", MathFunctions.of(Math::cosh));
    FUNCTIONS.put("tanh", MathFunctions.of(Math::tanh));
    FUNCTIONS.put("asinh", MathFunctions.of(FloatMath::asinh));
    FUNCTIONS.put("acosh", MathFunctions.of(FloatMath::acosh));
    FUNCTIONS.put("atanh", MathFunctions.of(FloatMath::atanh));
    FUNCTIONS.put("round", MathFunctions::round);
    FUNCTIONS.put("clamp", MathFunctions::clamp);
    FUNCTIONS.put("clamp_min", MathFunctions::clampMin);
    FUNCTIONS.put("clamp_max", MathFunctions::clampMax);
  }

  private static void addTime() {
    FUNCTIONS.put("day_of_month", DateFunctions.of(time -> time.getDayOfMonth()));
    FUNCTIONS.put("day_of_week", DateFunctions.of(time -> time.getDayOfWeek().getValue() % 7));
    FUNCTIONS.put("day_of_year", DateFunctions.of(time -> time.getDayOfYear()));
    FUNCTIONS.put("days_in_month", DateFunctions.of(time -> time.toLocalDate().lengthOfMonth()));
    FUNCTIONS.put("hour", DateFunctions.of(time -> time.getHour()));
    FUNCTIONS.put("minute", DateFunctions.of(time -> time.getMinute()));
    FUNCTIONS.put("month", DateFunctions.of(time -> time.getMonthValue()));
    FUNCTIONS.put("year", DateFunctions::year);
  }

  private static void addLabels() {
    FUNCTIONS.put("label_replace", LabelFunctions::replace);
    FUNCTIONS.put("label_join", LabelFunctions::join);
    FUNCTIONS.put("sort", call -> SortFunctions.byValue(call, false));
    FUNCTIONS.put("sort_desc", call -> SortFunctions.byValue(call, true));
    FUNCTIONS.put("sort_by_label", call -> SortFunctions.byLabel(call, false));
    FUNCTIONS.put("sort_by_label_desc", call -> SortFunctions.byLabel(call, true));
    FUNCTIONS.put("absent", AbsentFunctions::absent);
    FUNCTIONS.put("absent_over_time", AbsentFunctions::absentOverTime);
    FUNCTIONS.put("info", call -> new InfoFunction(call).evaluate());
  }

  private static void addHistograms() {
    FUNCTIONS.put("histogram_count", HistogramFunctions::count);
    FUNCTIONS.put("histogram_sum", HistogramFunctions::sum);
    FUNCTIONS.put("histogram_avg", HistogramFunctions::average);
    FUNCTIONS.put("histogram_stdvar", HistogramFunctions::variance);
    FUNCTIONS.put("histogram_stddev", HistogramFunctions::deviation);
    FUNCTIONS.put("histogram_quantile", call -> new HistogramQuantiles(call).quantile());
    FUNCTIONS.put("histogram_quantiles", call -> new HistogramQuantiles(call).quantiles());
    FUNCTIONS.put("histogram_fraction", call -> new HistogramQuantiles(call).fraction());
  }
}
