package io.hmsops.server.api;

import io.hmsops.query.engine.ExplainedPlan;

/** Writes the property {@code explain} of an answer; our own. */
final class ExplainJson {
  private ExplainJson() {}

  static void write(JsonWriter json, ExplainedPlan plan) {
    json.writeName("explain");
    writeOperator(json, plan);
  }

  private static void writeOperator(JsonWriter json, ExplainedPlan plan) {
    json.writeStartObject();
    json.writeStringProperty("operator", plan.operator());
    json.writeStringProperty("text", plan.text());
    json.writeNumberProperty("time", plan.timeNanos() / 1e9);
    json.writeBooleanProperty("inside", plan.inside());
    json.writeNumberProperty("steps", plan.steps());
    json.writeNumberProperty("series", plan.series());
    json.writeNumberProperty("chunks", plan.chunks());
    json.writeNumberProperty("samples", plan.samples());
    json.writeNumberProperty("bytes", plan.bytes());
    json.writeArrayPropertyStart("pruned");
    plan.pruned().forEach(json::writeString);
    json.writeEndArray();
    json.writeArrayPropertyStart("operands");
    plan.operands().forEach(operand -> writeOperator(json, operand));
    json.writeEndArray();
    json.writeEndObject();
  }
}
