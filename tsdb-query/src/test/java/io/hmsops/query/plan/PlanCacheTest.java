package io.hmsops.query.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.query.ast.Feature;
import io.hmsops.query.engine.Language;
import io.hmsops.query.parse.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What the cache keeps, what it drops, and what of a plan depends on the times. */
class PlanCacheTest {
  private static final long BYTES = 1 << 20;

  private static QueryTimes times(long startMs, long endMs, long stepMs) {
    return new QueryTimes(startMs, endMs, stepMs, 300_000, 60_000);
  }

  @Test
  void aQueryIsReadOnceAndItsPlanMadeOnce() throws Exception {
    PlanCache cache = new PlanCache(Language.dialect(Set.of()), 10, BYTES);

    Plan first = cache.get("sum(rate(x[5m]))").plan(times(0, 60_000, 15_000));
    Plan second =
        cache.get(new String("sum(rate(x[5m]))".toCharArray())).plan(times(7, 70_000, 1000));

    assertThat(second).isSameAs(first);
    assertThat(cache.counts().hits()).isEqualTo(1);
    assertThat(cache.counts().misses()).isEqualTo(1);
  }

  @Test
  void whatDependsOnTheTimesIsWorkedOutEachTime() throws Exception {
    PlanCache cache =
        new PlanCache(Language.dialect(Set.of(Feature.EXPERIMENTAL_FUNCTIONS)), 10, BYTES);
    for (String text :
        List.of(
            "x @ start()",
            "x @ end()",
            "rate(x[2 * step()])",
            "rate(x[range()])",
            "x + start()",
            "x + end()",
            "x + step()",
            "x + range()",
            "x offset step()")) {
      QueryTimes one = times(60_000, 120_000, 15_000);
      QueryTimes other = times(120_000, 360_000, 30_000);
      Plan first = cache.get(text).plan(one);
      Plan second = cache.get(text).plan(other);
      assertThat(second).as(text).isNotEqualTo(first);
      assertThat(cache.get(text).plan(one)).as(text).isEqualTo(first);
    }
    assertThat(cache.counts().misses()).isEqualTo(9);
  }

  @Test
  void theQueryUsedLongestAgoIsDroppedFirst() throws Exception {
    PlanCache cache = new PlanCache(Language.dialect(Set.of()), 2, BYTES);
    PreparedQuery a = cache.get("a");
    cache.get("b");
    cache.get("a");
    cache.get("c");

    assertThat(cache.get("a")).isSameAs(a);
    assertThat(cache.counts().entries()).isEqualTo(2);
    assertThat(cache.counts().misses()).isEqualTo(3);
    cache.get("b");
    assertThat(cache.counts().misses()).isEqualTo(4);
  }

  @Test
  void bytesAreBoundedAndOneLargeQueryDoesNotPushOutTheRest() throws Exception {
    PlanCache cache = new PlanCache(Language.dialect(Set.of()), 1000, 40_000);
    for (int i = 0; i < 500; i++) {
      cache.get("metric_%d{a=\"b\"}".formatted(i));
      assertThat(cache.counts().bytes()).isLessThanOrEqualTo(40_000);
    }
    int entries = cache.counts().entries();
    assertThat(entries).isBetween(20, 100);
    cache.get("x" + " + x".repeat(300));
    // Few characters, but a program of a million instructions.
    cache.get("{a=~\"x((b{100}){9}|y)z\"}");
    assertThat(cache.counts().entries()).isEqualTo(entries);
  }

  @Test
  void aWrongQueryIsNotKept() {
    PlanCache cache = new PlanCache(Language.dialect(Set.of()), 10, BYTES);
    assertThatThrownBy(() -> cache.get("sum(")).isInstanceOf(ParseException.class);
    assertThat(cache.counts().entries()).isZero();
  }

  @Test
  void manyThreadsMayAsk() throws Exception {
    PlanCache cache = new PlanCache(Language.dialect(Set.of()), 8, BYTES);
    List<Future<?>> tasks = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int t = 0; t < 4; t++) {
        int first = t;
        tasks.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 2000; i++) {
                    String text = "m%d + 1".formatted((first + i) % 16);
                    Plan plan = cache.get(text).plan(times(0, 0, 0));
                    assertThat(plan).isInstanceOf(Plan.Operate.class);
                  }
                  return null;
                }));
      }
    }
    for (Future<?> task : tasks) {
      task.get();
    }
    assertThat(cache.counts().entries()).isEqualTo(8);
    assertThat(cache.counts().hits() + cache.counts().misses()).isEqualTo(8000);
  }
}
