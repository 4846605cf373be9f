package io.hmsops.query.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.storage.Cancellation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueryBudgetTest {
  private static final int THREADS = 4;
  private static final int ROUNDS = 50_000;

  @Test
  void severalWorkersShareOneBudget() throws Exception {
    QueryBudget budget = new QueryBudget(Long.MAX_VALUE, 60_000, Cancellation.NONE);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    budget.hold(10);
                    for (int round = 0; round < ROUNDS; round++) {
                      budget.hold(3);
                      budget.countRead(3);
                      budget.release(3);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(budget.readSamples()).isEqualTo(3L * THREADS * ROUNDS);
    assertThat(budget.peakSamples()).isBetween(10L * THREADS + 3, 13L * THREADS);
    budget.release(10L * THREADS);
    long peak = budget.peakSamples();
    budget.hold(peak);
    assertThat(budget.peakSamples()).as("everything was given back").isEqualTo(peak);
  }

  @Test
  void whatIsReleasedMayBeHeldAgain() {
    QueryBudget budget = new QueryBudget(5, 60_000, Cancellation.NONE);
    budget.hold(5);
    budget.release(2);
    budget.hold(2);

    assertThatThrownBy(() -> budget.hold(1))
        .isInstanceOf(QueryFailure.class)
        .hasMessage("query processing would load too many samples into memory in query execution");
  }
}
