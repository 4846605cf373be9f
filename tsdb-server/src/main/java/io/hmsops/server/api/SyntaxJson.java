package io.hmsops.server.api;

import io.hmsops.query.ast.AggregationOperator;
import io.hmsops.query.ast.DurationExpr;
import io.hmsops.query.ast.Edges;
import io.hmsops.query.ast.Expr;
import io.hmsops.query.ast.FunctionSignature;
import io.hmsops.query.ast.TimeModifiers;
import io.hmsops.query.ast.ValueType;
import io.hmsops.query.ast.VectorMatching;
import io.hmsops.query.function.GoFormat;
import io.hmsops.query.function.GoText;
import io.hmsops.tsdb.labels.LabelMatcher;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.core.JsonGenerator;

/**
 * Writes a syntax tree. Every key of a node is always there; durations are milliseconds where they
 * are fixed, and trees of their own where they are computed.
 */
final class SyntaxJson {
  private final JsonGenerator json;

  SyntaxJson(JsonGenerator json) {
    this.json = json;
  }

  void write(Expr expr) {
    json.writeStartObject();
    switch (expr) {
      case Expr.NumberLiteral literal -> {
        type("numberLiteral");
        json.writeStringProperty("val", GoFormat.plain(literal.value()));
      }
      case Expr.StringLiteral literal -> {
        type("stringLiteral");
        json.writeStringProperty("val", GoText.wellFormed(literal.value()));
      }
      case Expr.VectorSelector selector -> {
        type("vectorSelector");
        writeSelector(selector);
      }
      case Expr.MatrixSelector matrix -> {
        type("matrixSelector");
        writeSelector(matrix.selector());
        writeDuration("range", Optional.of(matrix.range()));
      }
      case Expr.Subquery subquery -> writeSubquery(subquery);
      case Expr.Aggregation aggregation -> writeAggregation(aggregation);
      case Expr.Call call -> writeCall(call);
      case Expr.Binary binary -> writeBinary(binary);
      case Expr.Unary unary -> {
        type("unaryExpr");
        json.writeStringProperty("op", unary.negative() ? "-" : "+");
        child("expr", unary.expr());
      }
      case Expr.Paren paren -> {
        type("parenExpr");
        child("expr", paren.expr());
      }
    }
    json.writeEndObject();
  }

  private void type(String name) {
    json.writeStringProperty("type", name);
  }

  private void child(String name, Expr expr) {
    json.writeName(name);
    write(expr);
  }

  private void texts(String name, List<String> texts) {
    json.writeArrayPropertyStart(name);
    texts.forEach(json::writeString);
    json.writeEndArray();
  }

  private void writeSelector(Expr.VectorSelector selector) {
    json.writeStringProperty("name", selector.name());
    writeTime(selector.time());
    json.writeArrayPropertyStart("matchers");
    for (LabelMatcher matcher : selector.matchers()) {
      json.writeStartObject();
      json.writeStringProperty("name", matcher.name());
      json.writeStringProperty("value", GoText.wellFormed(matcher.value()));
      json.writeStringProperty("type", matcher.type().symbol());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeBooleanProperty("anchored", selector.edges() == Edges.ANCHORED);
    json.writeBooleanProperty("smoothed", selector.edges() == Edges.SMOOTHED);
  }

  private void writeTime(TimeModifiers time) {
    writeDuration("offset", time.offset());
    Optional<TimeModifiers.AtModifier> at = time.at();
    if (at.isPresent() && at.get() instanceof TimeModifiers.AtModifier.Timestamp(long ms)) {
      json.writeNumberProperty("timestamp", ms);
    } else {
      json.writeNullProperty("timestamp");
    }
    if (at.isPresent() && at.get() instanceof TimeModifiers.AtModifier.Start) {
      json.writeStringProperty("startOrEnd", "start");
    } else if (at.isPresent() && at.get() instanceof TimeModifiers.AtModifier.End) {
      json.writeStringProperty("startOrEnd", "end");
    } else {
      json.writeNullProperty("startOrEnd");
    }
  }

  /** Writes milliseconds under a name, and under the name with {@code Expr} what computes them. */
  private void writeDuration(String name, Optional<DurationExpr> duration) {
    OptionalDouble fixed =
        duration.isPresent() ? fixedSeconds(duration.get()) : OptionalDouble.of(0);
    json.writeNumberProperty(
        name, fixed.isPresent() ? Math.round(fixed.getAsDouble() * 1e9) / 1_000_000 : 0);
    if (duration.isPresent() && fixed.isEmpty()) {
      json.writeName(name + "Expr");
      writeDuration(duration.get());
    } else {
      json.writeNullProperty(name + "Expr");
    }
  }

  private static OptionalDouble fixedSeconds(DurationExpr duration) {
    return switch (duration) {
      case DurationExpr.Literal literal -> OptionalDouble.of(literal.seconds());
      case DurationExpr.Paren(DurationExpr.Literal literal, _) ->
          OptionalDouble.of(literal.seconds());
      case DurationExpr.Sign(
              var negative,
              DurationExpr.Paren(DurationExpr.Literal literal, _),
              _) ->
          OptionalDouble.of(negative ? -literal.seconds() : literal.seconds());
      case DurationExpr.Paren _,
          DurationExpr.Sign _,
          DurationExpr.Step _,
          DurationExpr.Range _,
          DurationExpr.Binary _ ->
          OptionalDouble.empty();
    };
  }

  private void writeDuration(DurationExpr duration) {
    boolean wrapped = duration instanceof DurationExpr.Paren;
    Optional<DurationExpr> none = Optional.empty();
    switch (duration instanceof DurationExpr.Paren(var inner, _) ? inner : duration) {
      case DurationExpr.Literal literal -> {
        json.writeStartObject();
        type("numberLiteral");
        json.writeStringProperty("val", GoFormat.plain(literal.seconds()));
        json.writeBooleanProperty("duration", literal.isDuration());
        json.writeEndObject();
      }
      case DurationExpr.Step _ -> writeOperation("step", none, none, wrapped);
      case DurationExpr.Range _ -> writeOperation("range", none, none, wrapped);
      case DurationExpr.Sign(var negative, var operand, _) ->
          writeOperation(negative ? "-" : "+", none, Optional.of(operand), wrapped);
      case DurationExpr.Binary(var operator, var left, var right, _) ->
          writeOperation(symbol(operator), Optional.of(left), Optional.of(right), wrapped);
      case DurationExpr.Paren paren -> writeDuration(paren);
    }
  }

  private static String symbol(DurationExpr.Operator operator) {
    return switch (operator) {
      case ADD -> "+";
      case SUBTRACT -> "-";
      case MULTIPLY -> "*";
      case DIVIDE -> "/";
      case MODULO -> "%";
      case POWER -> "^";
      case MIN_OF -> "min_of";
      case MAX_OF -> "max_of";
    };
  }

  private void writeOperation(
      String symbol, Optional<DurationExpr> left, Optional<DurationExpr> right, boolean wrapped) {
    json.writeStartObject();
    type("durationExpr");
    json.writeStringProperty("op", symbol);
    writeOperand("lhs", left);
    writeOperand("rhs", right);
    json.writeBooleanProperty("wrapped", wrapped);
    json.writeEndObject();
  }

  private void writeOperand(String name, Optional<DurationExpr> operand) {
    json.writeName(name);
    if (operand.isPresent()) {
      writeDuration(operand.get());
    } else {
      json.writeNull();
    }
  }

  private void writeSubquery(Expr.Subquery subquery) {
    type("subquery");
    child("expr", subquery.expr());
    writeDuration("range", Optional.of(subquery.range()));
    writeDuration("step", subquery.step());
    writeTime(subquery.time());
  }

  private void writeAggregation(Expr.Aggregation aggregation) {
    AggregationOperator operator = aggregation.operator();
    type("aggregation");
    json.writeStringProperty("op", operator.symbol());
    child("expr", aggregation.expr());
    json.writeName("param");
    if (aggregation.parameter().isPresent()) {
      write(aggregation.parameter().get());
    } else {
      json.writeNull();
    }
    texts("grouping", aggregation.grouping());
    json.writeBooleanProperty("without", aggregation.without());
  }

  private void writeCall(Expr.Call call) {
    FunctionSignature signature = call.signature();
    type("call");
    json.writeObjectPropertyStart("func");
    json.writeStringProperty("name", signature.name());
    texts("argTypes", signature.argumentTypes().stream().map(SyntaxJson::typeName).toList());
    json.writeNumberProperty("variadic", variadic(signature));
    json.writeStringProperty("returnType", typeName(signature.resultType()));
    json.writeEndObject();
    json.writeArrayPropertyStart("args");
    call.arguments().forEach(this::write);
    json.writeEndArray();
  }

  /** {@return how many arguments may be left out, −1 if there may be any number} */
  private static int variadic(FunctionSignature signature) {
    return signature.maximumArguments().isPresent()
        ? signature.maximumArguments().getAsInt() - signature.minimumArguments()
        : -1;
  }

  private static String typeName(ValueType type) {
    return switch (type) {
      case SCALAR -> "scalar";
      case STRING -> "string";
      case INSTANT_VECTOR -> "vector";
      case RANGE_VECTOR -> "matrix";
    };
  }

  private void writeBinary(Expr.Binary binary) {
    type("binaryExpr");
    json.writeStringProperty("op", binary.operator().symbol());
    child("lhs", binary.left());
    child("rhs", binary.right());
    json.writeName("matching");
    if (binary.matching().isPresent()) {
      writeMatching(binary.matching().get());
    } else {
      json.writeNull();
    }
    json.writeBooleanProperty("bool", binary.returnBool());
  }

  private void writeMatching(VectorMatching matching) {
    json.writeStartObject();
    json.writeStringProperty(
        "card", matching.cardinality().name().toLowerCase(Locale.ROOT).replace('_', '-'));
    texts("labels", matching.labels());
    json.writeBooleanProperty("on", matching.on());
    texts("include", matching.include());
    json.writeObjectPropertyStart("fillValues");
    writeFill("lhs", matching.fillLeft());
    writeFill("rhs", matching.fillRight());
    json.writeEndObject();
    json.writeEndObject();
  }

  private void writeFill(String name, OptionalDouble value) {
    if (value.isPresent()) {
      String text = SampleNumbers.value(value.getAsDouble());
      json.writeName(name);
      // JSON has no NaN and no infinity.
      if (Double.isFinite(value.getAsDouble())) {
        json.writeRawValue(text);
      } else {
        json.writeString(text);
      }
    } else {
      json.writeNullProperty(name);
    }
  }
}
