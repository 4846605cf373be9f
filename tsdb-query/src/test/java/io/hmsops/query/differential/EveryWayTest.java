package io.hmsops.query.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.query.engine.Engine;
import io.hmsops.query.engine.EngineOptions;
import io.hmsops.query.engine.QueryException;
import io.hmsops.query.engine.QueryRequest;
import io.hmsops.query.engine.QueryResult;
import io.hmsops.query.script.ScriptRunner;
import io.hmsops.query.script.ScriptStore;
import io.hmsops.query.script.TsdbScriptStore;
import io.hmsops.query.testing.AnswerBits;
import io.hmsops.tsdb.storage.Queryable;
import io.hmsops.tsdb.testing.MemoryStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random queries from the whole language over random data have one answer to the bit: from the
 * naive model and from the engine with its samples in head and blocks; with one worker and with
 * seven; at each step of a range as at that instant alone. {@code -Dseed=42} asks the same again,
 * {@code -Dhms.everyway.queries=20000} asks more.
 */
class EveryWayTest {
  private static final int QUERIES = Integer.getInteger("hms.everyway.queries", 1_000);
  private static final int PER_DATASET = 250;
  private static final int MORSEL_SERIES = 3;

  private final Engine alone = engine(1);
  private final Engine together = engine(7);

  /** Where series end the morsels of a range are others than those of an instant. */
  private final Engine whole = new Engine(ScriptRunner.engineOptions());

  private final Map<String, Integer> counts = new TreeMap<>();

  private static Engine engine(int workers) {
    EngineOptions all = ScriptRunner.engineOptions();
    return new Engine(all.withWorkers(workers, MORSEL_SERIES));
  }

  private static Times times(Random random) {
    long startMs = RandomData.START_MS + 10_000L * (30 + random.nextInt(240));
    long stepMs = 10_000L * (1 + random.nextInt(18));
    return new Times(startMs, startMs + stepMs * random.nextInt(12), stepMs);
  }

  @Test
  void everyWayToAnAnswerGivesTheSameBits() throws Exception {
    long seed = Long.getLong("seed", new Random().nextLong());
    System.out.println("seed=" + seed);
    List<String> failures = new ArrayList<>();
    for (int asked = 0; asked < QUERIES && failures.isEmpty(); asked += PER_DATASET) {
      Random random = new Random(seed + asked);
      ModernData data = new ModernData(random);
      MemoryStore model = new MemoryStore();
      data.writeTo(model.appender());
      try (ScriptStore store = new TsdbScriptStore(TsdbScriptStore.Layout.MIXED)) {
        data.writeTo(store.appender());
        RandomQueries queries = RandomQueries.ofTheWholeLanguage(random);
        for (int i = 0; i < Math.min(PER_DATASET, QUERIES - asked); i++) {
          ask(model, store, queries.next(), times(random)).ifPresent(failures::add);
        }
      }
    }
    System.out.println(counts);
    alone.close();
    together.close();
    whole.close();
    assertThat(failures).as("seed=%d", seed).isEmpty();
    assertThat(counts.getOrDefault("samples", 0)).isGreaterThan(QUERIES / 3);
  }

  private Optional<String> ask(Queryable model, Queryable store, QueryNode query, Times times) {
    Optional<String> difference = difference(model, store, query.text(), times);
    if (difference.isEmpty()) {
      return difference;
    }
    QueryNode smallest = query;
    for (boolean smaller = true; smaller; ) {
      smaller = false;
      for (QueryNode part : smallest.smaller()) {
        if (difference(model, store, part.text(), times).isPresent()) {
          smallest = part;
          smaller = true;
          break;
        }
      }
    }
    return Optional.of(
        "%s%n  shrunk: %s%n  %s%n  %s"
            .formatted(
                query.text(),
                smallest.text(),
                times,
                difference(model, store, smallest.text(), times).orElse("?")));
  }

  private Optional<String> difference(Queryable model, Queryable store, String query, Times times) {
    QueryRequest range = QueryRequest.range(query, times.startMs(), times.endMs(), times.stepMs());
    Answered expected = answer(alone, model, range);
    if (expected.text.contains("unexpected error")) {
      return Optional.of(expected.text);
    }
    String kind =
        expected.result == null ? "errors" : expected.text.startsWith("[]") ? "empty" : "samples";
    counts.merge(kind, 1, Integer::sum);
    Answered stored = answer(together, store, range);
    if (!expected.text.equals(stored.text)) {
      return Optional.of("model %s%n  engine %s".formatted(expected.text, stored.text));
    }
    Answered few = answer(alone, store, range);
    if (!few.text.equals(stored.text)) {
      return Optional.of("1 worker %s%n  7 workers %s".formatted(few.text, stored.text));
    }
    QueryResult result = expected.result;
    boolean followsRange = query.contains("start()") || query.contains("end()");
    return result == null || followsRange
        ? Optional.empty()
        : instants(model, query, times, answer(whole, model, range));
  }

  private record Answered(String text, @Nullable QueryResult result) {}

  private static Answered answer(Engine engine, Queryable store, QueryRequest request) {
    try {
      QueryResult result = engine.query(store, request);
      return new Answered(
          AnswerBits.withoutHints(result.value()) + result.warnings() + result.infos(), result);
    } catch (QueryException e) {
      return new Answered("failed: " + e.getMessage(), null);
    }
  }

  private Optional<String> instants(Queryable model, String query, Times times, Answered range) {
    Map<String, String> expected = new TreeMap<>();
    if (range.result == null || !(range.result.value() instanceof QueryResult.Matrix matrix)) {
      return Optional.of("one morsel: " + range.text);
    }
    for (QueryResult.Points points : matrix.series()) {
      for (int i = 0; i < points.timestampsMs().length; i++) {
        expected.put(
            points.timestampsMs()[i] + " " + points.labels(),
            AnswerBits.sample(
                points.values()[i], points.histograms() == null ? null : points.histograms()[i]));
      }
    }
    Map<String, String> found = new TreeMap<>();
    for (long timeMs = times.startMs(); timeMs <= times.endMs(); timeMs += times.stepMs()) {
      Answered answer = answer(whole, model, QueryRequest.instant(query, timeMs));
      QueryResult result = answer.result;
      if (result == null) {
        return Optional.of("at %d: %s".formatted(timeMs, answer.text));
      }
      switch (result.value()) {
        case QueryResult.Scalar(var at, var number) -> found.put(at + " {}", AnswerBits.of(number));
        case QueryResult.Vector(var samples) ->
            samples.forEach(
                sample ->
                    found.put(
                        sample.timestampMs() + " " + sample.labels(),
                        AnswerBits.sample(sample.value(), sample.histogram())));
        case QueryResult.Text _, QueryResult.Matrix _ ->
            throw new AssertionError("no instant vector: " + query);
      }
    }
    return expected.equals(found)
        ? Optional.empty()
        : Optional.of("range %s%n  instants %s".formatted(expected, found));
  }
}
