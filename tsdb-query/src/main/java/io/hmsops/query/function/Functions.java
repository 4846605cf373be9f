package io.hmsops.query.function;

import static io.hmsops.query.ast.ValueType.INSTANT_VECTOR;
import static io.hmsops.query.ast.ValueType.RANGE_VECTOR;
import static io.hmsops.query.ast.ValueType.SCALAR;
import static io.hmsops.query.ast.ValueType.STRING;

import io.hmsops.query.ast.ValueType;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** All functions of PromQL as of Prometheus 3.14, by name. Immutable. */
public final class Functions {
  /** The most quantiles that one call of {@code histogram_quantiles} may ask for. */
  public static final int MAX_QUANTILES = 10;

  private static final Map<String, FunctionSignature> BY_NAME = new Table().build();

  private Functions() {}

  /**
   * {@return the function of that name, if there is one}
   *
   * @param name the name, in the case it was written in
   */
  public static Optional<FunctionSignature> find(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /** {@return all functions, by name} */
  public static Collection<FunctionSignature> all() {
    return BY_NAME.values();
  }

  /** Collects the signatures; used once. */
  private static final class Table {
    private final Map<String, FunctionSignature> byName = new TreeMap<>();
    private boolean experimental;

    Map<String, FunctionSignature> build() {
      addScalars();
      addElementwise();
      addLabels();
      addRanges();
      addHistograms();
      experimental = true;
      addExperimental();
      return Collections.unmodifiableMap(byName);
    }

    private void addScalars() {
      fixed("pi", SCALAR);
      fixed("time", SCALAR);
      fixed("scalar", SCALAR, INSTANT_VECTOR);
      fixed("vector", INSTANT_VECTOR, SCALAR);
    }

    private void addElementwise() {
      for (String name :
          List.of(
              "abs",
              "ceil",
              "floor",
              "exp",
              "sqrt",
              "ln",
              "log2",
              "log10",
              "sgn",
              "deg",
              "rad",
              "sin",
              "cos",
              "tan",
              "asin",
              "acos",
              "atan",
              "sinh",
              "cosh",
              "tanh",
              "asinh",
              "acosh",
              "atanh",
              "timestamp",
              "absent",
              "sort",
              "sort_desc")) {
        fixed(name, INSTANT_VECTOR, INSTANT_VECTOR);
      }
      for (String name :
          List.of(
              "day_of_month",
              "day_of_week",
              "day_of_year",
              "days_in_month",
              "hour",
              "minute",
              "month",
              "year")) {
        variadic(name, 0, OptionalInt.of(1), INSTANT_VECTOR, INSTANT_VECTOR);
      }
      variadic("round", 1, OptionalInt.of(2), INSTANT_VECTOR, INSTANT_VECTOR, SCALAR);
      fixed("clamp", INSTANT_VECTOR, INSTANT_VECTOR, SCALAR, SCALAR);
      fixed("clamp_min", INSTANT_VECTOR, INSTANT_VECTOR, SCALAR);
      fixed("clamp_max", INSTANT_VECTOR, INSTANT_VECTOR, SCALAR);
    }

    private void addLabels() {
      fixed("label_replace", INSTANT_VECTOR, INSTANT_VECTOR, STRING, STRING, STRING, STRING);
      variadic(
          "label_join",
          3,
          OptionalInt.empty(),
          INSTANT_VECTOR,
          INSTANT_VECTOR,
          STRING,
          STRING,
          STRING);
    }

    private void addRanges() {
      for (String name :
          List.of(
              "rate",
              "increase",
              "delta",
              "irate",
              "idelta",
              "deriv",
              "changes",
              "resets",
              "absent_over_time",
              "avg_over_time",
              "sum_over_time",
              "min_over_time",
              "max_over_time",
              "count_over_time",
              "stddev_over_time",
              "stdvar_over_time",
              "last_over_time",
              "first_over_time",
              "present_over_time")) {
        fixed(name, INSTANT_VECTOR, RANGE_VECTOR);
      }
      fixed("predict_linear", INSTANT_VECTOR, RANGE_VECTOR, SCALAR);
      fixed("quantile_over_time", INSTANT_VECTOR, SCALAR, RANGE_VECTOR);
    }

    private void addHistograms() {
      fixed("histogram_quantile", INSTANT_VECTOR, SCALAR, INSTANT_VECTOR);
      fixed("histogram_fraction", INSTANT_VECTOR, SCALAR, SCALAR, INSTANT_VECTOR);
      for (String part : List.of("avg", "count", "sum", "stddev", "stdvar")) {
        fixed("histogram_" + part, INSTANT_VECTOR, INSTANT_VECTOR);
      }
    }

    private void addExperimental() {
      for (String name : List.of("start", "end", "range", "step")) {
        fixed(name, SCALAR);
      }
      fixed("min_of", SCALAR, SCALAR, SCALAR);
      fixed("max_of", SCALAR, SCALAR, SCALAR);
      fixed("start_timestamp", INSTANT_VECTOR, INSTANT_VECTOR);
      for (String name : List.of("sort_by_label", "sort_by_label_desc")) {
        variadic(name, 1, OptionalInt.empty(), INSTANT_VECTOR, INSTANT_VECTOR, STRING);
      }
      fixed("double_exponential_smoothing", INSTANT_VECTOR, RANGE_VECTOR, SCALAR, SCALAR);
      for (String name : List.of("mad", "ts_of_min", "ts_of_max", "ts_of_first", "ts_of_last")) {
        fixed(name + "_over_time", INSTANT_VECTOR, RANGE_VECTOR);
      }
      variadic(
          "histogram_quantiles",
          3,
          OptionalInt.of(2 + MAX_QUANTILES),
          INSTANT_VECTOR,
          INSTANT_VECTOR,
          STRING,
          SCALAR);
      variadic("info", 1, OptionalInt.of(2), INSTANT_VECTOR, INSTANT_VECTOR, INSTANT_VECTOR);
    }

    private void fixed(String name, ValueType result, ValueType... arguments) {
      variadic(name, arguments.length, OptionalInt.of(arguments.length), result, arguments);
    }

    private void variadic(
        String name, int minimum, OptionalInt maximum, ValueType result, ValueType... arguments) {
      byName.put(
          name,
          new FunctionSignature(name, List.of(arguments), minimum, maximum, result, experimental));
    }
  }
}
