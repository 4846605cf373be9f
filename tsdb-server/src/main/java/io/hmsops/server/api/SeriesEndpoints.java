package io.hmsops.server.api;

import io.hmsops.query.ast.DeepTrees;
import io.hmsops.query.ast.Expr;
import io.hmsops.query.engine.Language;
import io.hmsops.query.parse.ParseException;
import io.hmsops.server.http.HttpRequest;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.labels.Utf8Order;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.SeriesExemplars;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.storage.TsdbException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JsonGenerator;

/** {@code series}, {@code labels}, {@code label/<name>/values} and {@code query_exemplars}. */
final class SeriesEndpoints {
  private final ApiContext context;

  SeriesEndpoints(ApiContext context) {
    this.context = context;
  }

  /** The parameters that these endpoints share. */
  private record Range(int limit, long startMs, long endMs, List<List<LabelMatcher>> matcherSets) {
    static Range of(RequestParameters parameters, boolean prefix) {
      int limit = parameters.limit();
      long startMs = parameters.timeMs("start", RequestParameters.MIN_TIME_MS);
      long endMs = parameters.timeMs("end", RequestParameters.MAX_TIME_MS);
      return new Range(limit, startMs, endMs, parameters.matcherSets(prefix));
    }
  }

  Answer labels(HttpRequest request) throws IOException {
    Range range = Range.of(new RequestParameters(request.parameters()), false);
    return names(range, Querier::labelNames);
  }

  Answer labelValues(HttpRequest request) throws IOException {
    String name = EscapedName.unescape(request.pathParameter("name"));
    if (name.isEmpty()) {
      throw ApiException.badData("invalid label name: \"\"");
    }
    Range range = Range.of(new RequestParameters(request.parameters()), false);
    return names(range, (querier, matchers) -> querier.labelValues(name, matchers));
  }

  @FunctionalInterface
  private interface Names {
    List<String> read(Querier querier, List<LabelMatcher> matchers) throws TsdbException;
  }

  private Answer names(Range range, Names names) throws IOException {
    // Times are a hint of where to look; as in Prometheus, it does not matter which comes first.
    long minMs = Math.min(range.startMs(), range.endMs());
    long maxMs = Math.max(range.startMs(), range.endMs());
    try (Querier querier = context.storage().querier(minMs, maxMs)) {
      if (range.matcherSets().size() <= 1) {
        List<LabelMatcher> matchers =
            range.matcherSets().isEmpty() ? List.of() : range.matcherSets().getFirst();
        return Answer.ofTexts(names.read(querier, matchers), range.limit())
            .withWarnings(querier.warnings());
      }
      TreeSet<String> union = new TreeSet<>(Utf8Order.INSTANCE);
      for (List<LabelMatcher> matchers : range.matcherSets()) {
        union.addAll(names.read(querier, matchers));
      }
      return Answer.ofTexts(List.copyOf(union), range.limit()).withWarnings(querier.warnings());
    }
  }

  Answer series(HttpRequest request) throws IOException {
    RequestParameters parameters = new RequestParameters(request.parameters());
    if (parameters.texts("match[]").isEmpty()) {
      throw ApiException.badData("no match[] parameter provided");
    }
    Range range = Range.of(parameters, true);
    TreeSet<Labels> found = new TreeSet<>();
    boolean truncated = false;
    List<String> warnings;
    try (Querier querier = context.storage().querier(range.startMs(), range.endMs())) {
      SelectHints hints = hints(range, request);
      for (List<LabelMatcher> matchers : range.matcherSets()) {
        SeriesSet series = querier.select(hints, matchers);
        while (series.next() && !truncated) {
          found.add(series.series().labels());
          // One more than wanted is enough to know that something is left out.
          truncated = range.limit() > 0 && found.size() > range.limit();
        }
      }
      warnings = querier.warnings();
    }
    if (truncated) {
      found.pollLast();
    }
    Answer answer = Answer.of(json -> writeSeries(json, found)).withWarnings(warnings);
    return truncated ? answer.truncated() : answer;
  }

  private static SelectHints hints(Range range, HttpRequest request) {
    return new SelectHints(
        range.startMs(), range.endMs(), 0, 0, "series", List.of(), false, request.cancellation());
  }

  private static void writeSeries(JsonGenerator json, Set<Labels> series) {
    json.writeStartArray();
    series.forEach(labels -> ResultJson.writeLabels(json, labels));
    json.writeEndArray();
  }

  Answer exemplars(HttpRequest request) throws IOException {
    RequestParameters parameters = new RequestParameters(request.parameters());
    long startMs = parameters.timeMs("start", RequestParameters.MIN_TIME_MS);
    long endMs = parameters.timeMs("end", RequestParameters.MAX_TIME_MS);
    if (endMs < startMs) {
      throw ApiException.badData("end timestamp must not be before start timestamp");
    }
    List<List<LabelMatcher>> selectors = new ArrayList<>();
    try {
      Expr expr = Language.parse(parameters.text("query"), context.options().features());
      DeepTrees.walk(
          expr,
          () -> {
            collect(expr, selectors);
            return selectors;
          });
    } catch (ParseException e) {
      throw ApiException.badData(String.valueOf(e.getMessage()));
    }
    if (selectors.isEmpty()) {
      return Answer.NOTHING;
    }
    try (Querier querier = context.storage().querier(startMs, endMs)) {
      List<SeriesExemplars> found = querier.exemplars(selectors);
      return Answer.of(json -> writeExemplars(json, found));
    }
  }

  private static void collect(Expr expr, List<List<LabelMatcher>> selectors) {
    switch (expr) {
      case Expr.VectorSelector selector -> selectors.add(selector.matchers());
      case Expr.MatrixSelector matrix -> selectors.add(matrix.selector().matchers());
      case Expr.Subquery subquery -> collect(subquery.expr(), selectors);
      case Expr.Aggregation aggregation -> {
        collect(aggregation.expr(), selectors);
        aggregation.parameter().ifPresent(parameter -> collect(parameter, selectors));
      }
      case Expr.Call call -> call.arguments().forEach(argument -> collect(argument, selectors));
      case Expr.Binary binary -> {
        collect(binary.left(), selectors);
        collect(binary.right(), selectors);
      }
      case Expr.Unary unary -> collect(unary.expr(), selectors);
      case Expr.Paren paren -> collect(paren.expr(), selectors);
      case Expr.NumberLiteral _, Expr.StringLiteral _ -> {}
    }
  }

  private static void writeExemplars(JsonGenerator json, List<SeriesExemplars> found) {
    json.writeStartArray();
    for (SeriesExemplars series : found) {
      json.writeStartObject();
      json.writeName("seriesLabels");
      ResultJson.writeLabels(json, series.labels());
      json.writeArrayPropertyStart("exemplars");
      for (Exemplar exemplar : series.exemplars()) {
        json.writeStartObject();
        json.writeName("labels");
        ResultJson.writeLabels(json, exemplar.labels());
        json.writeStringProperty("value", SampleNumbers.value(exemplar.value()));
        json.writeName("timestamp");
        json.writeNumber(SampleNumbers.timestamp(exemplar.timestampMs()));
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
