package io.hmsops.query.differential;

import io.hmsops.query.engine.QueryRequest;
import java.util.Random;

/**
 * When a query is asked.
 *
 * @param startMs the first time
 * @param endMs the last time
 * @param stepMs the distance of times, 0 for an instant query
 */
record Times(long startMs, long endMs, long stepMs) {
  /** {@return an instant, or a range of up to 25 steps of up to three minutes} */
  static Times random(Random random) {
    long startMs = RandomData.START_MS + 10_000L * (30 + random.nextInt(240));
    if (random.nextInt(3) == 0) {
      return new Times(startMs, startMs, 0);
    }
    long stepMs = 10_000L * (1 + random.nextInt(18));
    return new Times(startMs, startMs + stepMs * (1 + random.nextInt(25)), stepMs);
  }

  QueryRequest request(String query) {
    return stepMs == 0
        ? QueryRequest.instant(query, startMs)
        : QueryRequest.range(query, startMs, endMs, stepMs);
  }
}
