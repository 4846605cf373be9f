package io.hmsops.query.print;

import io.hmsops.query.ast.AggregationOperator;
import io.hmsops.query.ast.BinaryOperator;
import io.hmsops.query.ast.DurationExpr;
import io.hmsops.query.ast.Edges;
import io.hmsops.query.ast.Expr;
import io.hmsops.query.ast.Feature;
import io.hmsops.query.ast.FunctionSignature;
import io.hmsops.query.ast.Span;
import io.hmsops.query.ast.TimeModifiers;
import io.hmsops.query.ast.ValueType;
import io.hmsops.query.ast.VectorMatching;
import io.hmsops.query.ast.VectorMatching.Cardinality;
import io.hmsops.query.engine.Language;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.LabelMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;

/** Makes trees as the parser makes them: no sign before a literal, matchers in printed order. */
public final class RandomExpressions {
  private static final Span NONE = new Span(0, 0);
  private static final List<String> METRICS =
      List.of("up", "a:b:rate5m", "sum", "offset", "fill", "start", "min_of", "Inf_total");
  private static final List<String> LABELS = List.of("job", "le", "on", "la bel", "ä", "by");
  private static final List<String> TEXTS =
      List.of("", "x", "a\"b\\c", "tab\tline\n", "ä☺", "$1", "\u0000\u007f", "\ufffd");
  private static final double[] NUMBERS = {
    0, 1, 0.05, 1e-7, 1e21, 1.5e300, Double.MIN_VALUE, 123456789.25, Double.POSITIVE_INFINITY
  };

  private final Random random;
  private final List<FunctionSignature> functions =
      List.copyOf(Language.dialect(Set.of()).functions().all());
  private final boolean edges;

  /**
   * Creates a maker.
   *
   * @param seed what the trees are made from
   * @param features what may occur in them
   */
  public RandomExpressions(long seed, Set<Feature> features) {
    this.random = new Random(seed);
    this.edges = features.contains(Feature.EXTENDED_RANGE_SELECTORS);
  }

  /** {@return another tree} */
  public Expr next() {
    return random.nextInt(4) == 0 ? scalar(3) : vector(4);
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private Expr scalar(int depth) {
    return switch (depth == 0 ? 0 : random.nextInt(5)) {
      case 1 -> call(ValueType.SCALAR, depth - 1);
      case 2 -> {
        Expr operand = scalar(depth - 1);
        boolean literal = operand instanceof Expr.NumberLiteral;
        yield literal ? operand : new Expr.Unary(random.nextBoolean(), wrap(operand), NONE);
      }
      case 3 ->
          new Expr.Binary(
              BinaryOperator.POWER,
              wrap(scalar(depth - 1)),
              wrap(scalar(depth - 1)),
              Optional.empty(),
              false,
              NONE);
      case 4 -> new Expr.Paren(scalar(depth - 1), NONE);
      default -> number();
    };
  }

  private Expr number() {
    if (random.nextInt(3) == 0) {
      return new Expr.NumberLiteral(seconds(), true, NONE);
    }
    double value = NUMBERS[random.nextInt(NUMBERS.length)];
    return new Expr.NumberLiteral(random.nextBoolean() ? value : -value, false, NONE);
  }

  /** Whole milliseconds; not those that are printed with one less, since the product is cut. */
  private double seconds() {
    int milliseconds = 1 + random.nextInt(1 << (1 + random.nextInt(30)));
    double seconds = milliseconds / 1000.0;
    return (long) (seconds * 1e9) / 1_000_000 == milliseconds ? seconds : seconds();
  }

  /** Operands that would bind differently without parentheses get them; +Inf has a sign, too. */
  private static Expr wrap(Expr expr) {
    boolean loose =
        expr instanceof Expr.Binary
            || expr instanceof Expr.Unary
            || (expr instanceof Expr.NumberLiteral number
                && (Double.doubleToRawLongBits(number.value()) < 0
                    || Double.isInfinite(number.value())));
    return loose ? new Expr.Paren(expr, NONE) : expr;
  }

  private Expr vector(int depth) {
    return switch (depth == 0 ? 0 : random.nextInt(6)) {
      case 1 -> call(ValueType.INSTANT_VECTOR, depth - 1);
      case 2 -> aggregation(depth - 1);
      case 3 -> binary(depth - 1);
      case 4 -> new Expr.Paren(vector(depth - 1), NONE);
      case 5 -> new Expr.Unary(random.nextBoolean(), wrap(vector(depth - 1)), NONE);
      default -> selector(time());
    };
  }

  private Expr.VectorSelector selector(TimeModifiers time) {
    List<LabelMatcher> matchers = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      LabelMatcher.Type type = pick(List.of(LabelMatcher.Type.values()));
      boolean regex = type == LabelMatcher.Type.REGEX || type == LabelMatcher.Type.NOT_REGEX;
      matchers.add(LabelMatcher.of(type, pick(LABELS), regex ? "a.*|b" : pick(TEXTS)));
    }
    matchers.sort(Comparator.comparing(RandomExpressions::printed));
    String name = random.nextInt(4) == 0 ? "" : pick(METRICS);
    if (!name.isEmpty()) {
      matchers.add(LabelMatcher.equal(Label.METRIC_NAME, name));
    }
    Edges edge = edges && random.nextInt(5) == 0 ? pick(List.of(Edges.values())) : Edges.PLAIN;
    return new Expr.VectorSelector(name, matchers, time, edge, NONE);
  }

  private TimeModifiers time() {
    Optional<DurationExpr> offset =
        random.nextInt(4) == 0 ? Optional.of(offset()) : Optional.empty();
    Optional<TimeModifiers.AtModifier> at =
        random.nextInt(4) == 0
            ? Optional.of(
                pick(
                    List.of(
                        new TimeModifiers.AtModifier.Start(),
                        new TimeModifiers.AtModifier.End(),
                        new TimeModifiers.AtModifier.Timestamp(random.nextInt()))))
            : Optional.empty();
    return new TimeModifiers(offset, at);
  }

  private DurationExpr offset() {
    return switch (random.nextInt(3)) {
      case 0 -> new DurationExpr.Literal(random.nextBoolean() ? seconds() : -seconds(), true, NONE);
      case 1 -> new DurationExpr.Sign(true, new DurationExpr.Step(NONE), NONE);
      default -> new DurationExpr.Paren(computed(2), NONE);
    };
  }

  private DurationExpr computed(int depth) {
    return switch (depth == 0 ? random.nextInt(3) : random.nextInt(5)) {
      case 0 -> new DurationExpr.Literal(seconds(), true, NONE);
      case 1 -> new DurationExpr.Step(NONE);
      case 2 -> new DurationExpr.Range(NONE);
      case 3 ->
          new DurationExpr.Binary(
              pick(List.of(DurationExpr.Operator.values())),
              grouped(depth - 1),
              grouped(depth - 1),
              NONE);
      default -> new DurationExpr.Sign(true, grouped(depth - 1), NONE);
    };
  }

  private DurationExpr grouped(int depth) {
    return new DurationExpr.Paren(computed(depth), NONE);
  }

  private Expr rangeVector(int depth) {
    if (random.nextBoolean()) {
      return new Expr.MatrixSelector(selector(time()), computed(2), NONE);
    }
    Optional<DurationExpr> step =
        random.nextBoolean() ? Optional.of(computed(2)) : Optional.empty();
    return new Expr.Subquery(wrap(vector(depth)), withDigits(computed(2)), step, time(), NONE);
  }

  /** Before a colon digits are wanted: {@code [step():1m]} is refused. */
  private DurationExpr withDigits(DurationExpr duration) {
    return hasDigits(duration) ? duration : new DurationExpr.Literal(seconds(), true, NONE);
  }

  private static boolean hasDigits(DurationExpr duration) {
    return switch (duration) {
      case DurationExpr.Literal _ -> true;
      case DurationExpr.Step _, DurationExpr.Range _ -> false;
      case DurationExpr.Sign sign -> hasDigits(sign.operand());
      case DurationExpr.Paren paren -> hasDigits(paren.inner());
      case DurationExpr.Binary binary -> hasDigits(binary.left()) || hasDigits(binary.right());
    };
  }

  private Expr call(ValueType result, int depth) {
    List<FunctionSignature> candidates =
        functions.stream().filter(function -> function.resultType() == result).toList();
    FunctionSignature function = pick(candidates);
    int count =
        random.nextBoolean()
            ? function.minimumArguments()
            : function.maximumArguments().orElse(function.minimumArguments() + 2);
    List<Expr> arguments = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      arguments.add(
          switch (function.argumentType(i)) {
            case SCALAR -> scalar(Math.max(0, depth));
            case STRING -> new Expr.StringLiteral(pick(TEXTS), NONE);
            case INSTANT_VECTOR -> vector(Math.max(0, depth));
            case RANGE_VECTOR -> rangeVector(Math.max(0, depth));
          });
    }
    return new Expr.Call(function, arguments, NONE, NONE);
  }

  private Expr aggregation(int depth) {
    AggregationOperator operator = pick(List.of(AggregationOperator.values()));
    Optional<Expr> parameter = Optional.empty();
    if (operator.hasParameter()) {
      boolean text = operator == AggregationOperator.COUNT_VALUES;
      parameter = Optional.of(text ? new Expr.StringLiteral(pick(LABELS), NONE) : scalar(depth));
    }
    return new Expr.Aggregation(
        operator, vector(depth), parameter, labels(), random.nextInt(3) == 0, NONE);
  }

  private List<String> labels() {
    return random.ints(random.nextInt(3), 0, LABELS.size()).mapToObj(LABELS::get).toList();
  }

  private Expr binary(int depth) {
    BinaryOperator operator = pick(List.of(BinaryOperator.values()));
    boolean comparison = operator.kind() == BinaryOperator.Kind.COMPARISON;
    boolean returnBool = comparison && random.nextBoolean();
    if (random.nextInt(3) == 0) {
      return new Expr.Binary(
          operator, wrap(vector(depth)), wrap(scalar(depth)), Optional.empty(), returnBool, NONE);
    }
    return new Expr.Binary(
        operator,
        wrap(vector(depth)),
        wrap(vector(depth)),
        Optional.of(matching(operator)),
        returnBool,
        NONE);
  }

  private VectorMatching matching(BinaryOperator operator) {
    boolean on = random.nextBoolean();
    if (operator.kind() == BinaryOperator.Kind.SET) {
      return new VectorMatching(
          Cardinality.MANY_TO_MANY,
          labels(),
          on,
          List.of(),
          OptionalDouble.empty(),
          OptionalDouble.empty());
    }
    Cardinality cardinality =
        pick(List.of(Cardinality.ONE_TO_ONE, Cardinality.MANY_TO_ONE, Cardinality.ONE_TO_MANY));
    List<String> include = cardinality == Cardinality.ONE_TO_ONE ? List.of() : labels();
    return new VectorMatching(cardinality, labels(), on, include, fill(), fill());
  }

  private OptionalDouble fill() {
    return random.nextInt(4) == 0
        ? OptionalDouble.of(random.nextInt(5) - 2.5)
        : OptionalDouble.empty();
  }

  /** The text by which the printer sorts matchers. */
  private static String printed(LabelMatcher matcher) {
    return Names.label(matcher.name()) + matcher.type().symbol() + Names.quote(matcher.value());
  }
}
