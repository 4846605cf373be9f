package io.hmsops.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.query.ast.Feature;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the server says that it can do, beside what a Prometheus 3.14 says. */
class FeatureListTest {
  private static Map<String, Object> golden(String category) throws IOException {
    return TestJson.object(
        TestJson.object(TestJson.read(Shared.conformance("openapi/features.json"))).get(category));
  }

  @Test
  void theLanguageHasTheSameFeatures() throws Exception {
    try (ApiServer server = new ApiServer()) {
      Map<String, Object> all =
          TestJson.object(
              TestJson.object(TestJson.read(server.get("/api/v1/features").body())).get("data"));
      for (String category :
          List.of(
              "promql",
              "promql_functions",
              "promql_operators",
              "rules",
              "scrape",
              "templating_functions")) {
        assertThat(TestJson.object(all.get(category))).as(category).isEqualTo(golden(category));
      }
      assertThat(TestJson.object(all.get("api"))).containsOnlyKeys(golden("api").keySet());
      assertThat(TestJson.object(all.get("tsdb"))).containsOnlyKeys(golden("tsdb").keySet());
    }
  }

  @Test
  void whatIsEnabledIsThere() {
    ApiOptions closed = ApiOptions.defaults("1.2.3");
    ApiOptions options =
        new ApiOptions(
            closed.version(),
            EnumSet.allOf(Feature.class),
            closed.queryTimeoutMs(),
            closed.lookbackMs(),
            true,
            true,
            true,
            closed.flags(),
            closed.retention());
    Map<String, Map<String, Boolean>> all = new FeatureList(options).all();

    assertThat(all.get("promql")).containsEntry("fill_left", true).containsEntry("smoothed", true);
    assertThat(all.get("promql_functions")).containsEntry("info", true).doesNotContainValue(false);
    assertThat(all.get("promql_operators")).containsEntry("limitk", true);
  }
}
