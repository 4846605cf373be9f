package io.hmsops.query.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.query.engine.Engine;
import io.hmsops.query.engine.GroupReads;
import io.hmsops.query.engine.QueryException;
import io.hmsops.query.engine.QueryRequest;
import io.hmsops.query.engine.QueryResult;
import io.hmsops.query.script.ScriptRunner;
import io.hmsops.query.script.ScriptStore;
import io.hmsops.query.script.TsdbScriptStore;
import io.hmsops.query.testing.AnswerBits;
import io.hmsops.tsdb.storage.Queryable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random queries from the whole language have the same answer, to the bit, as rules of one group
 * that read together and one by one. {@code -Dseed=42} asks the same again.
 */
class GroupReadsEverywhereTest {
  private static final int GROUPS = 12;
  private static final int RULES = 12;
  private static final int MORSEL_SERIES = 3;

  private final Engine engine =
      new Engine(ScriptRunner.engineOptions().withWorkers(3, MORSEL_SERIES));

  @Test
  void readingTogetherChangesNoAnswer() throws Exception {
    long seed = Long.getLong("seed", new Random().nextLong());
    System.out.println("seed=" + seed);
    int answered = 0;
    int dataset = 0;
    for (TsdbScriptStore.Layout layout : TsdbScriptStore.Layout.values()) {
      Random random = new Random(seed + dataset++);
      try (ScriptStore store = new TsdbScriptStore(layout)) {
        new ModernData(random).writeTo(store.appender());
        RandomQueries queries = RandomQueries.ofTheWholeLanguage(random);
        for (int group = 0; group < GROUPS; group++) {
          answered += compare(store, queries, random, seed);
        }
      }
    }
    engine.close();
    assertThat(answered).isGreaterThan(dataset * GROUPS * RULES / 3);
  }

  private int compare(Queryable store, RandomQueries queries, Random random, long seed)
      throws QueryException {
    long timeMs = RandomData.START_MS + 10_000L * (30 + random.nextInt(240));
    List<QueryRequest> rules = new ArrayList<>();
    while (rules.size() < RULES) {
      rules.add(QueryRequest.instant(queries.next().text(), timeMs));
    }
    int answered = 0;
    long room = random.nextBoolean() ? 1 << 20 : random.nextInt(20_000);
    try (GroupReads group = engine.group(store, rules, room)) {
      for (QueryRequest rule : rules) {
        String alone = answer(store, rule);
        assertThat(answer(group, rule)).as("seed=%d: %s", seed, rule.query()).isEqualTo(alone);
        assertThat(group.keptBytes()).isLessThanOrEqualTo(room);
        answered += alone.startsWith("failed") ? 0 : 1;
      }
    }
    return answered;
  }

  private String answer(Queryable store, QueryRequest request) {
    try {
      QueryResult result = engine.query(store, request);
      return AnswerBits.withoutHints(result.value()) + result.warnings() + result.infos();
    } catch (QueryException e) {
      return "failed: " + e.getMessage();
    }
  }
}
