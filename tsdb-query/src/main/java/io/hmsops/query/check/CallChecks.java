package io.hmsops.query.check;

import io.hmsops.query.ast.Expr;
import io.hmsops.query.ast.FunctionSignature;
import io.hmsops.query.ast.ValueType;
import io.hmsops.query.parse.ParseException;

/** Has the function as many arguments as it takes? */
final class CallChecks {
  private static final String INFO = "info";

  private final String text;

  CallChecks(String text) {
    this.text = text;
  }

  void check(Expr.Call call) throws ParseException {
    FunctionSignature signature = call.signature();
    int found = call.arguments().size();
    if (found < signature.minimumArguments()) {
      String wanted = signature.isFixed() ? "" : "at least ";
      throw argumentCount(call, wanted, signature.minimumArguments());
    }
    if (signature.maximumArguments().isPresent()
        && found > signature.maximumArguments().getAsInt()) {
      String wanted = signature.isFixed() ? "" : "at most ";
      throw argumentCount(call, wanted, signature.maximumArguments().getAsInt());
    }
    if (call.function().equals(INFO) && found == 2) {
      labelSelector(call);
    }
  }

  private ParseException argumentCount(Expr.Call call, String wanted, int count) {
    return error(
        call,
        "expected %s%d argument(s) in call to \"%s\", got %d"
            .formatted(wanted, count, call.function(), call.arguments().size()));
  }

  private ParseException error(Expr expr, String reason) {
    return ParseException.at(text, expr.span().start(), reason);
  }

  /** The second argument of {@code info} is a selector of labels, not of series. */
  private void labelSelector(Expr.Call call) throws ParseException {
    Expr argument = call.arguments().get(1);
    if (argument.type() != ValueType.INSTANT_VECTOR) {
      throw error(
          call,
          "expected type %s in call to function \"%s\", got %s"
              .formatted(ValueType.INSTANT_VECTOR.text(), call.function(), argument.type().text()));
    }
    if (!(argument instanceof Expr.VectorSelector selector)) {
      throw error(argument, "expected label selectors only");
    }
    if (!selector.name().isEmpty()) {
      throw error(argument, "expected label selectors only, got vector selector instead");
    }
  }

  /** Such an argument may match everything, and its name is not checked again. */
  boolean isLabelSelector(Expr.Call call, int index) {
    return index == 1 && call.function().equals(INFO);
  }
}
