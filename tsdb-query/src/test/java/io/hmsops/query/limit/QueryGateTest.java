package io.hmsops.query.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hmsops.query.limit.QueryGate.Lane;
import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.CancelledException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who works, who waits, and who is sent away. */
@Timeout(30)
class QueryGateTest {
  private static QueryGate.Place enter(QueryGate gate, Lane lane) {
    return gate.enter(lane, System.nanoTime(), 60_000, Cancellation.NONE);
  }

  /** Starts a thread that waits in the lane, and returns when it does. */
  private static Thread waiter(QueryGate gate, Lane lane, Runnable work) {
    int before = gate.counts().waiting();
    Thread thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (QueryGate.Place _ = enter(gate, lane)) {
                    work.run();
                  }
                });
    while (gate.counts().waiting() == before) {
      Thread.onSpinWait();
    }
    return thread;
  }

  @Test
  void aSmallQueryDoesNotWaitBehindLargeOnes() throws Exception {
    QueryGate gate = new QueryGate(1, 10, 60_000);
    QueryGate.Place large = enter(gate, Lane.LARGE);
    Thread queued = waiter(gate, Lane.LARGE, () -> {});

    enter(gate, Lane.SMALL).close();

    assertThat(gate.counts()).isEqualTo(new QueryGate.Counts(0, 1, 1, 0));
    large.close();
    queued.join();
    assertThat(gate.counts()).isEqualTo(new QueryGate.Counts(0, 0, 0, 0));
  }

  @Test
  void thoseThatWaitAreCalledInTheOrderOfArrival() throws Exception {
    QueryGate gate = new QueryGate(1, 10, 60_000);
    QueryGate.Place first = enter(gate, Lane.LARGE);
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int number = i;
      threads.add(waiter(gate, Lane.LARGE, () -> order.add(number)));
    }
    first.close();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(order).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void neverMoreThanAllowedAreAtWork() throws Exception {
    QueryGate gate = new QueryGate(2, 100, 60_000);
    List<Thread> threads = new ArrayList<>();
    List<Integer> atWork = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 20; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int round = 0; round < 50; round++) {
                      try (QueryGate.Place _ = enter(gate, Lane.LARGE)) {
                        atWork.add(gate.counts().largeAtWork());
                      }
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(atWork).hasSize(1000).allMatch(n -> n >= 1 && n <= 2);
    assertThat(gate.counts()).isEqualTo(new QueryGate.Counts(0, 0, 0, 0));
  }

  @Test
  void aFullQueueSendsAway() throws Exception {
    QueryGate gate = new QueryGate(1, 1, 60_000);
    QueryGate.Place large = enter(gate, Lane.LARGE);
    Thread queued = waiter(gate, Lane.LARGE, () -> {});

    QueryFailure failure = catchThrowableOfType(QueryFailure.class, () -> enter(gate, Lane.LARGE));

    assertThat(failure.kind()).isEqualTo(QueryFailure.Kind.REJECTED);
    assertThat(failure)
        .hasMessage(
            "too many queries: 1 are at work and 1 wait (limits query.max-concurrency: 1,"
                + " query.max-queued: 1)");
    assertThat(gate.counts().rejected()).isEqualTo(1);
    large.close();
    queued.join();
  }

  @Test
  void whoWaitsTooLongIsSentAwayAndItsPlaceIsNotLost() {
    QueryGate gate = new QueryGate(1, 10, 0);
    QueryGate.Place large = enter(gate, Lane.LARGE);

    QueryFailure failure = catchThrowableOfType(QueryFailure.class, () -> enter(gate, Lane.LARGE));

    assertThat(failure.kind()).isEqualTo(QueryFailure.Kind.TIMEOUT);
    assertThat(failure)
        .hasMessageMatching(
            "query timed out in query queue: waited .*s behind 1 at work \\(limit"
                + " query.queue-timeout: 0.000s\\)");
    large.close();
    enter(gate, Lane.LARGE).close();
  }

  @Test
  void aQuerysOwnTimeRunsWhileItWaits() {
    QueryGate gate = new QueryGate(1, 10, 60_000);
    try (QueryGate.Place _ = enter(gate, Lane.LARGE)) {
      QueryFailure failure =
          catchThrowableOfType(
              QueryFailure.class,
              () -> gate.enter(Lane.LARGE, System.nanoTime(), -1, Cancellation.NONE));
      assertThat(failure.kind()).isEqualTo(QueryFailure.Kind.TIMEOUT);
      assertThat(failure).hasMessageContaining("(limit query.timeout: -0.001s)");
    }
  }

  @Test
  void whoIsNotWantedAnyMoreLeavesTheQueue() {
    QueryGate gate = new QueryGate(1, 10, 60_000);
    try (QueryGate.Place _ = enter(gate, Lane.LARGE)) {
      QueryFailure failure =
          catchThrowableOfType(
              QueryFailure.class,
              () ->
                  gate.enter(
                      Lane.LARGE,
                      System.nanoTime(),
                      60_000,
                      () -> {
                        throw new CancelledException("the client closed the connection");
                      }));
      assertThat(failure.kind()).isEqualTo(QueryFailure.Kind.CANCELLED);
      assertThat(failure)
          .hasMessage("query was canceled in query queue: the client closed the connection");
      assertThat(gate.counts().waiting()).isZero();
    }
  }
}
