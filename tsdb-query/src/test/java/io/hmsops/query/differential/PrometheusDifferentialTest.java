package io.hmsops.query.differential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hmsops.query.engine.Engine;
import io.hmsops.query.engine.EngineOptions;
import io.hmsops.query.engine.QueryException;
import io.hmsops.query.engine.QueryRequest;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.testing.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Random queries over random data: the engine answers as Debian's Prometheus 2.42 does, but for
 * what {@code known-differences.tsv} lists. {@code -Dseed=42} asks the same again, {@code
 * -Dhms.differential.queries=20000} asks more.
 */
class PrometheusDifferentialTest {
  private static final int QUERIES = Integer.getInteger("hms.differential.queries", 2_000);
  private static final int PER_DATASET = 500;

  /** Of how many queries at most one may fall under a known difference. */
  private static final int KNOWN_SHARE = 20;

  private final Engine engine = new Engine(EngineOptions.defaults());

  /** When a query is asked. */
  private record Times(long startMs, long endMs, long stepMs) {
    static Times random(Random random) {
      long startMs = RandomData.START_MS + 10_000L * (30 + random.nextInt(240));
      if (random.nextInt(3) == 0) {
        return new Times(startMs, startMs, 0);
      }
      long stepMs = 10_000L * (1 + random.nextInt(18));
      return new Times(startMs, startMs + stepMs * (1 + random.nextInt(25)), stepMs);
    }
  }

  @Test
  void theEngineAnswersAsPrometheusDoes() throws Exception {
    assumeTrue(PeerPrometheus.isInstalled(), "prometheus is not installed");
    long seed = Long.getLong("seed", new Random().nextLong());
    System.out.println("seed=" + seed);
    KnownDifferences known = KnownDifferences.load();
    Map<String, Integer> counts = new TreeMap<>();
    List<String> failures = new ArrayList<>();
    for (int asked = 0; asked < QUERIES && failures.isEmpty(); asked += PER_DATASET) {
      Random random = new Random(seed + asked);
      RandomData data = new RandomData(random);
      try (PeerPrometheus peer = PeerPrometheus.start(Files.createTempDirectory("hms-peer"))) {
        peer.write(data.series());
        MemoryStore store = store(data);
        RandomQueries queries = new RandomQueries(random);
        for (int i = 0; i < Math.min(PER_DATASET, QUERIES - asked); i++) {
          ask(peer, store, queries.next(), Times.random(random), known, counts, failures);
        }
      }
    }
    System.out.println(counts);
    assertThat(failures).as("seed=%d", seed).isEmpty();
    assertThat(counts.getOrDefault("known", 0)).isLessThan(QUERIES / KNOWN_SHARE);
    assertThat(counts.getOrDefault("samples", 0)).isGreaterThan(QUERIES / 3);
  }

  private static MemoryStore store(RandomData data) throws TsdbException {
    MemoryStore store = new MemoryStore();
    Appender appender = store.appender();
    for (RandomData.Series series : data.series()) {
      long ref = appender.series(series.labels());
      series.samples().forEach(sample -> appender.add(ref, sample.timeMs(), sample.value()));
    }
    appender.commit();
    return store;
  }

  private void ask(
      PeerPrometheus peer,
      MemoryStore store,
      QueryNode query,
      Times times,
      KnownDifferences known,
      Map<String, Integer> counts,
      List<String> failures)
      throws IOException, InterruptedException {
    Answer theirs = peer.query(query.text(), times.startMs(), times.endMs(), times.stepMs());
    counts.merge(
        theirs.isError() ? "errors" : theirs.isEmpty() ? "empty" : "samples", 1, Integer::sum);
    Optional<String> difference = answer(store, query, times).difference(theirs);
    if (difference.isEmpty()) {
      return;
    }
    if (known.find(query.text(), difference.get()).isPresent()) {
      counts.merge("known", 1, Integer::sum);
      return;
    }
    QueryNode smallest = shrink(peer, store, query, times, known);
    failures.add(
        "%s%n  shrunk: %s%n  %s%n  %s"
            .formatted(
                query.text(),
                smallest.text(),
                times,
                difference(peer, store, smallest, times).orElse("?")));
  }

  private Optional<String> difference(
      PeerPrometheus peer, MemoryStore store, QueryNode query, Times times)
      throws IOException, InterruptedException {
    return answer(store, query, times)
        .difference(peer.query(query.text(), times.startMs(), times.endMs(), times.stepMs()));
  }

  private Answer answer(MemoryStore store, QueryNode query, Times times) {
    try {
      QueryRequest request =
          times.stepMs() == 0
              ? QueryRequest.instant(query.text(), times.startMs())
              : QueryRequest.range(query.text(), times.startMs(), times.endMs(), times.stepMs());
      return Answer.of(engine.query(store, request).value());
    } catch (QueryException e) {
      return Answer.failed(String.valueOf(e.getMessage()));
    }
  }

  /** The smallest part of a query that still differs in a way that is not known. */
  private QueryNode shrink(
      PeerPrometheus peer, MemoryStore store, QueryNode query, Times times, KnownDifferences known)
      throws IOException, InterruptedException {
    for (QueryNode smaller : query.smaller()) {
      Optional<String> difference = difference(peer, store, smaller, times);
      if (difference.isPresent() && known.find(smaller.text(), difference.get()).isEmpty()) {
        return shrink(peer, store, smaller, times, known);
      }
    }
    return query;
  }
}
