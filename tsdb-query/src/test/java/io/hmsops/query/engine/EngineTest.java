package io.hmsops.query.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.data.Offset.offset;

import io.hmsops.query.ast.Feature;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.CancelledException;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Queries end to end over a memory store, one family of behaviour each. */
class EngineTest {
  private static final double GAP = Double.NaN;

  private static EngineFixture requests() throws TsdbException {
    return new EngineFixture()
        .load(Labels.of("__name__", "requests_total", "job", "a", "pod", "1"), 0, 60, 120, 180, 240)
        .load(Labels.of("__name__", "requests_total", "job", "a", "pod", "2"), 0, 30, 0, 30, 60)
        .load(Labels.of("__name__", "requests_total", "job", "b", "pod", "3"), 5, 5, 5, 5, 5);
  }

  private static QueryException failure(EngineFixture engine, String query) {
    return catchThrowableOfType(QueryException.class, () -> engine.instant(query, 4));
  }

  @Test
  void anInstantSelectorTakesTheNewestSampleWithinTheLookback() throws Exception {
    EngineFixture engine = new EngineFixture().load(Labels.of("__name__", "x"), 1, 2, GAP);

    assertThat(engine.instant("x", 2)).containsExactlyEntriesOf(Map.of("{__name__=\"x\"}", 2.0));
    assertThat(engine.instant("x", 5)).hasSize(1);
    // The sample of minute 1 is exactly five minutes old: no longer seen.
    assertThat(engine.instant("x", 6)).isEmpty();
    assertThat(engine.instant("x offset 1m", 2)).containsValue(2.0);
    assertThat(engine.instant("x @ 0", 2)).containsValue(1.0);
  }

  @Test
  void aRangeIsOpenOnTheLeft() throws Exception {
    assertThat(requests().instant("count_over_time(requests_total{pod=\"1\"}[2m])", 4))
        .containsExactlyEntriesOf(Map.of("{job=\"a\", pod=\"1\"}", 2.0));
  }

  @Test
  void aRateCountsResetsAndExtrapolates() throws Exception {
    // Increases of 30 per minute but for the reset at minute 2.
    assertThat(requests().instant("increase(requests_total{pod=\"2\"}[4m])", 4))
        .containsExactlyEntriesOf(Map.of("{job=\"a\", pod=\"2\"}", 80.0));
    assertThat(requests().instant("rate(requests_total{pod=\"1\"}[4m])", 4))
        .hasEntrySatisfying(
            "{job=\"a\", pod=\"1\"}", rate -> assertThat(rate).isCloseTo(1, offset(1e-12)));
  }

  @Test
  void aggregationsGroupByLabels() throws Exception {
    EngineFixture engine = requests();

    assertThat(engine.instant("sum by (job) (requests_total)", 4))
        .isEqualTo(Map.of("{job=\"a\"}", 300.0, "{job=\"b\"}", 5.0));
    assertThat(engine.instant("count without (pod) (requests_total)", 4))
        .isEqualTo(Map.of("{job=\"a\"}", 2.0, "{job=\"b\"}", 1.0));
    assertThat(engine.instant("topk(1, requests_total)", 4))
        .containsOnlyKeys("{__name__=\"requests_total\", job=\"a\", pod=\"1\"}");
    assertThat(engine.instant("quantile(0.5, requests_total)", 4)).containsEntry("{}", 60.0);
  }

  @Test
  void vectorsMeetByTheirLabels() throws Exception {
    EngineFixture engine =
        requests().load(Labels.of("__name__", "limit", "job", "a"), 2, 2, 2, 2, 2);

    assertThat(engine.instant("requests_total / on(job) group_left limit", 4))
        .isEqualTo(Map.of("{job=\"a\", pod=\"1\"}", 120.0, "{job=\"a\", pod=\"2\"}", 30.0));
    assertThat(engine.instant("requests_total and on(job) limit", 4)).hasSize(2);
    assertThat(engine.instant("requests_total unless on(job) limit", 4)).hasSize(1);
    assertThat(engine.instant("requests_total > 100", 4)).hasSize(1);
    assertThat(engine.instant("requests_total > bool 100", 4).values())
        .containsExactlyInAnyOrder(1.0, 0.0, 0.0);
  }

  @Test
  void anAmbiguousMatchIsRefusedWithItsSeries() throws Exception {
    QueryException e = failure(requests(), "vector(1) * on() requests_total");

    assertThat(e.kind()).isEqualTo(QueryException.Kind.EXECUTION);
    assertThat(e)
        .hasMessageStartingWith("found duplicate series for the match group {} on the right")
        .hasMessageContaining("many-to-many matching not allowed");
  }

  @Test
  void subqueriesAreAlignedToTheirStep() throws Exception {
    // At 4m the points are those of 3m, 3m30s and 4m.
    assertThat(requests().instant("count_over_time(requests_total{pod=\"1\"}[1m20s:30s])", 4))
        .containsValue(3.0);
    assertThat(requests().instant("max_over_time(sum(requests_total)[3m:1m])", 4))
        .containsExactlyEntriesOf(Map.of("{}", 305.0));
  }

  @Test
  void whatDoesNotDependOnTheStepIsRepeated() throws Exception {
    QueryResult result =
        requests().query(QueryRequest.range("sum(requests_total @ 60)", 0, 240_000, 60_000));

    assertThat(result.value())
        .isInstanceOfSatisfying(
            QueryResult.Matrix.class,
            matrix ->
                assertThat(matrix.series().getFirst().values())
                    .containsExactly(95, 95, 95, 95, 95));
  }

  @Test
  void aRangeAnswerIsSortedByLabels() throws Exception {
    QueryResult result =
        requests().query(QueryRequest.range("sort_desc(requests_total)", 0, 240_000, 60_000));

    assertThat(result.value())
        .isInstanceOfSatisfying(
            QueryResult.Matrix.class,
            matrix ->
                assertThat(matrix.series().stream().map(points -> points.labels().get("pod")))
                    .containsExactly("1", "2", "3"));
    assertThat(result.warnings())
        .containsExactly(
            "PromQL warning: sort is ineffective for range queries since results are always"
                + " ordered by labels (1:1)");
  }

  @Test
  void namesGoAtOnceOrAtTheEnd() throws Exception {
    String query = "sum by (__name__) (abs(requests_total) or requests_total)";

    assertThat(requests().instant("abs(requests_total{pod=\"1\"})", 4))
        .containsOnlyKeys("{job=\"a\", pod=\"1\"}");
    EngineFixture delayed =
        new EngineFixture(Feature.DELAYED_NAME_REMOVAL).load(Labels.of("__name__", "x"), 1, 2);
    assertThat(delayed.instant(query.replace("requests_total", "x"), 1)).containsOnlyKeys("{}");
    assertThat(delayed.instant("label_replace(abs(x), \"__name__\", \"y\", \"\", \"\")", 1))
        .containsOnlyKeys("{__name__=\"y\"}");
  }

  @Test
  void seriesThatBecomeEqualAreRefused() throws Exception {
    EngineFixture engine =
        new EngineFixture().load(Labels.of("__name__", "x"), 1).load(Labels.of("__name__", "y"), 2);

    assertThat(failure(engine, "abs({__name__=~\"x|y\"})"))
        .hasMessage("vector cannot contain metrics with the same labelset");
  }

  @Test
  void aClassicQuantileReadsBuckets() throws Exception {
    EngineFixture engine =
        new EngineFixture()
            .load(Labels.of("__name__", "l_bucket", "le", "1"), 10)
            .load(Labels.of("__name__", "l_bucket", "le", "2"), 20)
            .load(Labels.of("__name__", "l_bucket", "le", "+Inf"), 20)
            .load(Labels.of("__name__", "l_bucket", "le", "oops"), 20);

    assertThat(engine.instant("histogram_quantile(0.75, l_bucket)", 0)).containsEntry("{}", 1.5);
    assertThat(
            engine.query(QueryRequest.instant("histogram_quantile(0.75, l_bucket)", 0)).warnings())
        .containsExactly(
            "PromQL warning: bucket label \"le\" is missing or has a malformed value of \"oops\""
                + " (1:26)");
  }

  @Test
  void absentNamesTheLabelsOfItsSelector() throws Exception {
    assertThat(requests().instant("absent(nothing{job=\"a\", pod=~\"x\"})", 4))
        .containsExactlyEntriesOf(Map.of("{job=\"a\"}", 1.0));
    assertThat(requests().instant("absent(requests_total)", 4)).isEmpty();
  }

  @Test
  void scalarsNeedNoSeries() throws Exception {
    assertThat(new EngineFixture().instant("1 + 2 * time()", 1))
        .containsExactlyEntriesOf(Map.of("scalar", 121.0));
  }

  @Test
  void moreSamplesThanAllowedAreRefused() throws Exception {
    EngineFixture engine = new EngineFixture(3).load(Labels.of("__name__", "x"), 1, 2, 3, 4, 5);

    assertThat(failure(engine, "sum_over_time(x[5m])"))
        .hasMessageStartingWith(
            "query processing would load too many samples into memory in query execution: ")
        .hasMessageContaining("(limit query.max-samples: ")
        .extracting(QueryException::kind)
        .isEqualTo(QueryException.Kind.LIMIT);
  }

  @Test
  void aCancelledQueryStops() throws Exception {
    QueryRequest plain = QueryRequest.instant("requests_total", 0);
    QueryRequest cancelled =
        new QueryRequest(
            plain.query(),
            0,
            0,
            0,
            plain.lookbackMs(),
            plain.timeoutMs(),
            () -> {
              throw new CancelledException("the client has gone");
            });

    QueryException e =
        catchThrowableOfType(QueryException.class, () -> requests().query(cancelled));

    assertThat(e.kind()).isEqualTo(QueryException.Kind.CANCELLED);
    assertThat(e)
        .hasMessageMatching(
            "query was canceled in expression evaluation: the client has gone, after .*s, "
                + "0 samples of 0 series read");
  }

  @Test
  void aQueryWithoutTimeTimesOut() throws Exception {
    QueryRequest late =
        new QueryRequest(
            "requests_total", 0, 0, 0, 300_000, -1, io.hmsops.tsdb.storage.Cancellation.NONE);

    QueryException e = catchThrowableOfType(QueryException.class, () -> requests().query(late));

    assertThat(e.kind()).isEqualTo(QueryException.Kind.TIMEOUT);
    assertThat(e)
        .hasMessageMatching(
            "query timed out in expression evaluation: .*s \\(limit query.timeout: -0.001s\\), "
                + "0 samples of 0 series read");
  }

  @Test
  void aRangeQueryRefusesRangeVectors() throws Exception {
    QueryException e =
        catchThrowableOfType(
            QueryException.class,
            () -> requests().query(QueryRequest.range("requests_total[5m]", 0, 60_000, 60_000)));

    assertThat(e.kind()).isEqualTo(QueryException.Kind.BAD_QUERY);
    assertThat(e)
        .hasMessage(
            "invalid expression type \"range vector\" for range query, must be Scalar or instant"
                + " Vector");
  }

  @Test
  void durationsAreComputedFromTheQuery() throws Exception {
    QueryResult result =
        requests()
            .query(
                QueryRequest.range(
                    "count_over_time(requests_total{pod=\"1\"}[2 * step()])",
                    120_000,
                    240_000,
                    60_000));

    assertThat(result.value())
        .isInstanceOfSatisfying(
            QueryResult.Matrix.class,
            matrix ->
                assertThat(List.of(matrix.series().getFirst().values()[0])).containsExactly(2.0));
  }
}
