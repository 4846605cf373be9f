package io.hmsops.query.differential;

import io.hmsops.query.differential.QueryNode.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Makes random queries over {@link RandomData}, valid by construction, from the part of the
 * language that Prometheus 2.42 and 3.14 share. Times are multiples of 10 s and ranges of 5 s, so
 * that no sample lies on a window's edge; ranges of subqueries end in 7 s, so that none of their
 * steps does. What may differ in the last bit is not compared, sorted or rounded.
 */
final class RandomQueries {
  private static final List<String> GAUGES = List.of("gauge", "level", "odd");
  private static final List<String> LABELS = List.of("job", "inst", "code", "le", "nolabel");
  private static final List<String> SMOOTH_FUNCTIONS =
      List.of(
          "sqrt", "exp", "ln", "log2", "log10", "deg", "rad", "sin", "cos", "tan", "asin", "acos",
          "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh");
  private static final List<String> EXACT_FUNCTIONS = List.of("abs", "ceil", "floor", "sgn");
  private static final List<String> DATE_FUNCTIONS =
      List.of(
          "minute",
          "hour",
          "day_of_week",
          "day_of_month",
          "day_of_year",
          "days_in_month",
          "month",
          "year");
  private static final List<String> EXACT_OVER_TIME = List.of("sum", "min", "max", "count", "last");
  private static final List<String> ROUNDED_OVER_TIME = List.of("avg", "stddev", "stdvar");
  private static final List<String> DELTAS = List.of("irate", "delta");
  private static final List<String> NUMBERS =
      List.of("0", "1", "2", "-1", "0.5", "3", "-2.25", "10", "1e3", "NaN", "Inf", "-Inf", "0x1F");

  private final Random random;

  /** Adds what 2.42 does not know, or nothing. */
  private final @Nullable ModernQueries modern;

  RandomQueries(Random random) {
    this.random = random;
    this.modern = null;
  }

  private RandomQueries(Random random, boolean infoOfAnything) {
    this.random = random;
    this.modern = new ModernQueries(random, this, infoOfAnything);
  }

  /** {@return queries from the whole language of 3.14, over {@link ModernData}} */
  static RandomQueries ofTheWholeLanguage(Random random) {
    return new RandomQueries(random, true);
  }

  /**
   * {@return the same, but that info has only plain selectors} 3.14.0 forgets in it which names are
   * to be dropped, and looks at info series at the step whatever {@code @} and offset say; the
   * shared scripts have this mended, as later versions do.
   */
  static RandomQueries comparableWithRelease(Random random) {
    return new RandomQueries(random, false);
  }

  QueryNode next() {
    if (oneIn(20)) {
      return mistake();
    }
    return random.nextInt(12) == 0 ? scalar(3, false) : vector(1 + random.nextInt(4), false);
  }

  /** Something valid in a place where it is not. */
  private QueryNode mistake() {
    QueryNode range = range(1, false);
    QueryNode vector = vector(1, false);
    return switch (random.nextInt(12)) {
      case 0 -> node(Kind.VECTOR, false, "rate(%s)", vector);
      case 1 -> node(Kind.VECTOR, false, "abs(%s)", range);
      case 2 -> node(Kind.VECTOR, false, "sum by (job) (%s)", scalar(1, false));
      case 3 -> node(Kind.VECTOR, false, "(%s + %s)", vector, range);
      case 4 -> node(Kind.VECTOR, false, "-%s", range);
      case 5 -> node(Kind.VECTOR, false, "(%s and %s)", vector, number());
      case 6 -> node(Kind.VECTOR, false, "(%s == %s)", number(), number());
      case 7 -> node(Kind.VECTOR, false, "(%s + bool %s)", vector, number());
      case 8 -> node(Kind.VECTOR, false, "(%s + on (job) group_left (job) %s)", vector, vector);
      case 9 -> node(Kind.VECTOR, false, "clamp(%s, %s)", vector, number());
      case 10 -> node(Kind.VECTOR, false, "topk(%s)", vector);
      default -> node(Kind.VECTOR, false, "label_join(%s, %s)", vector, vector);
    };
  }

  private <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  static QueryNode node(Kind kind, boolean exact, String template, QueryNode... operands) {
    return new QueryNode(kind, template, List.of(operands), exact);
  }

  private QueryNode number() {
    return node(Kind.SCALAR, true, pick(NUMBERS));
  }

  QueryNode scalar(int depth, boolean exact) {
    return switch (depth <= 0 ? 0 : random.nextInt(8)) {
      case 1 -> node(Kind.SCALAR, true, oneIn(3) ? "pi()" : "time()");
      case 2 -> {
        QueryNode operand = vector(depth - 1, exact);
        yield node(Kind.SCALAR, operand.exact(), "scalar(%s)", operand);
      }
      case 3, 4 -> {
        String operator =
            pick(exact ? List.of("+", "-", "*") : List.of("+", "-", "*", "/", "^", "%%", "atan2"));
        QueryNode left = scalar(depth - 1, exact);
        QueryNode right = scalar(depth - 1, exact);
        boolean exactResult =
            left.exact() && right.exact() && List.of("+", "-", "*").contains(operator);
        yield node(Kind.SCALAR, exactResult, "(%s " + operator + " %s)", left, right);
      }
      case 5 ->
          node(
              Kind.SCALAR,
              true,
              "(%s " + pick(List.of("==", "!=", "<", ">=", ">", "<=")) + " bool %s)",
              scalar(depth - 1, true),
              scalar(depth - 1, true));
      case 6 -> {
        QueryNode operand = scalar(depth - 1, exact);
        yield node(Kind.SCALAR, operand.exact(), "-(%s)", operand);
      }
      default -> number();
    };
  }

  QueryNode vector(int depth, boolean exact) {
    if (modern != null && !exact && oneIn(2)) {
      return modern.vector(depth);
    }
    if (depth <= 0) {
      return selector();
    }
    return switch (random.nextInt(13)) {
      case 0 -> function(depth, exact);
      case 1, 2 -> overTime(depth, exact);
      case 3, 4 -> aggregation(depth, exact);
      case 5 -> withScalar(depth, exact);
      case 6, 7 -> withVector(depth, exact);
      case 8 -> setOperator(depth, exact);
      case 9 -> labels(depth, exact);
      case 10 -> exact ? selector() : quantile(depth);
      case 11 -> odds(depth, exact);
      default -> selector();
    };
  }

  private QueryNode selector() {
    return node(Kind.VECTOR, true, series() + times());
  }

  String series() {
    String metric =
        switch (random.nextInt(9)) {
          case 0 -> "ctr_total";
          case 1 -> "hist_bucket";
          case 2 -> "meta";
          case 3 -> "single";
          case 4 -> "nothing";
          default -> pick(GAUGES);
        };
    List<String> matchers = new ArrayList<>();
    while (oneIn(3)) {
      matchers.add(
          pick(
              List.of(
                  "job=\"a\"",
                  "job!=\"a\"",
                  "job=~\"a|b\"",
                  "job!~\"[bc]\"",
                  "inst=\"0\"",
                  "inst=~\"(?i)1\"",
                  "inst!=\"\"",
                  "nolabel=\"\"",
                  "le=~\".+\"",
                  "code=\"x\"")));
    }
    if (oneIn(25)) {
      return "{__name__=~\"gauge|level\"" + (oneIn(2) ? ", job=\"b\"" : "") + "}";
    }
    return matchers.isEmpty() ? metric : metric + "{" + String.join(", ", matchers) + "}";
  }

  String times() {
    String at =
        switch (random.nextInt(16)) {
          case 0 -> " @ start()";
          case 1 -> " @ end()";
          case 2 -> " @ " + (RandomData.START_MS / 1000 + 10L * random.nextInt(300));
          default -> "";
        };
    String offset =
        oneIn(6) ? " offset " + (oneIn(4) ? "-" : "") + 10 * (1 + random.nextInt(60)) + "s" : "";
    return oneIn(2) ? at + offset : offset + at;
  }

  QueryNode range(int depth, boolean exact) {
    if (depth <= 0 || !oneIn(3)) {
      return node(
          Kind.RANGE, true, series() + "[" + 5 * (1 + random.nextInt(120)) + "s]" + times());
    }
    QueryNode operand = vector(depth - 1, exact);
    String step = pick(List.of("", "10s", "30s", "1m", "2m"));
    String length = 10 * (1 + random.nextInt(60)) + 7 + "s";
    return node(
        Kind.RANGE, operand.exact(), "(%s)[" + length + ":" + step + "]" + times(), operand);
  }

  private QueryNode overTime(int depth, boolean exact) {
    return switch (exact ? random.nextInt(3) : random.nextInt(8)) {
      case 0, 1 -> {
        String name = pick(EXACT_OVER_TIME);
        QueryNode range = range(depth, exact);
        yield node(Kind.VECTOR, range.exact(), name + "_over_time(%s)", range);
      }
      case 2 ->
          node(
              Kind.VECTOR,
              true,
              pick(List.of("changes", "resets", "idelta", "present_over_time")) + "(%s)",
              range(depth, true));
      case 3 -> node(Kind.VECTOR, false, pick(DELTAS) + "(%s)", range(depth, true));
      case 4 -> node(Kind.VECTOR, false, pick(List.of("rate", "increase")) + "(%s)", counters());
      case 5 ->
          node(Kind.VECTOR, false, pick(ROUNDED_OVER_TIME) + "_over_time(%s)", range(depth, false));
      case 6 ->
          node(
              Kind.VECTOR,
              false,
              "quantile_over_time(%s, %s)",
              scalar(1, false),
              range(depth, false));
      default ->
          oneIn(2)
              ? node(Kind.VECTOR, false, "deriv(%s)", range(depth, true))
              : node(Kind.VECTOR, false, "predict_linear(%s, %s)", range(depth, true), number());
    };
  }

  /** Counters below zero: what is above is cut at zero in another order in 2.42. */
  private QueryNode counters() {
    String matchers = pick(List.of("", "{job=\"a\"}", "{code=\"y\",inst!=\"0\"}"));
    String length = "[" + 5 * (1 + random.nextInt(120)) + "s]";
    return oneIn(4)
        ? node(Kind.RANGE, true, "(ctr_total" + matchers + ")[617s:10s]" + times())
        : node(Kind.RANGE, true, "ctr_total" + matchers + length + times());
  }

  private QueryNode function(int depth, boolean exact) {
    return switch (exact ? random.nextInt(4) : random.nextInt(6)) {
      case 0 -> node(Kind.VECTOR, true, pick(EXACT_FUNCTIONS) + "(%s)", vector(depth - 1, true));
      case 1 -> {
        QueryNode operand = vector(depth - 1, exact);
        String bounds =
            pick(
                List.of(
                    "clamp_min(%s, 3)",
                    "clamp_max(%s, -1.5)",
                    "clamp(%s, -5, 7)",
                    "clamp(%s, 7, -5)",
                    "clamp_min(%s, NaN)"));
        yield node(Kind.VECTOR, operand.exact(), bounds, operand);
      }
      case 2 -> node(Kind.VECTOR, true, "timestamp(%s)", vector(depth - 1, false));
      case 3 ->
          node(
              Kind.VECTOR,
              true,
              pick(List.of("round(%s, 0.5)", "round(%s)", "round(%s, 3)", "round(%s, -2)")),
              vector(depth - 1, true));
      case 4 ->
          node(
              Kind.VECTOR,
              true,
              pick(DATE_FUNCTIONS) + "(%s)",
              node(Kind.VECTOR, true, "timestamp(%s)", vector(depth - 1, true)));
      default ->
          node(Kind.VECTOR, false, pick(SMOOTH_FUNCTIONS) + "(%s)", vector(depth - 1, false));
    };
  }

  String grouping() {
    if (modern != null && oneIn(6)) {
      return pick(
          List.of(
              " by (__name__)",
              " by (__type__, job)",
              " without (__unit__, inst)",
              " by (\"lábel/x\")"));
    }
    return switch (random.nextInt(4)) {
      case 0 -> "";
      case 1 -> " by (" + pick(LABELS) + ")";
      case 2 -> " by (job, " + pick(LABELS) + ")";
      default -> " without (" + pick(LABELS) + ")";
    };
  }

  private QueryNode aggregation(int depth, boolean exact) {
    String grouping = grouping();
    return switch (exact ? random.nextInt(6) : random.nextInt(8)) {
      case 0, 1, 2 -> {
        QueryNode operand = vector(depth - 1, exact);
        String name = pick(List.of("sum", "min", "max", "count", "group"));
        yield node(Kind.VECTOR, operand.exact(), name + grouping + " (%s)", operand);
      }
      case 3 -> node(Kind.VECTOR, true, "topk" + grouping + " (2, %s)", distinct());
      case 4 -> node(Kind.VECTOR, true, "bottomk" + grouping + " (1, %s)", distinct());
      case 5 ->
          node(
              Kind.VECTOR,
              true,
              "count_values" + grouping + " (\"value\", %s)",
              vector(depth - 1, true));
      case 6 ->
          node(
              Kind.VECTOR,
              false,
              pick(List.of("avg", "stddev", "stdvar")) + grouping + " (%s)",
              vector(depth - 1, false));
      default ->
          node(
              Kind.VECTOR,
              false,
              "quantile" + grouping + " (%s, %s)",
              scalar(1, false),
              vector(depth - 1, false));
    };
  }

  /** Series whose values are rarely equal: which one of equals is taken depends on their order. */
  private QueryNode distinct() {
    return node(
        Kind.VECTOR,
        true,
        pick(List.of("level%s", "gauge%s", "-level%s", "ctr_total%s", "abs(level%s)"))
            .formatted(times()));
  }

  private QueryNode withScalar(int depth, boolean exact) {
    boolean compares = oneIn(2);
    QueryNode vector = vector(depth - 1, exact || compares);
    QueryNode scalar = scalar(depth - 1, exact || compares);
    boolean vectorFirst = oneIn(2);
    String operator;
    boolean exactResult = vector.exact() && scalar.exact();
    if (compares) {
      operator = pick(List.of("==", "!=", "<", "<=", ">", ">=")) + (oneIn(2) ? " bool" : "");
    } else {
      operator = pick(exact ? List.of("+", "-", "*") : List.of("+", "-", "*", "/", "^"));
      exactResult &= "+-*".contains(operator);
    }
    String template = "(%s " + operator + " %s)";
    return vectorFirst
        ? node(Kind.VECTOR, exactResult, template, vector, scalar)
        : node(Kind.VECTOR, exactResult, template, scalar, vector);
  }

  private String matching() {
    return switch (random.nextInt(6)) {
      case 0 -> " on (job)";
      case 1 -> " on (job, inst)";
      case 2 -> " ignoring (inst)";
      case 3 -> " ignoring (code)";
      default -> "";
    };
  }

  private QueryNode withVector(int depth, boolean exact) {
    boolean compares = oneIn(3);
    QueryNode left = vector(depth - 1, exact || compares);
    QueryNode right = vector(depth - 1, exact || compares);
    boolean exactResult = left.exact() && right.exact();
    String operator;
    if (compares) {
      operator = pick(List.of("==", "!=", "<", "<=", ">", ">=")) + (oneIn(2) ? " bool" : "");
    } else {
      operator = pick(exact ? List.of("+", "-", "*") : List.of("+", "-", "*", "/", "atan2"));
      exactResult &= "+-*".contains(operator);
    }
    String matching = matching();
    if (oneIn(3)) {
      matching =
          pick(List.of(" on (job)", " ignoring (inst, code)"))
              + pick(List.of(" group_left ()", " group_right ()", " group_left (version)"));
    }
    return node(Kind.VECTOR, exactResult, "(%s " + operator + matching + " (%s))", left, right);
  }

  private QueryNode setOperator(int depth, boolean exact) {
    String operator = pick(List.of("and", "or", "unless")) + matching();
    QueryNode left = vector(depth - 1, exact);
    QueryNode right = vector(depth - 1, exact);
    return node(
        Kind.VECTOR, left.exact() && right.exact(), "(%s " + operator + " (%s))", left, right);
  }

  private QueryNode labels(int depth, boolean exact) {
    QueryNode operand = vector(depth - 1, exact);
    String template =
        pick(
            List.of(
                "label_replace(%s, \"k\", \"$1-x\", \"job\", \"(.*)\")",
                "label_replace(%s, \"inst\", \"${1}\", \"job\", \"([ab])\")",
                "label_replace(%s, \"job\", \"\", \"inst\", \"0\")",
                "label_replace(%s, \"__name__\", \"new_$1\", \"job\", \"(a)|b\")",
                "label_join(%s, \"both\", \"/\", \"job\", \"inst\")",
                "label_join(%s, \"inst\", \"\")"));
    return node(Kind.VECTOR, operand.exact(), template, operand);
  }

  private QueryNode quantile(int depth) {
    QueryNode buckets =
        switch (random.nextInt(3)) {
          case 0 -> node(Kind.VECTOR, true, "hist_bucket" + times());
          case 1 ->
              node(Kind.VECTOR, false, "rate(hist_bucket[" + 5 * (4 + random.nextInt(36)) + "s])");
          default -> node(Kind.VECTOR, true, "sum by (le) (hist_bucket)");
        };
    return node(
        Kind.VECTOR,
        false,
        "histogram_quantile(%s, %s)",
        scalar(Math.min(depth - 1, 1), false),
        buckets);
  }

  private QueryNode odds(int depth, boolean exact) {
    return switch (random.nextInt(7)) {
      case 5 -> node(Kind.VECTOR, true, pick(DATE_FUNCTIONS) + "()");
      case 6 -> {
        QueryNode operand = vector(depth - 1, exact);
        yield node(
            Kind.VECTOR, operand.exact(), pick(List.of("sort(%s)", "sort_desc(%s)")), operand);
      }
      case 0 -> {
        QueryNode operand = scalar(depth - 1, exact);
        yield node(Kind.VECTOR, operand.exact(), "vector(%s)", operand);
      }
      case 1 -> node(Kind.VECTOR, true, "absent(%s)", vector(depth - 1, false));
      case 2 -> node(Kind.VECTOR, true, "absent_over_time(%s)", range(depth - 1, false));
      case 3 -> {
        QueryNode operand = vector(depth - 1, exact);
        yield node(Kind.VECTOR, operand.exact(), "-(%s)", operand);
      }
      default -> {
        QueryNode operand = vector(depth - 1, exact);
        yield node(Kind.VECTOR, operand.exact(), pick(List.of("(%s)", "+(%s)")), operand);
      }
    };
  }
}
