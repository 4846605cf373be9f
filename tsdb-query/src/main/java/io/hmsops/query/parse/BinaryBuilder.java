package io.hmsops.query.parse;

import io.hmsops.grammar.PromQLLexer;
import io.hmsops.grammar.PromQLParser;
import io.hmsops.query.ast.BinaryOperator;
import io.hmsops.query.ast.Expr;
import io.hmsops.query.ast.Feature;
import io.hmsops.query.ast.Span;
import io.hmsops.query.ast.ValueType;
import io.hmsops.query.ast.VectorMatching;
import io.hmsops.query.ast.VectorMatching.Cardinality;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.antlr.v4.runtime.Token;

/** Builds binary operations with their modifiers. */
final class BinaryBuilder {
  private final SourceText source;
  private final Set<Feature> features;
  private final NumberLiterals numbers;
  private final SelectorBuilder selectors;

  BinaryBuilder(SourceText source, Set<Feature> features) {
    this.source = source;
    this.features = features;
    this.numbers = new NumberLiterals(source);
    this.selectors = new SelectorBuilder(source);
  }

  /** Puts an operation together, of whose parts each was built in the order of the text. */
  Expr binary(PromQLParser.BinaryContext context, Expr left, VectorMatching matching, Expr right)
      throws ParseException {
    PromQLParser.BinaryModifiersContext modifiers = context.binaryModifiers();
    BinaryOperator operator = operator(context.op);
    if (modifiers.fillModifiers() != null && !features.contains(Feature.BINOP_FILL_MODIFIERS)) {
      throw source.error(left.span(), "binop fill modifiers are experimental and not enabled");
    }
    boolean vectors =
        left.type() == ValueType.INSTANT_VECTOR && right.type() == ValueType.INSTANT_VECTOR;
    // Between other types a matching that says nothing is dropped, any other is left to the check.
    boolean says =
        !matching.labels().isEmpty()
            || matching.fillLeft().isPresent()
            || matching.fillRight().isPresent();
    return new Expr.Binary(
        operator,
        left,
        right,
        vectors || says ? Optional.of(matching) : Optional.empty(),
        modifiers.BOOL() != null,
        new Span(left.span().start(), right.span().end()));
  }

  private static BinaryOperator operator(Token token) {
    return switch (token.getType()) {
      case PromQLLexer.ADD -> BinaryOperator.ADD;
      case PromQLLexer.SUB -> BinaryOperator.SUBTRACT;
      case PromQLLexer.MUL -> BinaryOperator.MULTIPLY;
      case PromQLLexer.DIV -> BinaryOperator.DIVIDE;
      case PromQLLexer.MOD -> BinaryOperator.MODULO;
      case PromQLLexer.POW -> BinaryOperator.POWER;
      case PromQLLexer.ATAN2 -> BinaryOperator.ATAN2;
      case PromQLLexer.TRIM_UPPER -> BinaryOperator.TRIM_UPPER;
      case PromQLLexer.TRIM_LOWER -> BinaryOperator.TRIM_LOWER;
      case PromQLLexer.EQLC -> BinaryOperator.EQUAL;
      case PromQLLexer.NEQ -> BinaryOperator.NOT_EQUAL;
      case PromQLLexer.LSS -> BinaryOperator.LESS;
      case PromQLLexer.LTE -> BinaryOperator.LESS_OR_EQUAL;
      case PromQLLexer.GTR -> BinaryOperator.GREATER;
      case PromQLLexer.GTE -> BinaryOperator.GREATER_OR_EQUAL;
      case PromQLLexer.AND -> BinaryOperator.AND;
      case PromQLLexer.OR -> BinaryOperator.OR;
      case PromQLLexer.UNLESS -> BinaryOperator.UNLESS;
      default -> throw new AssertionError("unknown operator " + token.getText());
    };
  }

  VectorMatching matching(PromQLParser.BinaryContext context) throws ParseException {
    return matching(operator(context.op), context.binaryModifiers());
  }

  /** Looks for mistakes in the modifiers of an operation whose right side is not known. */
  void modifiers(PromQLParser.BinaryModifiersContext modifiers) throws ParseException {
    matching(BinaryOperator.ADD, modifiers);
  }

  private VectorMatching matching(
      BinaryOperator operator, PromQLParser.BinaryModifiersContext modifiers)
      throws ParseException {
    List<String> labels =
        modifiers.groupingLabels() == null
            ? List.of()
            : selectors.labelNames(modifiers.groupingLabels());
    boolean on = modifiers.matching != null && modifiers.matching.getType() == PromQLLexer.ON;
    Cardinality cardinality =
        operator.kind() == BinaryOperator.Kind.SET
            ? Cardinality.MANY_TO_MANY
            : Cardinality.ONE_TO_ONE;
    List<String> include = List.of();
    PromQLParser.GroupModifierContext group = modifiers.groupModifier();
    if (group != null) {
      cardinality =
          group.side.getType() == PromQLLexer.GROUP_LEFT
              ? Cardinality.MANY_TO_ONE
              : Cardinality.ONE_TO_MANY;
      include =
          group.groupingLabels() == null ? List.of() : selectors.labelNames(group.groupingLabels());
    }
    return withFill(
        new VectorMatching(
            cardinality, labels, on, include, OptionalDouble.empty(), OptionalDouble.empty()),
        modifiers.fillModifiers());
  }

  private VectorMatching withFill(
      VectorMatching matching,
      PromQLParser.@org.jspecify.annotations.Nullable FillModifiersContext fill)
      throws ParseException {
    if (fill == null) {
      return matching;
    }
    OptionalDouble first = OptionalDouble.of(value(fill.fillValue(0)));
    OptionalDouble second =
        fill.fillValue().size() > 1
            ? OptionalDouble.of(value(fill.fillValue(1)))
            : OptionalDouble.empty();
    boolean leftFirst = fill.getStart().getType() == PromQLLexer.FILL_LEFT;
    boolean both = fill.FILL() != null;
    return new VectorMatching(
        matching.cardinality(),
        matching.labels(),
        matching.on(),
        matching.include(),
        both || leftFirst ? first : second,
        both || !leftFirst ? first : second);
  }

  private double value(PromQLParser.FillValueContext context) throws ParseException {
    double value = numbers.value(context.literal);
    return context.sign != null && context.sign.getType() == PromQLLexer.SUB ? -value : value;
  }
}
