package io.hmsops.tsdb.head;

import io.hmsops.tsdb.labels.Utf8Order;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.agrona.collections.IntArrayList;
import org.jspecify.annotations.Nullable;

/** The order of series by their labels. Thread-safe. */
final class LabelOrder {
  /*
   * A ranking gives each series of a moment its place. It takes 8 bytes a series, and some hundred nanoseconds a
   * series to make, so it is made when sorting without it has cost as much. Series that came later have no place: they
   * are sorted for themselves, by comparing labels, and merged in, until that has cost as much as a new ranking.
   *
   * Places of a ranking never change, so readers need no lock. What changes is whether a number still has one: a
   * number that is given to a new series loses it. A ranking is made beside commits; series that were created meanwhile
   * are told by created() and have no place in it.
   */
  private static final int UNRANKED = -1;

  /** What comparing two series costs, in what ranking a series costs. */
  private static final double COMPARISON = 0.5;

  /** A share of the series from which on the ranking is walked through, not sorted by. */
  private static final int MANY = 16;

  /** Places. */
  private static final class Ranking {
    static final Ranking NONE = new Ranking(new int[0], new int[0]);

    /** For each number its place, or {@link #UNRANKED}. */
    private final int[] places;

    /** For each place a number, which had it when the ranking was made. */
    private final int[] numbers;

    Ranking(int[] places, int[] numbers) {
      this.places = places;
      this.numbers = numbers;
    }

    /** {@return the places of those series that have one, in the order of the series} */
    int[] placesOf(int[] wanted) {
      int[] found = new int[wanted.length];
      int count = 0;
      for (int number : wanted) {
        int place = place(number);
        found[count] = place;
        count += place == UNRANKED ? 0 : 1;
      }
      return count == found.length ? found : Arrays.copyOf(found, count);
    }

    /**
     * {@return the series of places, in the order of places} The places are sorted or not after.
     */
    int[] sorted(int[] wanted) {
      int[] sorted = new int[wanted.length];
      int next = 0;
      if (wanted.length < numbers.length / MANY) {
        Arrays.sort(wanted);
        for (int place : wanted) {
          sorted[next++] = numbers[place];
        }
        return sorted;
      }
      long[] marks = new long[numbers.length / Long.SIZE + 1];
      for (int place : wanted) {
        marks[place / Long.SIZE] |= 1L << place;
      }
      for (int word = 0; word < marks.length; word++) {
        for (long bits = marks[word]; bits != 0; bits &= bits - 1) {
          sorted[next++] = numbers[word * Long.SIZE + Long.numberOfTrailingZeros(bits)];
        }
      }
      return sorted;
    }

    int place(int number) {
      return number < places.length ? places[number] : UNRANKED;
    }

    void forget(int number) {
      if (number < places.length) {
        places[number] = UNRANKED;
      }
    }
  }

  private final SeriesIndex index;
  private final Lock stateReadLock;
  private final ReentrantLock making = new ReentrantLock();
  private volatile Ranking ranking = Ranking.NONE;

  /** What was spent on sorting without a ranking, in comparisons. Lost updates do no harm. */
  private volatile double spent;

  /** Series that were created while a ranking is made; under the head's state lock. */
  private @Nullable IntArrayList createdMeanwhile;

  /** How many series and labels there were when the making of a ranking began. */
  private int seriesCount;

  private int pairCount;

  /**
   * Creates an order.
   *
   * @param stateReadLock while it is held no series comes or goes
   */
  LabelOrder(SeriesIndex index, Lock stateReadLock) {
    this.index = index;
    this.stateReadLock = stateReadLock;
  }

  /** Takes note that a number has got a series, under the head's state lock, for writing. */
  void created(int number) {
    ranking.forget(number);
    if (createdMeanwhile != null) {
      createdMeanwhile.addInt(number);
    }
  }

  /**
   * {@return whether ids of labels are being looked at, also those of no series} Under the lock.
   */
  boolean isBeingMade() {
    return createdMeanwhile != null;
  }

  /** {@return how many bytes it takes} */
  long memoryBytes() {
    Ranking known = ranking;
    return (long) Integer.BYTES * (known.places.length + known.numbers.length);
  }

  /**
   * {@return series in the order of their labels} The caller holds no lock, but has a reader open.
   *
   * @param numbers the series, ascending
   */
  int[] sorted(int[] numbers) {
    if (numbers.length < 2) {
      return numbers;
    }
    Ranking known = ranking;
    int[] unranked = new int[0];
    int[] places = known.placesOf(numbers);
    if (places.length < numbers.length) {
      int later = numbers.length - places.length;
      double total = spent + COMPARISON * later * (1 + log2(numbers.length));
      if (total > index.seriesCount()) {
        known = make(known);
        places = known.placesOf(numbers);
      } else {
        spent = total;
      }
      unranked = sortedUnranked(known, numbers, numbers.length - places.length);
    }
    int[] ranked = known.sorted(places);
    return unranked.length == 0 ? ranked : merge(ranked, unranked);
  }

  private static int log2(int count) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(count);
  }

  private int[] sortedUnranked(Ranking known, int[] numbers, int count) {
    int[] unranked = new int[count];
    int found = 0;
    for (int i = 0; i < numbers.length && found < count; i++) {
      if (known.place(numbers[i]) == UNRANKED) {
        unranked[found++] = numbers[i];
      }
    }
    mergeSort(unranked.clone(), unranked, 0, count);
    return unranked;
  }

  /** Sorts a part of one array, equal to the other, into that other. */
  private void mergeSort(int[] from, int[] into, int start, int end) {
    if (end - start < 2) {
      return;
    }
    int middle = (start + end) >>> 1;
    mergeSort(into, from, start, middle);
    mergeSort(into, from, middle, end);
    int left = start;
    int right = middle;
    for (int i = start; i < end; i++) {
      boolean takeLeft =
          right == end || (left < middle && index.compare(from[left], from[right]) <= 0);
      into[i] = takeLeft ? from[left++] : from[right++];
    }
  }

  private int[] merge(int[] ranked, int[] unranked) {
    int[] merged = new int[ranked.length + unranked.length];
    int done = 0;
    for (int i = 0; i < unranked.length; i++) {
      int at = placeAmong(ranked, done, unranked[i]);
      System.arraycopy(ranked, done, merged, done + i, at - done);
      merged[at + i] = unranked[i];
      done = at;
    }
    System.arraycopy(ranked, done, merged, done + unranked.length, ranked.length - done);
    return merged;
  }

  private int placeAmong(int[] ranked, int from, int number) {
    int low = from;
    int high = ranked.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (index.compare(ranked[middle], number) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Makes a new ranking, unless another thread has replaced the one that is known. */
  private Ranking make(Ranking known) {
    making.lock();
    try {
      if (ranking == known) {
        begin();
        Ranking made = Ranking.NONE;
        try {
          made = rank();
        } finally {
          publish(made);
        }
      }
      return ranking;
    } finally {
      making.unlock();
    }
  }

  private void begin() {
    stateReadLock.lock();
    try {
      createdMeanwhile = new IntArrayList();
      seriesCount = index.seriesCount();
      pairCount = index.pairs().size();
    } finally {
      stateReadLock.unlock();
    }
  }

  private void publish(Ranking made) {
    stateReadLock.lock();
    try {
      if (createdMeanwhile != null) {
        createdMeanwhile.forEachInt(made::forget);
        createdMeanwhile = null;
      }
      ranking = made;
      spent = 0;
    } finally {
      stateReadLock.unlock();
    }
  }

  /** {@return for each label its place in the order of names, then values} */
  private int[] pairPlaces() {
    int count = pairCount;
    LabelPairs pairs = index.pairs();
    int[] sorted = byName(pairs, count);
    DeepSort byValue =
        new DeepSort(
            new DeepSort.Keys() {
              @Override
              public long bits(int id, int depth) {
                return pairs.valueBits(id, depth * Integer.BYTES);
              }

              @Override
              public int compare(int left, int right) {
                return pairs.compare(left, right);
              }
            },
            count);
    for (int start = 0; start < count; ) {
      int end = start + 1;
      while (end < count && pairs.nameOf(sorted[end]) == pairs.nameOf(sorted[start])) {
        end++;
      }
      byValue.sort(sorted, start, end);
      start = end;
    }
    return places(sorted, count);
  }

  private static int[] places(int[] sorted, int size) {
    int[] places = new int[size];
    Arrays.fill(places, UNRANKED);
    for (int place = 0; place < sorted.length; place++) {
      places[sorted[place]] = place;
    }
    return places;
  }

  /** {@return the labels, grouped by name, the names in their order} */
  private static int[] byName(LabelPairs pairs, int count) {
    int nameCount = pairs.nameCount();
    int[] next = new int[nameCount + 1];
    int[] namePlaces = new int[nameCount];
    int[] names =
        IntStream.range(0, nameCount)
            .boxed()
            .sorted(Comparator.comparing(pairs::nameText, Utf8Order.INSTANCE))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int place = 0; place < nameCount; place++) {
      namePlaces[names[place]] = place;
    }
    for (int id = 0; id < count; id++) {
      next[namePlaces[pairs.nameOf(id)] + 1]++;
    }
    for (int place = 0; place < nameCount; place++) {
      next[place + 1] += next[place];
    }
    int[] grouped = new int[count];
    for (int id = 0; id < count; id++) {
      grouped[next[namePlaces[pairs.nameOf(id)]]++] = id;
    }
    return grouped;
  }

  private Ranking rank() {
    int[] pairPlaces = pairPlaces();
    int[] numbers = IntStream.range(0, seriesCount).filter(index::exists).toArray();
    new DeepSort(
            new DeepSort.Keys() {
              @Override
              public long bits(int number, int depth) {
                int id = index.labels().at(index.slot(number), depth);
                return id < 0 || id >= pairPlaces.length ? 0 : pairPlaces[id] + 1L;
              }

              @Override
              public int compare(int left, int right) {
                return index.compare(left, right);
              }
            },
            numbers.length)
        .sort(numbers, 0, numbers.length);
    return new Ranking(places(numbers, seriesCount), numbers);
  }
}
