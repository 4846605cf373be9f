package io.hmsops.server.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class KnownSeriesTest {
  private record Key(long high, long low) {}

  private final AtomicLong nowMs = new AtomicLong();
  private final KnownSeries known = new KnownSeries(() -> Instant.ofEpochMilli(nowMs.get()));

  @Test
  void findsWhatWasPutAndNothingElse() {
    long seed = Long.getLong("seed", 11);
    Random random = new Random(seed);
    Map<Key, Long> model = new HashMap<>();
    for (long ref = 1; ref <= 20_000; ref++) {
      Key key = new Key(random.nextLong(), random.nextLong());
      known.put(key.high, key.low, ref);
      model.put(key, ref);
      // Another key that differs in what is compared only.
      assertThat(known.find(key.high, key.low ^ 2)).as("seed=%d", seed).isZero();
      assertThat(known.find(key.high ^ 1, key.low)).as("seed=%d", seed).isZero();
    }
    model.forEach(
        (key, ref) -> assertThat(known.find(key.high, key.low)).as("seed=%d", seed).isEqualTo(ref));
  }

  @Test
  void firstReferenceOfTwoStays() {
    known.put(5, 6, 7);
    known.put(5, 6, 8);
    assertThat(known.find(5, 6)).isEqualTo(7);
  }

  @Test
  void referencesMayBeLarge() {
    known.put(5, 6, 1L << 40);
    assertThat(known.find(5, 6)).isEqualTo(1L << 40);
    known.clear();
    assertThat(known.find(5, 6)).isZero();
  }

  @Test
  void whatIsNotUsedForLongMakesWay() {
    Random random = new Random(3);
    List<Key> used = keys(random, 500);
    List<Key> unused = keys(random, 5_000);
    used.forEach(key -> known.put(key.high, key.low, 1));
    unused.forEach(key -> known.put(key.high, key.low, 2));
    for (int round = 0; round < 4; round++) {
      nowMs.addAndGet(KnownSeries.KEPT_UNUSED_MS);
      used.forEach(key -> assertThat(known.find(key.high, key.low)).isEqualTo(1));
      keys(random, 10_000).forEach(key -> known.put(key.high, key.low, 3));
    }
    used.forEach(key -> assertThat(known.find(key.high, key.low)).isEqualTo(1));
    unused.forEach(key -> assertThat(known.find(key.high, key.low)).isZero());
  }

  private static List<Key> keys(Random random, int count) {
    List<Key> keys = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      keys.add(new Key(random.nextLong(), random.nextLong()));
    }
    return keys;
  }
}
