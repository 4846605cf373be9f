package io.hmsops.query.eval;

import io.hmsops.query.ast.Edges;
import io.hmsops.query.ast.ValueType;
import io.hmsops.query.limit.QueryFailure;
import io.hmsops.query.plan.Plan;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A function over range vectors: a kernel for single windows, and, where that is cheaper, one for
 * whole series of floats and one number of a whole chunk instead of its samples. Immutable.
 */
record RangeFunction(
    Factory windows,
    FloatFactory floats,
    @Nullable Condensation condensation,
    FloatFactory condensed,
    boolean keepsName,
    Set<Edges> edges)
    implements FunctionBody {
  /** A function that only looks at single windows. */
  private static final FloatFactory NONE = _ -> null;

  /** Makes the kernel for single windows. */
  @FunctionalInterface
  interface Factory {
    WindowFunction create(WindowCall call);
  }

  /** Makes the kernel for whole series of floats. */
  @FunctionalInterface
  interface FloatFactory {
    @Nullable FloatKernel create(WindowCall call);
  }

  /** A function that looks at the samples of each window. */
  static RangeFunction of(Factory windows) {
    return of(windows, NONE);
  }

  /** A function that has a kernel for whole series of floats. */
  static RangeFunction of(Factory windows, FloatFactory floats) {
    return new RangeFunction(windows, floats, null, NONE, false, EnumSet.of(Edges.PLAIN));
  }

  /** The same function, for which one number of a chunk is as good as its samples. */
  RangeFunction condensed(Condensation number) {
    return condensed(number, floats);
  }

  /** The same function, which another kernel computes from one number of each chunk. */
  RangeFunction condensed(Condensation number, FloatFactory kernel) {
    return new RangeFunction(windows, floats, number, kernel, keepsName, edges);
  }

  /** The same function, whose results keep the metric name. */
  RangeFunction keepingName() {
    return new RangeFunction(windows, floats, condensation, condensed, true, edges);
  }

  /** The same function, which may also be asked over such ranges. */
  RangeFunction with(Edges... more) {
    Set<Edges> all = EnumSet.copyOf(edges);
    all.addAll(Set.of(more));
    return new RangeFunction(windows, floats, condensation, condensed, keepsName, all);
  }

  @Override
  public Value apply(FunctionCall call) {
    return new Value.Vector(call.evaluator().collect(columns(call)));
  }

  @Override
  public Optional<ColumnStream> stream(FunctionCall call) {
    return Optional.of(columns(call));
  }

  private RangeStream columns(FunctionCall call) {
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
    if (range == null) {
      throw new AssertionError(name + " without a range vector");
    }
    WindowCall windowCall = new WindowCall(call.context(), call.invoke(), range, parameters);
    checkEdges(name, windowCall.edges());
    return new RangeEvaluation(call.evaluator())
        .stream(range, call.grid(), name, keepsName, context -> create(windowCall.in(context)));
  }

  private RangeStream.Kernel create(WindowCall call) {
    FloatKernel kernel = call.edges() == Edges.PLAIN ? floats.create(call) : null;
    return new RangeStream.Kernel(
        windows.create(call), kernel, kernel == null ? null : condensed(call, kernel));
  }

  private RangeStream.@Nullable Condensed condensed(WindowCall call, FloatKernel kernel) {
    if (condensation == null) {
      return null;
    }
    FloatKernel condensing = condensed.equals(floats) ? kernel : condensed.create(call);
    return condensing == null ? null : new RangeStream.Condensed(condensation, condensing);
  }

  private void checkEdges(String name, Edges wanted) {
    if (!edges.contains(wanted)) {
      throw QueryFailure.execution(
          "%s modifier can only be used with: %s - not with %s"
              .formatted(
                  wanted == Edges.ANCHORED ? "anchored" : "smoothed",
                  String.join(", ", FunctionCatalogue.rangeFunctionsWith(wanted)),
                  name));
    }
  }
}
