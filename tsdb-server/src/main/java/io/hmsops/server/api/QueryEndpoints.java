package io.hmsops.server.api;

import io.hmsops.query.ast.Feature;
import io.hmsops.query.engine.QueryException;
import io.hmsops.query.engine.QueryOrigin;
import io.hmsops.query.engine.QueryRequest;
import io.hmsops.query.engine.QueryResult;
import io.hmsops.server.http.HttpRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** {@code query} and {@code query_range}. */
final class QueryEndpoints {
  private static final long MAX_POINTS = 11_000;

  private final ApiContext context;

  QueryEndpoints(ApiContext context) {
    this.context = context;
  }

  // The order in which parameters are looked at decides which error a client sees: as upstream.
  Answer instant(HttpRequest request) {
    RequestParameters parameters = new RequestParameters(request.parameters());
    int limit = parameters.limit();
    long timeMs = parameters.timeMs("time", context.clock().millis());
    QueryRequest query = query(request, parameters, timeMs, timeMs, 0);
    return run(query, parameters, limit);
  }

  Answer range(HttpRequest request) {
    RequestParameters parameters = new RequestParameters(request.parameters());
    int limit = parameters.limit();
    long startMs = parameters.timeMs("start");
    long endMs = parameters.timeMs("end");
    if (endMs < startMs) {
      throw ApiException.badParameter("end", "end timestamp must not be before start time");
    }
    long stepMs = parameters.durationMs("step");
    if (stepMs <= 0) {
      throw ApiException.badParameter(
          "step",
          "zero or negative query resolution step widths are not accepted. Try a positive integer");
    }
    // A range that overflows is negative here, and too long in any case.
    if ((endMs - startMs) / stepMs > MAX_POINTS || endMs - startMs < 0) {
      throw ApiException.badData(
          "exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)");
    }
    return run(query(request, parameters, startMs, endMs, stepMs), parameters, limit);
  }

  private QueryRequest query(
      HttpRequest request, RequestParameters parameters, long startMs, long endMs, long stepMs) {
    long timeoutMs = context.options().queryTimeoutMs();
    if (parameters.has("timeout")) {
      timeoutMs = Math.clamp(parameters.durationMs("timeout"), 0, timeoutMs);
    }
    return new QueryRequest(
            parameters.text("query"),
            startMs,
            endMs,
            stepMs,
            lookbackMs(parameters),
            timeoutMs,
            request.cancellation())
        .withOrigin(origin(request))
        .withDetail(detail(parameters));
  }

  /** What is counted only if somebody wants to know. */
  private QueryRequest.Detail detail(RequestParameters parameters) {
    boolean samples = parameters.has("stats");
    boolean plan = parameters.has("explain") && !parameters.text("explain").equals("false");
    if (samples) {
      return plan ? QueryRequest.Detail.SAMPLES_AND_PLAN : QueryRequest.Detail.SAMPLES;
    }
    return plan ? QueryRequest.Detail.PLAN : QueryRequest.Detail.PLAIN;
  }

  /** As the query log of Prometheus names it. */
  private static QueryOrigin origin(HttpRequest request) {
    Map<String, String> details = new LinkedHashMap<>();
    details.put("clientIP", request.remote().getAddress().getHostAddress());
    details.put("method", request.method());
    details.put("path", request.rawPath());
    return new QueryOrigin("httpRequest", details);
  }

  private long lookbackMs(RequestParameters parameters) {
    long lookbackMs = 0;
    if (parameters.has("lookback_delta")) {
      try {
        lookbackMs = RequestParameters.parseDurationMs(parameters.text("lookback_delta"));
      } catch (IllegalArgumentException e) {
        throw ApiException.badData(
            "error parsing lookback delta duration: %s".formatted(e.getMessage()));
      }
    }
    return lookbackMs > 0 ? lookbackMs : context.options().lookbackMs();
  }

  private Answer run(QueryRequest request, RequestParameters parameters, int limit) {
    QueryResult result;
    try {
      result = context.engine().query(context.storage(), request);
    } catch (QueryException e) {
      throw failure(e);
    }
    String stats = parameters.text("stats");
    boolean tooLong = limit > 0 && seriesCount(result.value()) > limit;
    QueryResult.Value value = tooLong ? cut(result.value(), limit) : result.value();
    List<String> warnings = new ArrayList<>(result.warnings());
    if (tooLong) {
      warnings.add("results truncated due to limit");
    }
    if (!stats.isEmpty() && !stats.equals("true") && !stats.equals("all")) {
      warnings.add(
          "value \"%s\" for parameter \"stats\" is deprecated and will be rejected in the next major release, use \"true\" or \"all\""
              .formatted(stats));
    }
    Consumer<JsonWriter> data =
        json -> {
          json.writeStartObject();
          new ResultJson(json).write(value);
          if (!stats.isEmpty()) {
            boolean perStep =
                stats.equals("all")
                    && context.options().features().contains(Feature.PER_STEP_STATS);
            StatisticsJson.write(json, request, result, perStep);
          }
          result.plan().ifPresent(plan -> ExplainJson.write(json, plan));
          json.writeEndObject();
        };
    return new Answer(new Answer.Result(data), warnings, result.infos());
  }

  private static int seriesCount(QueryResult.Value value) {
    return switch (value) {
      case QueryResult.Vector(var samples) -> samples.size();
      case QueryResult.Matrix(var series) -> series.size();
      case QueryResult.Scalar _, QueryResult.Text _ -> 0;
    };
  }

  private static QueryResult.Value cut(QueryResult.Value value, int limit) {
    return switch (value) {
      case QueryResult.Vector(var samples) -> new QueryResult.Vector(samples.subList(0, limit));
      case QueryResult.Matrix(var series) -> new QueryResult.Matrix(series.subList(0, limit));
      case QueryResult.Scalar scalar -> scalar;
      case QueryResult.Text text -> text;
    };
  }

  static ApiException failure(QueryException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e.kind()) {
      case BAD_QUERY -> ApiException.badParameter("query", message);
      case NOT_SUPPORTED, EXECUTION, LIMIT -> new ApiException(ErrorKind.EXECUTION, message);
      case TIMEOUT -> new ApiException(ErrorKind.TIMEOUT, message);
      case CANCELLED -> new ApiException(ErrorKind.CANCELED, message);
      case REJECTED -> new ApiException(ErrorKind.TOO_MANY, message);
      case STORAGE, INTERNAL -> new ApiException(ErrorKind.INTERNAL, message);
    };
  }
}
