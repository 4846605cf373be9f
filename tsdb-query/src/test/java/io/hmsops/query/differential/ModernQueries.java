package io.hmsops.query.differential;

import static io.hmsops.query.differential.RandomQueries.node;

import io.hmsops.query.differential.QueryNode.Kind;
import java.util.List;
import java.util.Random;

/**
 * The part of the language that Prometheus 2.42 does not know: native histograms, experimental
 * functions and modifiers, over {@link ModernData}.
 */
final class ModernQueries {
  private static final List<String> HISTOGRAMS = List.of("nh", "nhg", "nhc", "nhf", "mixed");

  private static final List<String> WINDOWS =
      List.of(
          "rate",
          "increase",
          "delta",
          "irate",
          "idelta",
          "changes",
          "resets",
          "sum_over_time",
          "avg_over_time",
          "min_over_time",
          "max_over_time",
          "count_over_time",
          "last_over_time",
          "first_over_time",
          "present_over_time",
          "mad_over_time",
          "stddev_over_time",
          "stdvar_over_time",
          "ts_of_min_over_time",
          "ts_of_max_over_time",
          "ts_of_first_over_time",
          "ts_of_last_over_time",
          "deriv");

  private final Random random;
  private final RandomQueries plain;
  private final boolean infoOfAnything;

  ModernQueries(Random random, RandomQueries plain, boolean infoOfAnything) {
    this.random = random;
    this.plain = plain;
    this.infoOfAnything = infoOfAnything;
  }

  private <T> T pick(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  private QueryNode vector(String template, QueryNode... operands) {
    return node(Kind.VECTOR, false, template, operands);
  }

  private String series() {
    if (oneIn(3)) {
      return plain.series();
    }
    if (oneIn(8)) {
      return pick(
          List.of(
              "typed",
              "typed{__type__=\"gauge\"}",
              "{\"ünits per.second\"}",
              "{\"ünits per.second\", \"lábel/x\"!=\"v a\"}"));
    }
    String matchers = pick(List.of("", "", "{job=\"a\"}", "{inst!=\"0\"}", "{nolabel=\"\"}"));
    return pick(HISTOGRAMS) + matchers;
  }

  private String length() {
    return oneIn(5)
        ? pick(
            List.of("1m + 15s", "2 * 30s", "max_of(15s, 45s)", "min_of(5m, 90s)", "2^6", "-(-1m)"))
        : 5 * (1 + random.nextInt(120)) + "s";
  }

  private QueryNode selector() {
    return vector(series() + (oneIn(6) ? " smoothed" : "") + plain.times());
  }

  private QueryNode range() {
    return oneIn(6)
        ? plain.range(2, false)
        : node(Kind.RANGE, false, series() + "[" + length() + "]" + plain.times());
  }

  QueryNode vector(int depth) {
    if (depth <= 0) {
      return selector();
    }
    return switch (random.nextInt(16)) {
      case 0 -> selector();
      case 1, 2, 3 -> vector(pick(WINDOWS) + "(%s)", range());
      case 4 -> extended();
      case 5 -> parts(depth);
      case 6, 7 -> distributions(depth);
      case 8, 9 -> arithmetic(depth);
      case 10 -> fills(depth);
      case 11, 12 -> aggregation(depth);
      case 13 -> functions(depth);
      case 14 -> info(depth);
      default -> scalars(depth);
    };
  }

  private QueryNode extended() {
    boolean smoothed = oneIn(2);
    String function =
        pick(
            smoothed
                ? List.of("rate", "increase", "delta")
                : List.of("rate", "increase", "delta", "changes", "resets"));
    String text = series() + "[" + length() + "] " + (smoothed ? "smoothed" : "anchored");
    return vector(function + "(%s)", node(Kind.RANGE, false, text + plain.times()));
  }

  private QueryNode parts(int depth) {
    String part = pick(List.of("count", "sum", "avg", "stddev", "stdvar"));
    return vector("histogram_" + part + "(%s)", plain.vector(depth - 1, false));
  }

  private QueryNode histograms(int depth) {
    return switch (random.nextInt(4)) {
      case 0 -> plain.vector(depth - 1, false);
      case 1 -> vector("rate(" + pick(HISTOGRAMS) + "[" + length() + "])");
      case 2 -> vector("sum" + plain.grouping() + " (%s)", selector());
      default -> selector();
    };
  }

  private QueryNode distributions(int depth) {
    return switch (random.nextInt(4)) {
      case 0 ->
          vector(
              "histogram_fraction(%s, %s, %s)",
              number(), plain.scalar(1, false), histograms(depth));
      case 1 -> vector("histogram_quantiles(%s, \"q\", 0.1, %s)", histograms(depth), number());
      default -> vector("histogram_quantile(%s, %s)", number(), histograms(depth));
    };
  }

  private QueryNode number() {
    return node(
        Kind.SCALAR,
        false,
        pick(List.of("0.5", "0.9", "0", "1", "-0.1", "1.5", "NaN", "-3", "Inf")));
  }

  private QueryNode arithmetic(int depth) {
    QueryNode left = plain.vector(depth - 1, false);
    if (oneIn(2)) {
      String operator = pick(List.of("*", "/", "</", ">/", "+", "==", "!= bool", "<", "%%"));
      QueryNode scalar = plain.scalar(1, false);
      return oneIn(4)
          ? vector("(%s " + operator + " %s)", scalar, left)
          : vector("(%s " + operator + " %s)", left, scalar);
    }
    String operator = pick(List.of("+", "-", "==", "!=", "*", "and", "or", "unless", "atan2", "^"));
    String matching = pick(List.of("", " on (job)", " ignoring (inst)", " on (job, inst)"));
    return vector("(%s " + operator + matching + " %s)", left, plain.vector(depth - 1, false));
  }

  private QueryNode fills(int depth) {
    String matching = pick(List.of("", " on (job, inst)", " on (job)", " on (job) group_left ()"));
    String fill =
        pick(
            List.of(
                " fill (0)",
                " fill_left (1.5)",
                " fill_right (-1)",
                " fill_left (1) fill_right (NaN)"));
    String operator = pick(List.of("+", "-", "==", "> bool", "/"));
    return vector(
        "(%s " + operator + matching + fill + " (%s))",
        plain.vector(depth - 1, false),
        plain.vector(depth - 1, false));
  }

  private QueryNode aggregation(int depth) {
    String grouping = plain.grouping();
    return switch (random.nextInt(8)) {
      // Of anything but a selector, Prometheus takes any two.
      case 0 -> vector("limitk" + grouping + " (2, %s)", selector());
      case 1 ->
          vector(
              "limit_ratio" + grouping + " (%s, %s)",
              node(Kind.SCALAR, false, pick(List.of("0.5", "-0.5", "0.3", "-1", "2"))),
              plain.vector(depth - 1, false));
      case 2 -> vector("count_values" + grouping + " (\"v\", %s)", histograms(depth));
      case 3 -> vector(pick(List.of("topk", "bottomk")) + grouping + " (2, %s)", histograms(depth));
      default -> {
        String name =
            pick(List.of("sum", "avg", "min", "max", "count", "group", "stddev", "stdvar"));
        yield vector(name + grouping + " (%s)", histograms(depth));
      }
    };
  }

  private QueryNode functions(int depth) {
    return switch (random.nextInt(7)) {
      case 0 -> vector("double_exponential_smoothing(%s, 0.3, 0.6)", range());
      case 1 -> vector("predict_linear(%s, 60)", range());
      case 2 -> vector("sort_by_label(%s, \"job\", \"inst\")", plain.vector(depth - 1, false));
      case 3 -> vector("start_timestamp(%s)", selector());
      case 4 -> vector("timestamp(%s)", selector());
      case 5 -> vector("absent_over_time(%s)", range());
      default -> vector("quantile_over_time(%s, %s)", number(), range());
    };
  }

  private QueryNode info(int depth) {
    return vector(
        "info(%s"
            + pick(
                List.of(
                    "",
                    ", {version=~\".+\"}",
                    ", {version=\"v1\"}",
                    ", {__name__=~\"(target|build)_info\"}",
                    ", {__name__!=\"target_info\", version!=\"\"}"))
            + ")",
        infoOperand(depth));
  }

  private QueryNode infoOperand(int depth) {
    if (!infoOfAnything) {
      return vector(oneIn(3) ? series() : "up_total");
    }
    return oneIn(2) ? vector("up_total" + plain.times()) : plain.vector(depth - 1, false);
  }

  private QueryNode scalars(int depth) {
    return switch (random.nextInt(3)) {
      case 0 ->
          vector("clamp(%s, %s, 100)", plain.vector(depth - 1, false), plain.scalar(1, false));
      case 1 ->
          vector(
              "(%s * max_of(%s, min_of(3, %s)))",
              plain.vector(depth - 1, false), plain.scalar(1, false), plain.scalar(1, false));
      default -> vector("vector(%s)", plain.scalar(1, false));
    };
  }
}
