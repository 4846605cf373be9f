package io.hmsops.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GarbageLimitTest {
  private static final long MB = 1 << 20;
  private static final long SECOND = 1_000_000_000L;

  @Test
  void growthOfTheStoreIsNoGarbage() {
    GarbageLimit limit = new GarbageLimit(10 * MB);

    assertThat(limit.isReached(110 * MB, 100 * MB, 0)).isFalse();
    assertThat(limit.isReached(1_110 * MB, 1_100 * MB, 0)).isFalse();
  }

  @Test
  void whatQueriesLeaveIsCollectedOnceItIsEnough() {
    GarbageLimit limit = new GarbageLimit(10 * MB);

    assertThat(limit.isReached(134 * MB, 100 * MB, 0)).isFalse();
    assertThat(limit.isReached(135 * MB, 100 * MB, 0)).isTrue();
  }

  @Test
  void aLargeHeapMayHaveMoreOfIt() {
    GarbageLimit limit = new GarbageLimit(0);

    assertThat(limit.isReached(880 * MB, 800 * MB, 0)).isFalse();
    assertThat(limit.isReached(901 * MB, 800 * MB, 0)).isTrue();
  }

  @Test
  void whatACollectionLeavesIsAlive() {
    GarbageLimit limit = new GarbageLimit(10 * MB);
    limit.collected(300 * MB, 100 * MB, 0, 0);

    assertThat(limit.isReached(330 * MB, 100 * MB, SECOND)).isFalse();
    assertThat(limit.isReached(340 * MB, 100 * MB, SECOND)).isTrue();
  }

  @Test
  void collectionsTakeATwentiethOfTheTimeAtMost() {
    GarbageLimit limit = new GarbageLimit(0);
    limit.collected(0, 0, 10 * SECOND, SECOND);

    assertThat(limit.isReached(500 * MB, 0, 29 * SECOND)).isFalse();
    assertThat(limit.isReached(500 * MB, 0, 30 * SECOND)).isTrue();
  }
}
