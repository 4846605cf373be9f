package io.hmsops.server.app;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A plan with what it took, as it is shown on a terminal: one line an operator, indented. */
final class ExplainText {
  private ExplainText() {}

  static void print(PrintWriter out, @Nullable Object plan) {
    print(out, plan, 0);
  }

  private static void print(PrintWriter out, @Nullable Object value, int depth) {
    if (!(value instanceof Map<?, ?> plan)) {
      return;
    }
    String indent = "  ".repeat(depth);
    out.printf(
        Locale.ROOT,
        "%s%s  %s%n%s    %s, %d steps, %d series, %d chunks, %d samples, %d bytes%n",
        indent,
        plan.get("operator"),
        plan.get("text"),
        indent,
        Boolean.TRUE.equals(plan.get("inside"))
            ? "inside the one above"
            : String.format(Locale.ROOT, "%.3f ms", 1e3 * number(plan.get("time")).doubleValue()),
        number(plan.get("steps")).longValue(),
        number(plan.get("series")).longValue(),
        number(plan.get("chunks")).longValue(),
        number(plan.get("samples")).longValue(),
        number(plan.get("bytes")).longValue());
    if (plan.get("pruned") instanceof List<?> pruned) {
      pruned.forEach(text -> out.printf("%s    %s%n", indent, text));
    }
    if (plan.get("operands") instanceof List<?> operands) {
      operands.forEach(operand -> print(out, operand, depth + 1));
    }
  }

  private static Number number(@Nullable Object value) {
    return value instanceof Number number ? number : 0;
  }
}
