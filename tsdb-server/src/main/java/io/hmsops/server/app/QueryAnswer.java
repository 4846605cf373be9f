package io.hmsops.server.app;

import io.hmsops.server.notify.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A server's answer to a query, as it is shown on a terminal: one line a sample. */
final class QueryAnswer {
  private final Map<?, ?> answer;

  private QueryAnswer(Map<?, ?> answer) {
    this.answer = answer;
  }

  static QueryAnswer read(String body) throws Failure {
    try {
      if (Json.parse(body) instanceof Map<?, ?> map) {
        return new QueryAnswer(map);
      }
    } catch (IOException e) {
      throw new Failure(ExitCode.FAILED, "the answer is %s".formatted(e.getMessage()), e);
    }
    throw new Failure(ExitCode.FAILED, "the answer is not a JSON object", null);
  }

  /**
   * Prints the samples to one stream, errors and warnings to the other, and gives the exit code.
   */
  int print(PrintWriter out, PrintWriter err) {
    if (isError(err)) {
      return ExitCode.FAILED;
    }
    for (Object warning : list(answer.get("warnings"))) {
      err.println(warning);
    }
    for (Object info : list(answer.get("infos"))) {
      err.println(info);
    }
    Map<?, ?> data = map(answer.get("data"));
    switch (String.valueOf(data.get("resultType"))) {
      case "scalar", "string" -> out.println(list(data.get("result")).get(1));
      case "vector" -> list(data.get("result")).forEach(series -> printSample(out, map(series)));
      default -> list(data.get("result")).forEach(series -> printSeries(out, map(series)));
    }
    return ExitCode.OK;
  }

  /** Prints the plan, if the server has told one. */
  int explain(PrintWriter out, PrintWriter err) {
    if (isError(err)) {
      return ExitCode.FAILED;
    }
    if (!(map(answer.get("data")).get("explain") instanceof Map<?, ?> plan)) {
      err.println("hms: the server does not explain queries");
      return ExitCode.FAILED;
    }
    ExplainText.print(out, plan);
    return ExitCode.OK;
  }

  private boolean isError(PrintWriter err) {
    boolean error = !"success".equals(answer.get("status"));
    if (error) {
      err.println("hms: " + answer.get("error"));
    }
    return error;
  }

  private static void printSample(PrintWriter out, Map<?, ?> series) {
    Object point = series.containsKey("value") ? series.get("value") : series.get("histogram");
    out.printf("%s => %s%n", metric(series), list(point).get(1));
  }

  private static void printSeries(PrintWriter out, Map<?, ?> series) {
    out.println(metric(series));
    List<Object> points = new ArrayList<>(list(series.get("values")));
    points.addAll(list(series.get("histograms")));
    for (Object point : points) {
      out.printf("  %s @ %.3f%n", list(point).get(1), ((Number) list(point).get(0)).doubleValue());
    }
  }

  private static String metric(Map<?, ?> series) {
    Map<?, ?> labels = map(series.get("metric"));
    StringBuilder text = new StringBuilder();
    if (labels.get("__name__") instanceof String name) {
      text.append(name);
    }
    List<String> pairs = new ArrayList<>();
    labels.forEach(
        (name, value) -> {
          if (!"__name__".equals(name)) {
            pairs.add("%s=\"%s\"".formatted(name, value));
          }
        });
    if (!pairs.isEmpty() || text.isEmpty()) {
      text.append('{').append(String.join(", ", pairs)).append('}');
    }
    return text.toString();
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }

  @SuppressWarnings("unchecked") // A list of unknown things may be read as a list of objects.
  private static List<Object> list(@Nullable Object value) {
    return value instanceof List<?> list ? (List<Object>) list : List.of();
  }
}
