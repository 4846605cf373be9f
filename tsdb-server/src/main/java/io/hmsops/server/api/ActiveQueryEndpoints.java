package io.hmsops.server.api;

import io.hmsops.query.engine.QueryRequest;
import io.hmsops.query.engine.QueryStatistics;
import io.hmsops.query.engine.QueryView;
import io.hmsops.server.http.HttpRequest;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;

/** {@code status/queries} and {@code admin/queries/ID/cancel}; our own. */
final class ActiveQueryEndpoints {
  private final ApiContext context;

  ActiveQueryEndpoints(ApiContext context) {
    this.context = context;
  }

  Answer queries(HttpRequest request) {
    List<QueryView> active = context.engine().active();
    List<QueryView> recent = context.engine().recent();
    return Answer.of(
        json -> {
          json.writeStartObject();
          write(json, "active", active);
          write(json, "recent", recent);
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, String name, List<QueryView> queries) {
    json.writeArrayPropertyStart(name);
    queries.forEach(query -> write(json, query));
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, QueryView query) {
    QueryRequest request = query.request();
    QueryStatistics statistics = query.statistics();
    json.writeStartObject();
    json.writeNumberProperty("id", query.id());
    json.writeStringProperty("state", query.state().name().toLowerCase(Locale.ROOT));
    json.writeStringProperty("query", request.query());
    writeTime(json, "start", request.startMs());
    writeTime(json, "end", request.endMs());
    json.writeNumberProperty("step", request.stepMs() / 1000.0);
    json.writeStringProperty("client", request.origin().text());
    json.writeStringProperty("submitted", ApiTimes.rfc3339(query.submittedMs()));
    json.writeNumberProperty("elapsed", statistics.totalNanos() / 1e9);
    json.writeNumberProperty("queued", statistics.queueNanos() / 1e9);
    json.writeNumberProperty("series", statistics.selectedSeries());
    json.writeNumberProperty("samplesRead", statistics.readSamples());
    json.writeNumberProperty("peakSamples", statistics.peakSamples());
    json.writeNumberProperty("peakBytes", statistics.peakBytes());
    if (!query.error().isEmpty()) {
      json.writeStringProperty("error", query.error());
    }
    json.writeEndObject();
  }

  private static void writeTime(JsonGenerator json, String name, long timeMs) {
    json.writeName(name);
    json.writeNumber(SampleNumbers.timestamp(timeMs));
  }

  /** Ends a query; for who may administer, and for the operator of this machine. */
  Answer cancel(HttpRequest request) {
    if (!context.options().adminEnabled() && !Operators.isHere(request)) {
      throw new ApiException(ErrorKind.UNAVAILABLE, "admin APIs disabled");
    }
    String text = request.pathParameter("id");
    long id;
    try {
      id = Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw ApiException.badParameter("id", "\"%s\" (expected: a number)".formatted(text));
    }
    if (!context.engine().cancel(id)) {
      throw new ApiException(ErrorKind.NOT_FOUND, "no query %d is under way".formatted(id));
    }
    return Answer.NOTHING;
  }
}
