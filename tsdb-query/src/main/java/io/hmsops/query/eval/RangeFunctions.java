package io.hmsops.query.eval;

import io.hmsops.query.ast.Edges;
import io.hmsops.query.ast.ValueType;
import io.hmsops.query.limit.QueryFailure;
import io.hmsops.query.plan.Plan;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The functions over range vectors, by name. */
final class RangeFunctions {
  private static final Set<String> KEEP_NAME = Set.of("last_over_time", "first_over_time");
  private static final Set<String> ANCHORED =
      Set.of("changes", "delta", "increase", "rate", "resets");
  private static final Set<String> SMOOTHED = Set.of("delta", "increase", "rate");

  /** A function that only looks at single windows. */
  private static final FloatFactory NONE = _ -> null;

  /** Makes the kernel for single windows. */
  @FunctionalInterface
  private interface Factory {
    WindowFunction create(WindowCall call);
  }

  /** Makes the kernel for whole series of floats. */
  @FunctionalInterface
  private interface FloatFactory {
    @Nullable FloatKernel create(WindowCall call);
  }

  private record Definition(Factory windows, FloatFactory floats) {
    RangeStream.Kernel create(WindowCall call) {
      FloatKernel kernel = call.edges() == Edges.PLAIN ? floats.create(call) : null;
      return new RangeStream.Kernel(
          windows.create(call), kernel, kernel == null ? null : condensed(call, kernel));
    }
  }

  /** The functions that need one number of a whole chunk only. */
  private static RangeStream.@Nullable Condensed condensed(WindowCall call, FloatKernel kernel) {
    return switch (call.invoke().function()) {
      // A sample counts one, a chunk as many as it has.
      case "count_over_time" ->
          new RangeStream.Condensed(Condensation.COUNT, new SumColumns(call, false));
      case "present_over_time", "last_over_time" ->
          new RangeStream.Condensed(Condensation.LAST, kernel);
      case "first_over_time" -> new RangeStream.Condensed(Condensation.FIRST, kernel);
      case "min_over_time" -> new RangeStream.Condensed(Condensation.MIN, kernel);
      case "max_over_time" -> new RangeStream.Condensed(Condensation.MAX, kernel);
      default -> null;
    };
  }

  private static final Map<String, Definition> DEFINITIONS = new HashMap<>();

  static {
    addSamples();
    addSums();
    addFloats();
    addNeighbours();
    add("deriv", call -> new TrendWindows(call)::derivative);
    add("predict_linear", call -> new TrendWindows(call)::predict);
    add("double_exponential_smoothing", call -> new TrendWindows(call)::smooth);
  }

  private RangeFunctions() {}

  static void addTo(Map<String, FunctionTable.Function> functions) {
    for (String name : DEFINITIONS.keySet()) {
      functions.put(name, call -> new Value.Vector(call.evaluator().collect(stream(call))));
    }
  }

  private static void addSamples() {
    add("count_over_time", _ -> SampleWindows::count, _ -> SampleColumns::count);
    add("present_over_time", _ -> SampleWindows::present, _ -> SampleColumns::present);
    add("last_over_time", _ -> SampleWindows::last, _ -> SampleColumns::last);
    add("first_over_time", _ -> SampleWindows::first, _ -> SampleColumns::first);
    add("ts_of_first_over_time", _ -> SampleWindows::timeOfFirst);
    add("ts_of_last_over_time", _ -> SampleWindows::timeOfLast);
  }

  private static void addSums() {
    add("sum_over_time", call -> new SumWindows(call)::sum, call -> new SumColumns(call, false));
    add("avg_over_time", call -> new SumWindows(call)::average, call -> new SumColumns(call, true));
  }

  private static void addFloats() {
    addFloat("min_over_time", FloatWindows::min, _ -> new ExtremeColumns(false));
    addFloat("max_over_time", FloatWindows::max, _ -> new ExtremeColumns(true));
    addFloat("ts_of_min_over_time", FloatWindows::timeOfMin, NONE);
    addFloat("ts_of_max_over_time", FloatWindows::timeOfMax, NONE);
    addFloat("stdvar_over_time", FloatWindows::variance, NONE);
    addFloat("stddev_over_time", FloatWindows::deviation, NONE);
    addFloat("mad_over_time", FloatWindows::medianDeviation, NONE);
    add("quantile_over_time", call -> new FloatWindows(call)::quantile, QuantileColumns::new);
  }

  private static void addNeighbours() {
    add("changes", call -> new ChangeWindows(call)::changes, _ -> new ChangeColumns(false));
    add("resets", call -> new ChangeWindows(call)::resets, _ -> new ChangeColumns(true));
    add("rate", call -> rate(call, true, true), call -> new RateColumns(call, true, true));
    add("increase", call -> rate(call, true, false), call -> new RateColumns(call, true, false));
    add("delta", call -> rate(call, false, false), call -> new RateColumns(call, false, false));
    add("irate", call -> new InstantRateWindows(call, true), _ -> new InstantRateColumns(true));
    add("idelta", call -> new InstantRateWindows(call, false), _ -> new InstantRateColumns(false));
  }

  private static void addFloat(String name, FloatWindows.Kernel kernel, FloatFactory floats) {
    add(name, call -> new FloatWindows(call).of(kernel), floats);
  }

  private static void add(String name, Factory windows) {
    add(name, windows, NONE);
  }

  private static void add(String name, Factory windows, FloatFactory floats) {
    DEFINITIONS.put(name, new Definition(windows, floats));
  }

  private static WindowFunction rate(WindowCall call, boolean counter, boolean perSecond) {
    return call.edges() == Edges.PLAIN
        ? new RateWindows(call, counter, perSecond)
        : new ExtendedRateWindows(call, counter, perSecond);
  }

  /** Whether there is such a function over range vectors. */
  static boolean has(String name) {
    return DEFINITIONS.containsKey(name);
  }

  /** The columns of a call of such a function. */
  static RangeStream stream(FunctionCall call) {
    String name = call.invoke().function();
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
    Definition definition = DEFINITIONS.get(name);
    if (range == null || definition == null) {
      throw new AssertionError(name + " without a range vector");
    }
    WindowCall windowCall = new WindowCall(call.context(), call.invoke(), range, parameters);
    checkEdges(name, windowCall.edges());
    return new RangeEvaluation(call.evaluator())
        .stream(
            range,
            call.grid(),
            name,
            KEEP_NAME.contains(name),
            context -> definition.create(windowCall.in(context)));
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
