package io.hmsops.query.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.query.ast.Feature;
import io.hmsops.query.engine.Engine;
import io.hmsops.query.engine.EngineOptions;
import io.hmsops.query.engine.QueryException;
import io.hmsops.query.engine.QueryRequest;
import io.hmsops.query.print.Printer;
import io.hmsops.query.print.RandomExpressions;
import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.testing.MemoryStore;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever is asked, the engine answers or refuses with a reason: no query hangs, overflows the
 * stack or shows a fault of the engine. {@code -Dseed=42} runs one seed again, {@code
 * -Dhms.fuzz.queries=100000} asks more.
 */
class BadQueriesTest {
  private static final int QUERIES = Integer.getInteger("hms.fuzz.queries", 3_000);
  private static final long SMALL_STACK_BYTES = 512 * 1024;
  private static final long TIMEOUT_MS = 2_000;
  private static final Set<Feature> FEATURES = EnumSet.allOf(Feature.class);

  private static final List<String> TOKENS =
      List.of(
          "up",
          "sum",
          "rate",
          "abs",
          "offset",
          "by",
          "on",
          "bool",
          "fill",
          "start",
          "step",
          "@",
          "(",
          ")",
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "=",
          "!=",
          "=~",
          "!~",
          "==",
          "<",
          "</",
          ">/",
          "^",
          "-",
          "+",
          "*",
          "%",
          "/",
          "and",
          "or",
          "unless",
          "atan2",
          "ignoring",
          "group_left",
          "without",
          "1",
          "0x1F",
          "1e400",
          "5m",
          "1h1s",
          "0",
          "\"a\"",
          "'b",
          "`c`",
          "\"\\xff\"",
          "\"(\"",
          "NaN",
          "Inf",
          "anchored",
          "smoothed",
          "info",
          "limitk",
          "#x\n",
          "é",
          "\ud800",
          "start()",
          "[5m]",
          "[5m:]",
          "{job=\"x\"}",
          "label_replace",
          "min_of",
          "\u0000",
          ";",
          "$");

  private static final String DATA =
      """
      load 1m
        up{job="x"} 0+1x30 stale _x5 NaN Inf -Inf 1
        up{job=""} 5 4 3 _ 2 1 0x20
        a:b:rate5m{le="1"} 0+1x50
        a:b:rate5m{le="+Inf"} 0+2x50
        a:b:rate5m{le="?"} 0+2x50
        Inf_total{job="x"} {{schema:0 count:4 sum:8 buckets:[1 2 1]}}+{{schema:0 count:4 sum:8 buckets:[1 2 1]}}x20 7 7 {{schema:-53 count:3 sum:1 custom_values:[1 2] buckets:[1 1 1]}}x20
        Inf_total{job="$1"} {{schema:3 count:4 sum:NaN z_bucket:1 z_bucket_w:0.01 buckets:[1 2] n_buckets:[1]}}x30
        {__name__="target_info", job="x", version="1"} 1x50
        {__name__="offset", "la bel"="ä☺"} 1x50
        {__name__="sum", job="x"} 1x50
        {__name__="sum", job="y"} {{schema:-53 count:3 sum:1 custom_values:[1 3] buckets:[1 1 1]}}x50
      """;

  private final Engine engine =
      new Engine(new EngineOptions(FEATURES, 1_000_000, TimeUnit.MINUTES.toMillis(1)));
  private final MemoryStore store = new MemoryStore();

  static LongStream seeds() {
    long seed = Long.getLong("seed", 0);
    return seed != 0 ? LongStream.of(seed) : LongStream.of(1, 2, new Random().nextLong());
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void everyQueryIsAnsweredOrRefused(long seed) throws Exception {
    System.out.println("seed=" + seed);
    Command.Load load = (Command.Load) ScriptReader.read(DATA.lines().toList()).getFirst();
    Loader.load(load, store);
    Random random = new Random(seed);
    RandomExpressions expressions = new RandomExpressions(seed, FEATURES);
    Map<String, Integer> kinds = new TreeMap<>();
    List<String> faults = new ArrayList<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              for (int i = 0; i < QUERIES && faults.size() < 5; i++) {
                String query = query(random, expressions);
                String fault = ask(query, random, kinds);
                if (!fault.isEmpty()) {
                  faults.add(query + "\n  " + fault);
                }
              }
            },
            "fuzz",
            SMALL_STACK_BYTES);
    thread.start();
    thread.join();
    System.out.println(kinds);
    assertThat(faults).as("seed=%d", seed).isEmpty();
    assertThat(kinds).containsKeys("answered", "BAD_QUERY", "EXECUTION");
  }

  private static String query(Random random, RandomExpressions expressions) {
    if (random.nextInt(4) == 0) {
      StringBuilder soup = new StringBuilder();
      for (int i = 1 + random.nextInt(12); i > 0; i--) {
        soup.append(pick(random)).append(random.nextInt(3) == 0 ? " " : "");
      }
      return soup.toString();
    }
    String query = Printer.print(expressions.next());
    for (int i = random.nextInt(4); i > 0; i--) {
      query = mutated(query, random);
    }
    return query;
  }

  private static String pick(Random random) {
    return TOKENS.get(random.nextInt(TOKENS.size()));
  }

  private static String mutated(String query, Random random) {
    int from = random.nextInt(query.length() + 1);
    int to = Math.min(query.length(), from + random.nextInt(6));
    String part = query.substring(from, to);
    String put =
        switch (random.nextInt(4)) {
          case 0 -> "";
          case 1 -> pick(random);
          case 2 -> part + part;
          default -> new StringBuilder(part).reverse().toString();
        };
    return query.substring(0, from) + put + query.substring(to);
  }

  /** {@return what is wrong with the answer, empty if nothing is} */
  private String ask(String query, Random random, Map<String, Integer> kinds) {
    long startMs = random.nextInt(3_000_000) - 100_000L;
    boolean instant = random.nextBoolean();
    long stepMs = instant ? 0 : 1 + random.nextInt(300_000);
    long endMs = instant ? startMs : startMs + stepMs * random.nextInt(20);
    QueryRequest request =
        new QueryRequest(
            query,
            startMs,
            endMs,
            stepMs,
            QueryRequest.DEFAULT_LOOKBACK_MS,
            TIMEOUT_MS,
            Cancellation.NONE);
    try {
      engine.query(store, request);
      kinds.merge("answered", 1, Integer::sum);
      return "";
    } catch (QueryException e) {
      kinds.merge(e.kind().name(), 1, Integer::sum);
      if (e.kind() == QueryException.Kind.INTERNAL) {
        return request + "\n  " + e.getMessage() + " from " + e.getCause();
      }
      return e.getMessage() == null || e.getMessage().isEmpty() ? "refused without a reason" : "";
    } catch (RuntimeException | Error e) {
      StackTraceElement[] trace = e.getStackTrace();
      return request + "\n  " + e + (trace.length > 0 ? " at " + trace[0] : "");
    }
  }
}
