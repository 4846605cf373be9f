package io.hmsops.server.app;

import java.io.PrintWriter;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hms query}. */
@Command(
    name = "query",
    description = "Ask a running server a PromQL query.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class QueryCommand implements Callable<Integer> {
  @Parameters(paramLabel = "EXPR", description = "The query")
  private String expression = "";

  @Option(
      names = "--url",
      defaultValue = "http://127.0.0.1:9090",
      description = "The server. Default: ${DEFAULT-VALUE}")
  private String url = "";

  @Option(names = "--time", description = "Evaluation time: Unix seconds or RFC 3339. Default: now")
  private @Nullable String time;

  @Option(names = "--start", description = "Start of a range query")
  private @Nullable String start;

  @Option(names = "--end", description = "End of a range query")
  private @Nullable String end;

  @Option(names = "--step", description = "Step of a range query, like 15s. Default: 1m")
  private @Nullable String step;

  @Option(names = "--json", description = "Print the server's answer as it came")
  private boolean json;

  @Option(
      names = "--explain",
      description = "Print the plan with what each operator took, in place of the answer")
  private boolean explain;

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws Failure {
    boolean range = start != null || end != null || step != null;
    if (range && (start == null || end == null)) {
      throw new Failure(ExitCode.USAGE, "a range query needs --start and --end", null);
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("query", expression);
    if (range) {
      parameters.put("start", Objects.requireNonNull(start));
      parameters.put("end", Objects.requireNonNull(end));
      parameters.put("step", Objects.requireNonNullElse(step, "1m"));
    } else if (time != null) {
      parameters.put("time", time);
    }
    if (explain) {
      parameters.put("explain", "true");
    }
    HttpResponse<String> response =
        new ServerClient(url)
            .send("POST", range ? "/api/v1/query_range" : "/api/v1/query", form(parameters));
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
    if (json) {
      out.println(response.body());
      return response.statusCode() == 200 ? ExitCode.OK : ExitCode.FAILED;
    }
    QueryAnswer answer = QueryAnswer.read(response.body());
    return explain ? answer.explain(out, err) : answer.print(out, err);
  }

  private static String form(Map<String, String> parameters) {
    return parameters.entrySet().stream()
        .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }
}
