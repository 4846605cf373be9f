package io.hmsops.query.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.hmsops.tsdb.storage.CancelledException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One series, long windows, many steps: little is read, but the samples of each window are looked
 * at. The caller is asked at least every 65,536 of those and a window, so that a query that is not
 * wanted any more ends.
 */
class WindowsStopTest {
  private static final int SAMPLES = 4_000;
  private static final int STEPS = 1_500;
  private static final long MINUTE_MS = 60_000;

  /** All windows but the first ones have this many samples. */
  private static final int WINDOW = 2_000;

  private static final long LOOKED_AT = (long) (STEPS - 1) * WINDOW;
  private static final int CHECK_INTERVAL = 1 << 16;

  private static QueryRequest request(
      String function, io.hmsops.tsdb.storage.Cancellation cancellation) {
    return new QueryRequest(
        function.formatted("x[%dm]".formatted(WINDOW)),
        WINDOW * MINUTE_MS,
        (WINDOW + STEPS - 1) * MINUTE_MS,
        MINUTE_MS,
        300_000,
        600_000,
        cancellation);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "stddev_over_time(%s)",
        "deriv(%s)",
        "predict_linear(%s, 60)",
        "avg_over_time((0.1 * x)[2000m:1m])"
      })
  void theCallerIsAskedWhileWindowsAreComputed(String function) throws Exception {
    AtomicLong asked = new AtomicLong();

    try (Engine engine = new Engine(EngineOptions.defaults())) {
      engine.query(
          new WatchedStore(1, SAMPLES, _ -> {}), request(function, asked::incrementAndGet));

      assertThat(asked.get()).isGreaterThanOrEqualTo(LOOKED_AT / (CHECK_INTERVAL + WINDOW));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"stddev_over_time(%s)", "deriv(%s)"})
  void aCancelledQueryEndsBetweenItsWindows(String function) {
    AtomicLong asked = new AtomicLong();
    long enough = LOOKED_AT / (CHECK_INTERVAL + WINDOW) / 2;
    QueryRequest request =
        request(
            function,
            () -> {
              if (asked.incrementAndGet() > enough) {
                throw new CancelledException("the client has gone");
              }
            });
    try (Engine engine = new Engine(EngineOptions.defaults())) {
      QueryException e =
          catchThrowableOfType(
              QueryException.class,
              () -> engine.query(new WatchedStore(1, SAMPLES, _ -> {}), request));

      assertThat(e.kind()).isEqualTo(QueryException.Kind.CANCELLED);
      assertThat(asked.get()).isLessThanOrEqualTo(enough + 2);
    }
  }
}
