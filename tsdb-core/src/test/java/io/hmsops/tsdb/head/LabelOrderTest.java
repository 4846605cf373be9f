package io.hmsops.tsdb.head;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.testing.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class LabelOrderTest {
  private static final String[] STARTS = {
    "", "a", "ab", "/v1/users/", "/v1/users/long/common/start/", "é", "\uffee", "😀", "z\0", "z"
  };

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final SeriesIndex index = new SeriesIndex(new SeriesLines(), lock.readLock());
  private final List<Labels> created = new ArrayList<>();

  private void create(Labels labels) {
    if (index.find(labels) < 0) {
      index.create(created.size(), labels);
      created.add(labels);
    }
  }

  private static Labels random(Random random) {
    Labels.Builder labels = new Labels.Builder();
    for (String name : List.of("__name__", "job", "instance", "é", "path")) {
      if (random.nextInt(4) > 0) {
        String start = STARTS[random.nextInt(STARTS.length)];
        labels.add(name, start + (random.nextBoolean() ? "" : random.nextInt(300)));
      }
    }
    return labels.add("zone", random.nextInt(200) == 0 ? "x".repeat(20_000) : "x").build();
  }

  private int[] subset(Random random, double share) {
    BitSet set = new BitSet();
    for (int number = 0; number < created.size(); number++) {
      set.set(number, random.nextDouble() < share);
    }
    return set.stream().toArray();
  }

  private List<Labels> sortedByModel(int[] numbers) {
    return Arrays.stream(numbers).mapToObj(created::get).sorted(Comparator.naturalOrder()).toList();
  }

  private List<Labels> sorted(int[] numbers) {
    return Arrays.stream(index.order().sorted(numbers)).mapToObj(created::get).toList();
  }

  @RepeatedTest(5)
  void seriesAreSortedAsTheirLabelsWhateverWasCreatedBetweenQueries() {
    long seed = Seeds.next();
    Random random = new Random(seed);
    for (int round = 0; round < 40; round++) {
      int added = random.nextInt(200);
      for (int i = 0; i < added; i++) {
        create(random(random));
      }
      int[] numbers = subset(random, random.nextDouble() * random.nextDouble());
      assertThat(sorted(numbers)).as("seed=%d", seed).isEqualTo(sortedByModel(numbers));
    }
    int[] all = subset(random, 1.1);
    assertThat(sorted(all)).as("seed=%d", seed).isEqualTo(sortedByModel(all));
    assertThat(index.order().memoryBytes()).as("a ranking was made").isPositive();
  }

  @Test
  void aNumberThatIsGivenToAnotherSeriesHasNoPlaceAnyMore() {
    for (int i = 0; i < 1000; i++) {
      create(Labels.of("__name__", "a", "i", Integer.toString(i)));
    }
    int[] all = subset(new Random(1), 1.1);
    assertThat(sorted(all)).isEqualTo(sortedByModel(all));
    Labels last = Labels.of("__name__", "z");
    index.create(0, last);
    created.set(0, last);
    assertThat(sorted(all)).isEqualTo(sortedByModel(all)).endsWith(last);
  }

  @Test
  void seriesThatAreCreatedWhileOthersAreRankedAreSortedToo() throws InterruptedException {
    for (int i = 0; i < 20_000; i++) {
      create(Labels.of("__name__", "a", "i", Integer.toString(i * 7919 % 20_000)));
    }
    int[] first = subset(new Random(1), 1.1);
    Thread creator =
        new Thread(
            () -> {
              for (int i = 0; i < 20_000; i++) {
                lock.writeLock().lock();
                try {
                  create(Labels.of("__name__", "b", "i", Integer.toString(i * 7919 % 20_000)));
                } finally {
                  lock.writeLock().unlock();
                }
              }
            });
    creator.start();
    int[] sorted = index.order().sorted(first);
    creator.join();
    assertThat(Arrays.stream(sorted).mapToObj(created::get).toList())
        .isEqualTo(sortedByModel(first));
    int[] all = subset(new Random(1), 1.1);
    assertThat(sorted(all)).isEqualTo(sortedByModel(all));
  }
}
