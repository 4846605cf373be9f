package io.hmsops.query.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hmsops.query.ast.Feature;
import io.hmsops.query.engine.Engine;
import io.hmsops.query.engine.EngineLimits;
import io.hmsops.query.engine.EngineOptions;
import io.hmsops.query.script.TsdbScriptStore;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The queries of {@code dashboard-queries.txt}, one a line: each operator, modifier and function
 * with what they are used for and what they are at their edges, and mistakes. As instant query and
 * over a range the engine answers as the Prometheus 3.14 of {@code -Dhms.peer.prometheus=PATH}, to
 * the last text.
 */
class DashboardQueriesTest {
  private static final long SUBQUERY_STEP_MS = 60_000;
  private static final long AT_MS = RandomData.START_MS + 1_800_000;
  private static final Times INSTANT = new Times(AT_MS, AT_MS, 0);
  private static final Times RANGE = new Times(AT_MS, AT_MS + 600_000, 50_000);

  private final Peer peer = Peer.chosen();

  private static List<String> queries() throws Exception {
    try (InputStream in =
        Objects.requireNonNull(
            DashboardQueriesTest.class.getResourceAsStream("/dashboard-queries.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("# "))
          .toList();
    }
  }

  @ParameterizedTest(name = "names dropped at the end: {0}")
  @ValueSource(booleans = {false, true})
  void everyQueryIsAnsweredAsByTheCurrentPrometheus(boolean delayed) throws Exception {
    assumeTrue(peer.isCurrent(), "no -Dhms.peer.prometheus with the path of a 3.14 is given");
    Set<Feature> features =
        EnumSet.of(
            Feature.EXPERIMENTAL_FUNCTIONS,
            Feature.EXTENDED_RANGE_SELECTORS,
            Feature.BINOP_FILL_MODIFIERS);
    if (delayed) {
      features.add(Feature.DELAYED_NAME_REMOVAL);
    }
    EngineOptions options = new EngineOptions(features, EngineLimits.defaults(), SUBQUERY_STEP_MS);
    List<SeriesData> data = new DashboardData().series();
    Map<String, Integer> counts = Comparison.counts();
    List<String> failures = new ArrayList<>();
    try (PeerPrometheus server = peer.start(features);
        TsdbScriptStore store = new TsdbScriptStore(TsdbScriptStore.Layout.HEAD);
        Engine engine = new Engine(options)) {
      server.write(data);
      SeriesData.write(data, store.appender());
      Comparison comparison = new Comparison(engine, store, server, peer, counts);
      for (String query : queries()) {
        QueryNode node =
            new QueryNode(QueryNode.Kind.VECTOR, query.replace("%", "%%"), List.of(), false);
        comparison.ask(node, INSTANT);
        comparison.ask(node, RANGE);
      }
      failures.addAll(comparison.failures());
    }
    System.out.println(counts);
    assertThat(failures).isEmpty();
    assertThat(counts.getOrDefault("samples", 0)).isGreaterThan(queries().size());
  }
}
