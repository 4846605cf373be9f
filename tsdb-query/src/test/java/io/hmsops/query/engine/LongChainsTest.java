package io.hmsops.query.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hmsops.query.ast.DeepTrees;
import io.hmsops.query.ast.Expr;
import io.hmsops.query.parse.ParseException;
import io.hmsops.query.parse.PromQL;
import io.hmsops.query.print.Printer;
import io.hmsops.tsdb.labels.Labels;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Chains of thousands of operators, as dashboards and generators write them, on a small stack. */
class LongChainsTest {
  private static final int LENGTH = 5_000;
  private static final long SMALL_STACK_BYTES = 512 * 1024;

  private static <T> T onSmallStack(Callable<T> task) throws Exception {
    FutureTask<T> run = new FutureTask<>(task);
    new Thread(null, run, "small stack", SMALL_STACK_BYTES).start();
    return run.get();
  }

  private static String chain(String operator, String operand) {
    return operand + (operator + operand).repeat(LENGTH);
  }

  @Test
  void numbersAddUp() throws Exception {
    EngineFixture engine = new EngineFixture();
    assertThat(onSmallStack(() -> engine.instant(chain("+", "1"), 0)))
        .containsExactlyEntriesOf(Map.of("scalar", LENGTH + 1.0));
    assertThat(onSmallStack(() -> engine.instant("vector(" + chain("-", "2") + ")", 0)))
        .containsExactlyEntriesOf(Map.of("{}", 2 - 2.0 * LENGTH));
  }

  @Test
  void vectorsAddUp() throws Exception {
    EngineFixture engine = new EngineFixture().load(Labels.of("__name__", "x", "i", "1"), 3, 4);
    assertThat(onSmallStack(() -> engine.instant(chain(" + ", "x"), 1)))
        .containsExactlyEntriesOf(Map.of("{i=\"1\"}", 4.0 * (LENGTH + 1)));
    assertThat(onSmallStack(() -> engine.instant("sum(" + chain(" + ", "rate(x[5m])") + ")", 1)))
        .hasSize(1);
  }

  @Test
  void alternativesAreLookedThrough() throws Exception {
    EngineFixture engine =
        new EngineFixture()
            .load(Labels.of("__name__", "x", "i", "7"), 7)
            .load(Labels.of("__name__", "x", "i", "4999"), 8);
    String query =
        IntStream.rangeClosed(0, LENGTH)
            .mapToObj("x{i=\"%d\"}"::formatted)
            .collect(Collectors.joining(" or "));
    assertThat(onSmallStack(() -> engine.instant(query, 0)))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("{__name__=\"x\", i=\"7\"}", 7.0, "{__name__=\"x\", i=\"4999\"}", 8.0));
  }

  @Test
  void durationsAddUp() throws Exception {
    EngineFixture engine = new EngineFixture().load(Labels.of("__name__", "x"), 1, 2, 3);
    String hours = chain(" + ", "1s");
    assertThat(onSmallStack(() -> engine.instant("count_over_time(x[" + hours + "])", 2)))
        .containsValue(3.0);
  }

  @Test
  void theyArePrintedAsTheyStand() throws Exception {
    String query = chain(" or ", "x");
    Expr expr = onSmallStack(() -> Language.parse(query, Set.of()));
    assertThat(DeepTrees.isDeep(expr)).isTrue();
    assertThat(onSmallStack(() -> Printer.print(expr))).isEqualTo(query);
  }

  @Test
  void mistakesAreFoundAtTheirPlace() {
    String query = chain("+", "1") + "+\"\"";
    assertThat(catchThrowableOfType(ParseException.class, () -> onSmallStack0(query)))
        .hasMessage(
            "1:%d: parse error: binary expression must contain only scalar and instant vector types"
                .formatted(query.length() - 1));
    String tooLong = chain("+", "1") + chain("+", "+1");
    assertThat(catchThrowableOfType(ParseException.class, () -> onSmallStack0(tooLong)))
        .hasMessageContaining(
            "query is nested too deeply: more than %d operators and brackets in a row"
                .formatted(PromQL.MAX_DEPTH));
  }

  private static void onSmallStack0(String query) throws Exception {
    try {
      onSmallStack(() -> Language.parse(query, Set.of()));
    } catch (java.util.concurrent.ExecutionException e) {
      throw e.getCause() instanceof ParseException cause ? cause : e;
    }
  }

  @Test
  void theyAreNotExplained() throws Exception {
    EngineFixture engine = new EngineFixture();
    QueryRequest request =
        QueryRequest.instant(chain("+", "1"), 0).withDetail(QueryRequest.Detail.PLAN);
    assertThat(catchThrowableOfType(QueryException.class, () -> engine.query(request)))
        .hasMessage("not supported: explain of a query of more than 500 levels");
  }
}
