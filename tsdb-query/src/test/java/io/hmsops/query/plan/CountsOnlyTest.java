package io.hmsops.query.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.query.ast.Feature;
import io.hmsops.query.engine.Language;
import io.hmsops.query.parse.ParseException;
import java.util.EnumSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of which selectors only count and sum of histograms are read. */
class CountsOnlyTest {
  private static boolean readsCountsOnly(String query) throws ParseException {
    QueryTimes times = new QueryTimes(0, 0, 0, 300_000, 60_000);
    PlanCache cache = new PlanCache(Language.dialect(EnumSet.allOf(Feature.class)), 10, 1 << 20);
    return holdsForX(cache.get(query).plan(times));
  }

  private static boolean holdsForX(Plan plan) {
    return switch (plan) {
      case Plan.Select select -> isX(select) && select.countsOnly();
      case Plan.SelectRange(var select, _, _) -> isX(select) && select.countsOnly();
      default -> plan.children().stream().anyMatch(CountsOnlyTest::holdsForX);
    };
  }

  private static boolean isX(Plan.Select select) {
    return select.matchers().toString().contains("x");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "histogram_count(x)",
        "histogram_sum(sum(rate(x[5m])))",
        "histogram_avg(y + x)",
        "1 + histogram_count(-x)"
      })
  void belowCountAndSum(String query) throws ParseException {
    assertThat(readsCountsOnly(query)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "histogram_count(y) + x",
        "histogram_count(x </ 2)",
        "histogram_count(sum_over_time(x[5m:1m]))",
        "sum_over_time(histogram_count(x)[5m:1m])",
        "histogram_quantile(scalar(histogram_count(x)), y)",
        "histogram_fraction(0, scalar(histogram_count(x)), y)"
      })
  void notWhereSomethingAboveLooksAtBuckets(String query) throws ParseException {
    assertThat(readsCountsOnly(query)).isFalse();
  }
}
