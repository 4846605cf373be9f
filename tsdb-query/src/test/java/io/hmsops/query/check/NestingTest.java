package io.hmsops.query.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.query.engine.Language;
import io.hmsops.query.parse.ParseException;
import io.hmsops.query.parse.PromQL;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Queries at the limits are read on a small stack; those beyond are refused, however long. */
class NestingTest {
  private static final long SMALL_STACK_BYTES = 512 * 1024;

  private static String parentheses(int depth) {
    return "(".repeat(depth) + "1" + ")".repeat(depth);
  }

  private static String calls(int depth) {
    return "abs(".repeat(depth) + "up" + ")".repeat(depth);
  }

  private static String chain(String operator, int operators) {
    return "up" + (operator + "up").repeat(operators);
  }

  private static void parseOnSmallStack(String query) throws InterruptedException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                Language.parse(query, Set.of());
              } catch (ParseException | StackOverflowError e) {
                failure.set(e);
              }
            },
            "small stack",
            SMALL_STACK_BYTES);
    thread.start();
    thread.join();
    assertThat(failure.get()).isNull();
  }

  @Test
  void queriesAtTheLimitsFitASmallStack() throws InterruptedException {
    parseOnSmallStack(parentheses(PromQL.MAX_NESTING));
    parseOnSmallStack(calls(PromQL.MAX_NESTING));
    parseOnSmallStack("-".repeat(PromQL.MAX_NESTING) + "up");
    parseOnSmallStack(chain("^", PromQL.MAX_NESTING));
    parseOnSmallStack(chain(" or ", PromQL.MAX_DEPTH));
  }

  @Test
  void deeperQueriesAreRefusedWithTheirPlace() {
    assertThatThrownBy(() -> Language.parse(parentheses(1_000_000 / 40), Set.of()))
        .isInstanceOf(ParseException.class)
        .hasMessageStartingWith("1:201: parse error: query is nested too deeply");
    for (String query :
        new String[] {
          calls(10_000), "-".repeat(50_000) + "up", chain("^", 10_000), chain("+", 10_001)
        }) {
      assertThatThrownBy(() -> Language.parse(query, Set.of()))
          .isInstanceOf(ParseException.class)
          .hasMessageContaining("query is nested too deeply: more than ");
    }
  }

  @Test
  void longQueriesAreRefused() {
    String manyArguments = "f(" + "1,".repeat(PromQL.MAX_TOKENS) + "1)";
    assertThatThrownBy(() -> Language.parse(manyArguments, Set.of()))
        .isInstanceOf(ParseException.class)
        .hasMessageContaining("query is too long: ")
        .hasMessageContaining("(limit: %d)".formatted(PromQL.MAX_TOKENS));
  }

  @Test
  void wideQueriesAreFine() throws ParseException {
    String siblings = "label_join(up, \"a\", \"b\"" + ", \"c\"".repeat(5_000) + ")";
    assertThat(Language.parse(siblings, Set.of())).isNotNull();
    assertThat(Language.parse(chain(" - ", 450), Set.of())).isNotNull();
  }
}
