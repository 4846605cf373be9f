package io.hmsops.tsdb.head;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.storage.SeriesExemplars;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The newest exemplars of all series, whether these are in the head or not: at most a number for
 * each series and a number in all; those that came first go first. Thread-safe.
 */
final class ExemplarStore {
  private record Stored(Labels series, Exemplar exemplar) {}

  private final int limit;
  private final int limitPerSeries;

  /** Each series' exemplars by time. */
  private final Map<Labels, List<Exemplar>> bySeries = new HashMap<>();

  /** As they came; some may have gone already, because their series had too many. */
  private final ArrayDeque<Stored> inOrder = new ArrayDeque<>();

  private int count;

  ExemplarStore(int limit, int limitPerSeries) {
    this.limit = limit;
    this.limitPerSeries = limitPerSeries;
  }

  synchronized boolean contains(Labels series, Exemplar exemplar) {
    List<Exemplar> kept = bySeries.get(series);
    return kept != null && kept.contains(exemplar);
  }

  /** Adds an exemplar; one that is there already is ignored. */
  synchronized void add(Labels series, Exemplar exemplar) {
    if (limit == 0 || limitPerSeries == 0 || contains(series, exemplar)) {
      return;
    }
    List<Exemplar> kept = bySeries.computeIfAbsent(series, _ -> new ArrayList<>(2));
    int at = kept.size();
    while (at > 0 && kept.get(at - 1).timestampMs() > exemplar.timestampMs()) {
      at--;
    }
    kept.add(at, exemplar);
    inOrder.add(new Stored(series, exemplar));
    count++;
    if (kept.size() > limitPerSeries) {
      kept.removeFirst();
      count--;
    }
    while (count > limit || inOrder.size() > 2L * limit) {
      remove(inOrder.remove());
    }
  }

  private void remove(Stored oldest) {
    List<Exemplar> kept = bySeries.get(oldest.series);
    if (kept != null && kept.remove(oldest.exemplar)) {
      count--;
      if (kept.isEmpty()) {
        bySeries.remove(oldest.series);
      }
    }
  }

  /** {@return how many there are} */
  synchronized int count() {
    return count;
  }

  /**
   * {@return what is known of a time range, in any order of series}
   *
   * @param matcherSets a series is taken if it passes all matchers of one set
   */
  synchronized List<SeriesExemplars> select(
      List<List<LabelMatcher>> matcherSets, long minTimeMs, long maxTimeMs) {
    List<SeriesExemplars> found = new ArrayList<>();
    bySeries.forEach(
        (labels, kept) -> {
          if (matcherSets.stream().anyMatch(set -> set.stream().allMatch(m -> m.matches(labels)))) {
            List<Exemplar> inRange =
                kept.stream()
                    .filter(e -> e.timestampMs() >= minTimeMs && e.timestampMs() <= maxTimeMs)
                    .toList();
            if (!inRange.isEmpty()) {
              found.add(new SeriesExemplars(labels, inRange));
            }
          }
        });
    return found;
  }

  /** Tells all of them in the order in which they came. */
  void forEach(BiConsumer<Labels, Exemplar> action) {
    List<Stored> all = new ArrayList<>();
    synchronized (this) {
      for (Stored stored : inOrder) {
        if (contains(stored.series, stored.exemplar)) {
          all.add(stored);
        }
      }
    }
    all.forEach(stored -> action.accept(stored.series, stored.exemplar));
  }
}
