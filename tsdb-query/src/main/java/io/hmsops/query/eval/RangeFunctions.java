package io.hmsops.query.eval;

import io.hmsops.query.ast.Edges;
import io.hmsops.query.ast.ValueType;
import io.hmsops.query.limit.QueryFailure;
import io.hmsops.query.plan.Plan;
import java.util.Map;
import java.util.Set;

/** The functions over range vectors, by name. */
final class RangeFunctions {
  private static final Set<String> KEEP_NAME = Set.of("last_over_time", "first_over_time");
  private static final Set<String> ANCHORED =
      Set.of("changes", "delta", "increase", "rate", "resets");
  private static final Set<String> SMOOTHED = Set.of("delta", "increase", "rate");

  /** Makes a kernel for one call. */
  @FunctionalInterface
  private interface Factory {
    WindowFunction create(WindowCall call);
  }

  private RangeFunctions() {}

  static void addTo(Map<String, FunctionTable.Function> functions) {
    addSamples(functions);
    add(functions, "sum_over_time", call -> new SumWindows(call)::sum);
    add(functions, "avg_over_time", call -> new SumWindows(call)::average);
    addFloats(functions);
    add(functions, "deriv", call -> new TrendWindows(call)::derivative);
    add(functions, "predict_linear", call -> new TrendWindows(call)::predict);
    add(functions, "double_exponential_smoothing", call -> new TrendWindows(call)::smooth);
    add(functions, "changes", call -> new ChangeWindows(call)::changes);
    add(functions, "resets", call -> new ChangeWindows(call)::resets);
    add(functions, "rate", call -> rate(call, true, true));
    add(functions, "increase", call -> rate(call, true, false));
    add(functions, "delta", call -> rate(call, false, false));
    add(functions, "irate", call -> new InstantRateWindows(call, true));
    add(functions, "idelta", call -> new InstantRateWindows(call, false));
  }

  private static void addSamples(Map<String, FunctionTable.Function> functions) {
    add(functions, "count_over_time", _ -> SampleWindows::count);
    add(functions, "present_over_time", _ -> SampleWindows::present);
    add(functions, "last_over_time", _ -> SampleWindows::last);
    add(functions, "first_over_time", _ -> SampleWindows::first);
    add(functions, "ts_of_first_over_time", _ -> SampleWindows::timeOfFirst);
    add(functions, "ts_of_last_over_time", _ -> SampleWindows::timeOfLast);
  }

  private static void addFloats(Map<String, FunctionTable.Function> functions) {
    addFloat(functions, "min_over_time", FloatWindows::min);
    addFloat(functions, "max_over_time", FloatWindows::max);
    addFloat(functions, "ts_of_min_over_time", FloatWindows::timeOfMin);
    addFloat(functions, "ts_of_max_over_time", FloatWindows::timeOfMax);
    addFloat(functions, "stdvar_over_time", FloatWindows::variance);
    addFloat(functions, "stddev_over_time", FloatWindows::deviation);
    addFloat(functions, "mad_over_time", FloatWindows::medianDeviation);
    add(functions, "quantile_over_time", call -> new FloatWindows(call)::quantile);
  }

  private static void addFloat(
      Map<String, FunctionTable.Function> functions, String name, FloatWindows.Kernel kernel) {
    add(functions, name, call -> new FloatWindows(call).of(kernel));
  }

  private static void add(
      Map<String, FunctionTable.Function> functions, String name, Factory factory) {
    functions.put(name, call -> evaluate(call, name, factory));
  }

  private static WindowFunction rate(WindowCall call, boolean counter, boolean perSecond) {
    return call.edges() == Edges.PLAIN
        ? new RateWindows(call, counter, perSecond)
        : new ExtendedRateWindows(call, counter, perSecond);
  }

  private static Value evaluate(FunctionCall call, String name, Factory factory) {
    Plan range = null;
    double[][] parameters = new double[call.argumentCount() - 1][];
    int next = 0;
    for (int i = 0; i < call.argumentCount(); i++) {
      if (call.argument(i).type() == ValueType.RANGE_VECTOR) {
        range = call.argument(i);
      } else {
        parameters[next++] = call.scalars(i).values();
      }
    }
    if (range == null) {
      throw new AssertionError(name + " without a range vector");
    }
    WindowCall windowCall = new WindowCall(call.context(), call.invoke(), range, parameters);
    checkEdges(name, windowCall.edges());
    return new Value.Vector(
        new RangeEvaluation(call.evaluator())
            .apply(range, call.grid(), name, KEEP_NAME.contains(name), factory.create(windowCall)));
  }

  private static void checkEdges(String name, Edges edges) {
    switch (edges) {
      case PLAIN -> {}
      case ANCHORED -> checkAllowed("anchored", name, ANCHORED);
      case SMOOTHED -> checkAllowed("smoothed", name, SMOOTHED);
    }
  }

  private static void checkAllowed(String modifier, String name, Set<String> allowed) {
    if (!allowed.contains(name)) {
      throw QueryFailure.execution(
          "%s modifier can only be used with: %s - not with %s"
              .formatted(modifier, String.join(", ", allowed.stream().sorted().toList()), name));
    }
  }
}
