package io.hmsops.server.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.query.engine.Engine;
import io.hmsops.query.engine.EngineOptions;
import io.hmsops.query.engine.QueryException;
import io.hmsops.query.engine.QueryOrigin;
import io.hmsops.query.engine.QueryRequest;
import io.hmsops.server.notify.Json;
import io.hmsops.tsdb.testing.MemoryStore;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written of each query, and where after the file was moved away. */
class QueryLogTest {
  @TempDir Path directory = Path.of("set by JUnit");

  private static void ask(Engine engine, String query) {
    QueryRequest request =
        QueryRequest.range(query, 1_700_000_000_000L, 1_700_000_060_000L, 15_000)
            .withOrigin(new QueryOrigin("ruleGroup", Map.of("name", "a group \"in quotes\"")));
    try {
      engine.query(new MemoryStore(), request);
    } catch (QueryException e) {
      // Failures are logged as well.
    }
  }

  private static List<Map<?, ?>> lines(Path file) throws IOException {
    List<Map<?, ?>> lines = new java.util.ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      if (Json.parse(line) instanceof Map<?, ?> map) {
        lines.add(map);
      }
    }
    return lines;
  }

  @Test
  void everyQueryIsALineAndAMovedFileIsBegunAnew() throws Exception {
    Path file = directory.resolve("query.log");
    try (QueryLog log = new QueryLog();
        Engine engine =
            new Engine(EngineOptions.defaults(), () -> Instant.ofEpochSecond(1_700_000_100), log)) {
      ask(engine, "not logged");
      log.open(file);
      ask(engine, "up == \"1\"");
      ask(engine, "up == 1");
      assertThat(lines(file)).hasSize(2);
      assertThat(String.valueOf(lines(file).get(0).get("error"))).contains("parse error");
      Map<?, ?> good = lines(file).get(1);
      assertThat(good.get("params"))
          .hasToString(
              "{end=2023-11-14T22:14:20Z, query=up == 1, start=2023-11-14T22:13:20Z, step=15}");
      assertThat(good.get("ruleGroup")).hasToString("{name=a group \"in quotes\"}");
      assertThat(String.valueOf(good.get("stats")))
          .contains("evalTotalTime", "execQueueTime", "execTotalTime", "peakSamples");
      assertThat(good.get("msg")).isEqualTo("promql query logged");

      Path moved = directory.resolve("query.log.1");
      Files.move(file, moved);
      log.open(file);
      ask(engine, "up == 2");
      assertThat(lines(moved)).hasSize(2);
      assertThat(lines(file)).hasSize(1);
      log.open(null);
      ask(engine, "up == 3");
      assertThat(lines(file)).hasSize(1);
      assertThat(log.failures()).isZero();
    }
  }

  @Test
  void aPlanIsShownAsAnIndentedTree() throws Exception {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    ExplainText.print(
        out,
        Json.parse(
            "{\"operator\":\"sum\",\"text\":\"sum(x)\",\"time\":0.0125,\"inside\":false,\"steps\":3,"
                + "\"series\":1,\"chunks\":0,\"samples\":0,\"bytes\":27,\"pruned\":[],\"operands\":["
                + "{\"operator\":\"selector\",\"text\":\"x\",\"time\":0,\"inside\":true,\"steps\":3,"
                + "\"series\":5,\"chunks\":7,\"samples\":90,\"bytes\":1440,"
                + "\"pruned\":[\"2 of 5 series had no sample in the time that was read\"],\"operands\":[]}]}"));
    out.flush();
    assertThat(text.toString().lines())
        .containsExactly(
            "sum  sum(x)",
            "    12.500 ms, 3 steps, 1 series, 0 chunks, 0 samples, 27 bytes",
            "  selector  x",
            "      inside the one above, 3 steps, 5 series, 7 chunks, 90 samples, 1440 bytes",
            "      2 of 5 series had no sample in the time that was read");
  }
}
