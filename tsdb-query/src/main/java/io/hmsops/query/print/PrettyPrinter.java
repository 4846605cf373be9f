package io.hmsops.query.print;

import io.hmsops.query.ast.DeepTrees;
import io.hmsops.query.ast.Expr;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Prints trees for people: what fits on a line stays on it, everything else is split and indented
 * by two spaces per level. The layout is that of Prometheus' {@code /api/v1/format_query}.
 * Immutable.
 */
public final class PrettyPrinter {
  /** How many bytes a line may have before it is split. */
  public static final int LINE_LENGTH_BYTES = 100;

  private final int lineLengthBytes;

  /**
   * Creates a printer.
   *
   * @param lineLengthBytes how many bytes a node may have, without its indent, before it is split;
   *     {@link #LINE_LENGTH_BYTES} is usual
   */
  public PrettyPrinter(int lineLengthBytes) {
    this.lineLengthBytes = lineLengthBytes;
  }

  /**
   * {@return the text of a tree, without a line break at its end}
   *
   * @param expr the tree
   * @throws IllegalArgumentException if it has more levels than a text can be indented by
   */
  public String print(Expr expr) {
    if (DeepTrees.isDeep(expr)) {
      throw new IllegalArgumentException(
          "query is too deep to be laid out (limit: %d levels)"
              .formatted(DeepTrees.SHALLOW_LEVELS));
    }
    return print(expr, 0);
  }

  private String print(Expr expr, int level) {
    String indent = "  ".repeat(level);
    String line = Printer.print(expr);
    if (line.getBytes(StandardCharsets.UTF_8).length <= lineLengthBytes) {
      // A subquery that is not split is not indented.
      return expr instanceof Expr.Subquery ? line : indent + line;
    }
    return switch (expr) {
      case Expr.NumberLiteral _,
          Expr.StringLiteral _,
          Expr.VectorSelector _,
          Expr.MatrixSelector _ ->
          indent + line;
      case Expr.Subquery subquery ->
          print(subquery.expr(), level) + Printer.subquerySuffix(subquery);
      case Expr.Unary(var negative, var operand, _) ->
          indent + (negative ? "-" : "+") + print(operand, level).strip();
      case Expr.Paren(var inner, _) -> block(indent, "(", List.of(inner), level);
      case Expr.Call(var function, var arguments, _, _) ->
          arguments.isEmpty()
              ? indent + line
              : block(indent, function.name() + "(", arguments, level);
      case Expr.Aggregation aggregation -> {
        List<Expr> arguments =
            aggregation
                .parameter()
                .map(parameter -> List.of(parameter, aggregation.expr()))
                .orElse(List.of(aggregation.expr()));
        yield block(indent, Printer.head(aggregation) + "(", arguments, level);
      }
      case Expr.Binary binary ->
          "%s\n%s%s\n%s"
              .formatted(
                  print(binary.left(), level + 1),
                  indent,
                  Printer.operator(binary),
                  print(binary.right(), level + 1));
    };
  }

  private String block(String indent, String head, List<Expr> arguments, int level) {
    String body =
        arguments.stream()
            .map(argument -> print(argument, level + 1))
            .collect(Collectors.joining(",\n"));
    return "%s%s\n%s\n%s)".formatted(indent, head, body, indent);
  }
}
