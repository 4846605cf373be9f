package io.hmsops.query.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hmsops.query.ast.Feature;
import io.hmsops.query.engine.Engine;
import io.hmsops.query.engine.EngineLimits;
import io.hmsops.query.engine.EngineOptions;
import io.hmsops.query.script.TsdbScriptStore;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Random queries from the whole language over floats, native histograms, series that change between
 * them, and info series: the engine answers as the Prometheus 3.14 of {@code
 * -Dhms.peer.prometheus=PATH} does, with every value, warning, info and error, names dropped at
 * once and at the end. {@code -Dseed=42} asks the same again, {@code
 * -Dhms.differential.queries=20000} asks more.
 */
class WholeLanguageDifferentialTest {
  private static final int QUERIES = Integer.getInteger("hms.differential.queries", 2_000);
  private static final int PER_DATASET = 500;
  private static final long SUBQUERY_STEP_MS = 60_000;

  private final Peer peer = Peer.chosen();

  private static Set<Feature> features(Random random) {
    Set<Feature> features =
        EnumSet.of(
            Feature.EXPERIMENTAL_FUNCTIONS,
            Feature.EXTENDED_RANGE_SELECTORS,
            Feature.BINOP_FILL_MODIFIERS);
    if (random.nextBoolean()) {
      features.add(Feature.DELAYED_NAME_REMOVAL);
    }
    if (random.nextInt(4) == 0) {
      features.add(Feature.TYPE_AND_UNIT_LABELS);
    }
    return features;
  }

  @Test
  void theEngineAnswersAsTheCurrentPrometheusDoes() throws Exception {
    assumeTrue(peer.isCurrent(), "no -Dhms.peer.prometheus with the path of a 3.14 is given");
    long seed = Long.getLong("seed", new Random().nextLong());
    System.out.println("seed=" + seed);
    Map<String, Integer> counts = Comparison.counts();
    List<String> failures = new ArrayList<>();
    for (int asked = 0; asked < QUERIES && failures.isEmpty(); asked += PER_DATASET) {
      Random random = new Random(seed + asked);
      ModernData data = new ModernData(random);
      Set<Feature> features = features(random);
      EngineOptions options =
          new EngineOptions(features, EngineLimits.defaults(), SUBQUERY_STEP_MS);
      try (PeerPrometheus server = peer.start(features);
          TsdbScriptStore store = new TsdbScriptStore(TsdbScriptStore.Layout.HEAD);
          Engine engine = new Engine(options)) {
        server.write(data.series());
        data.writeTo(store.appender());
        Comparison comparison = new Comparison(engine, store, server, peer, counts);
        RandomQueries queries = RandomQueries.comparableWithRelease(random);
        for (int i = 0; i < Math.min(PER_DATASET, QUERIES - asked); i++) {
          comparison.ask(queries.next(), Times.random(random));
        }
        comparison.failures().forEach(failure -> failures.add(features + " " + failure));
      }
    }
    System.out.println(counts);
    assertThat(failures).as("seed=%d", seed).isEmpty();
    assertThat(counts.getOrDefault("known", 0)).isLessThan(QUERIES / 50);
    assertThat(counts.getOrDefault("samples", 0)).isGreaterThan(QUERIES / 3);
  }
}
