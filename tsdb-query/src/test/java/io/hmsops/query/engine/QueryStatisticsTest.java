package io.hmsops.query.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.labels.Labels;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Samples are counted as Prometheus counts them, and a plan is told with what it took. */
class QueryStatisticsTest {
  private static EngineFixture store() throws Exception {
    return new EngineFixture()
        .load(Labels.of("__name__", "x", "n", "1"), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
        .load(Labels.of("__name__", "x", "n", "2"), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
        .load(Labels.of("__name__", "y", "n", "1"), 1);
  }

  private static StepSamples counted(QueryRequest request) throws Exception {
    return store().query(request.withDetail(QueryRequest.Detail.SAMPLES)).samples().orElseThrow();
  }

  private static StepSamples range(String query, int fromMinute, int toMinute) throws Exception {
    return counted(QueryRequest.range(query, 60_000L * fromMinute, 60_000L * toMinute, 60_000));
  }

  private static StepSamples instant(String query) throws Exception {
    return counted(QueryRequest.instant(query, 300_000));
  }

  @Test
  void anInstantSelectorSeesOneSampleASeriesAndStep() throws Exception {
    assertThat(instant("x").seen()).containsExactly(2);
    assertThat(range("x", 3, 5).seen()).containsExactly(2, 2, 2);
    assertThat(range("timestamp(x)", 3, 5).seen()).containsExactly(2, 2, 2);
    // One sample, looked at three times.
    assertThat(range("y", 1, 3).seen()).containsExactly(1, 1, 1);
    assertThat(range("y", 1, 3).read()).containsExactly(1, 0, 0);
  }

  @Test
  void aRangeSelectorSeesItsWholeWindowAtEachStep() throws Exception {
    StepSamples rate = range("rate(x[3m])", 3, 5);
    assertThat(rate.seen()).containsExactly(6, 6, 6);
    assertThat(rate.read()).containsExactly(6, 2, 2);
    assertThat(rate.totalSeen()).isEqualTo(18);
    assertThat(rate.totalRead()).isEqualTo(10);
    assertThat(range("sum(max_over_time(x[3m]))", 3, 5).seen()).containsExactly(6, 6, 6);
    assertThat(instant("x[3m]").seen()).containsExactly(6);
  }

  @Test
  void bothSidesOfAnOperatorCountEvenIfTheyAreEqual() throws Exception {
    assertThat(range("x + x", 3, 4).seen()).containsExactly(4, 4);
    assertThat(range("rate(x[3m]) > 0 and rate(x[3m]) > 0", 3, 4).seen()).containsExactly(12, 12);
  }

  @Test
  void aSubqueryCountsWhatItReadsAndWhatIsSeenOfIt() throws Exception {
    // Three inner steps of two series, and windows over these.
    assertThat(instant("max_over_time(x[3m:1m])").seen()).containsExactly(12);
    // Inner steps 1 to 5, all counted at the last step.
    assertThat(range("max_over_time(x[3m:1m])", 3, 5).seen()).containsExactly(6, 6, 16);
  }

  @Test
  void whatIsEvaluatedOnceCountsAtEveryStep() throws Exception {
    StepSamples fixed = range("rate(x[3m] @ 240)", 3, 5);
    assertThat(fixed.seen()).containsExactly(6, 6, 6);
    assertThat(fixed.read()).containsExactly(6, 0, 0);
  }

  @Test
  void nothingIsCountedUnlessAskedFor() throws Exception {
    QueryResult result = store().query(QueryRequest.instant("x", 300_000));
    assertThat(result.samples()).isEmpty();
    assertThat(result.plan()).isEmpty();
    assertThat(result.statistics().readSamples()).isPositive();
    assertThat(result.statistics().totalNanos()).isPositive();
  }

  @Test
  void aPlanIsToldWithWhatItsOperatorsTook() throws Exception {
    ExplainedPlan plan =
        store()
            .query(
                QueryRequest.range("sum by (n) (rate(x[3m])) * 2", 180_000, 300_000, 60_000)
                    .withDetail(QueryRequest.Detail.PLAN))
            .plan()
            .orElseThrow();
    assertThat(plan.operator()).isEqualTo("multiply");
    assertThat(plan.series()).isEqualTo(2);
    assertThat(plan.steps()).isEqualTo(3);
    assertThat(plan.timeNanos()).isPositive();
    ExplainedPlan sum = plan.operands().getFirst();
    assertThat(sum.operator()).isEqualTo("sum by (n)");
    assertThat(sum.text()).isEqualTo("sum by (n) (rate(x[3m]))");
    assertThat(sum.bytes()).isEqualTo(2 * 3 * 9);
    ExplainedPlan rate = sum.operands().getFirst();
    assertThat(rate.operator()).isEqualTo("rate");
    assertThat(rate.inside()).as("computed series by series inside the sum").isTrue();
    ExplainedPlan selector = rate.operands().getFirst();
    assertThat(selector.operator()).isEqualTo("range selector");
    assertThat(selector.text()).isEqualTo("x[3m]");
    assertThat(selector.series()).isEqualTo(2);
    assertThat(selector.chunks()).isEqualTo(2);
    assertThat(selector.samples()).isEqualTo(10);
    assertThat(selector.bytes()).isEqualTo(160);
    assertThat(selector.timeNanos()).isPositive();
  }

  @Test
  void aPlanTellsWhatWasNotDone() throws Exception {
    ExplainedPlan plan =
        store()
            .query(
                QueryRequest.range("sum(x @ 120)", 180_000, 300_000, 60_000)
                    .withDetail(QueryRequest.Detail.SAMPLES_AND_PLAN))
            .plan()
            .orElseThrow();
    assertThat(plan.operator()).isEqualTo("once");
    assertThat(plan.pruned()).isEqualTo(List.of("evaluated at one step, repeated at 2 others"));
  }
}
