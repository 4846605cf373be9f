package io.hmsops.server.api;

import io.hmsops.query.engine.QueryRequest;
import io.hmsops.query.engine.QueryResult;
import io.hmsops.query.engine.QueryStatistics;
import io.hmsops.query.engine.StepSamples;

/** Writes the property {@code stats} of an answer. */
final class StatisticsJson {
  private StatisticsJson() {}

  static void write(JsonWriter json, QueryRequest request, QueryResult result, boolean perStep) {
    QueryStatistics statistics = result.statistics();
    json.writeObjectPropertyStart("stats");
    writeTimings(json, statistics);
    json.writeObjectPropertyStart("samples");
    result
        .samples()
        .ifPresent(
            samples -> {
              if (perStep) {
                writeSteps(json, "totalQueryableSamplesPerStep", request, samples.seen());
              }
              json.writeNumberProperty("totalQueryableSamples", samples.totalSeen());
              writeRead(json, request, samples, perStep);
            });
    json.writeNumberProperty("peakSamples", statistics.peakSamples());
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void writeRead(
      JsonWriter json, QueryRequest request, StepSamples samples, boolean perStep) {
    if (perStep) {
      writeSteps(json, "samplesReadPerStep", request, samples.read());
    }
    json.writeNumberProperty("samplesRead", samples.totalRead());
  }

  static void writeTimings(JsonWriter json, QueryStatistics statistics) {
    json.writeObjectPropertyStart("timings");
    writeSeconds(json, "evalTotalTime", statistics.evalNanos() + statistics.sortNanos());
    writeSeconds(json, "resultSortTime", statistics.sortNanos());
    writeSeconds(json, "queryPreparationTime", statistics.prepareNanos());
    writeSeconds(json, "innerEvalTime", statistics.evalNanos());
    writeSeconds(json, "execQueueTime", statistics.queueNanos());
    writeSeconds(json, "execTotalTime", statistics.totalNanos());
    json.writeEndObject();
  }

  private static void writeSeconds(JsonWriter json, String name, long nanos) {
    json.writeNumberProperty(name, nanos / 1e9);
  }

  private static void writeSteps(
      JsonWriter json, String name, QueryRequest request, long[] counts) {
    json.writeArrayPropertyStart(name);
    for (int step = 0; step < counts.length; step++) {
      json.writeStartPoint(request.startMs() + step * request.stepMs());
      json.writeNumber(counts[step]);
      json.writeEndArray();
    }
    json.writeEndArray();
  }
}
