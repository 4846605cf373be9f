package io.hmsops.query.check;

import io.hmsops.query.ast.BinaryOperator;
import io.hmsops.query.ast.Expr;
import io.hmsops.query.ast.ValueType;
import io.hmsops.query.ast.VectorMatching;
import io.hmsops.query.ast.VectorMatching.Cardinality;
import io.hmsops.query.parse.ParseException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Do the sides of a binary operation and its modifiers go together? */
final class BinaryChecks {
  private final String text;

  BinaryChecks(String text) {
    this.text = text;
  }

  void check(Expr.Binary binary) throws ParseException {
    modifiers(binary);
    sideIsUsable(binary.left());
    sideIsUsable(binary.right());
    boolean vectors = isVector(binary.left()) && isVector(binary.right());
    if (binary.matching().isPresent()) {
      matching(binary, binary.matching().get(), vectors);
    }
    if (isSet(binary) && !vectors) {
      throw error(
          binary.span().start(),
          "set operator \"%s\" not allowed in binary scalar expression"
              .formatted(binary.operator().symbol()));
    }
  }

  private void modifiers(Expr.Binary binary) throws ParseException {
    boolean comparison = binary.operator().kind() == BinaryOperator.Kind.COMPARISON;
    if (binary.returnBool() && !comparison) {
      throw error(operatorStart(binary), "bool modifier can only be used on comparison operators");
    }
    if (comparison && !binary.returnBool() && binary.type() == ValueType.SCALAR) {
      throw error(operatorStart(binary), "comparisons between scalars must use BOOL modifier");
    }
    Optional<String> twice =
        binary
            .matching()
            .filter(VectorMatching::on)
            .flatMap(m -> m.labels().stream().filter(m.include()::contains).findFirst());
    if (twice.isPresent()) {
      throw error(
          operatorStart(binary),
          "label \"%s\" must not occur in ON and GROUP clause at once".formatted(twice.get()));
    }
  }

  private void sideIsUsable(Expr side) throws ParseException {
    if (side.type() != ValueType.SCALAR && !isVector(side)) {
      throw error(
          side.span().start(),
          "binary expression must contain only scalar and instant vector types");
    }
  }

  private void matching(Expr.Binary binary, VectorMatching matching, boolean vectors)
      throws ParseException {
    boolean fills = matching.fillLeft().isPresent() || matching.fillRight().isPresent();
    int start = binary.span().start();
    if (!vectors && !matching.labels().isEmpty()) {
      throw error(start, "vector matching only allowed between instant vectors");
    } else if (!vectors && fills) {
      throw error(start, "filling in missing series only allowed between instant vectors");
    } else if (vectors && isSet(binary)) {
      if (matching.cardinality() != Cardinality.MANY_TO_MANY) {
        throw error(
            start,
            "no grouping allowed for \"%s\" operation".formatted(binary.operator().symbol()));
      } else if (fills) {
        throw error(start, "filling in missing series not allowed for set operators");
      }
    }
  }

  private static boolean isVector(Expr expr) {
    return expr.type() == ValueType.INSTANT_VECTOR;
  }

  private static boolean isSet(Expr.Binary binary) {
    return binary.operator().kind() == BinaryOperator.Kind.SET;
  }

  /** The operator follows the left side, after white space. */
  private int operatorStart(Expr.Binary binary) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int start = binary.left().span().end();
    while (start < bytes.length - 1 && bytes[start] <= ' ' && bytes[start] > 0) {
      start++;
    }
    return start;
  }

  private ParseException error(int start, String reason) {
    return ParseException.at(text, start, reason);
  }
}
