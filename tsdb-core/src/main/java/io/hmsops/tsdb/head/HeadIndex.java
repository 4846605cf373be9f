package io.hmsops.tsdb.head;

import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.postings.LabelIndex;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.agrona.collections.IntArrayList;
import org.jspecify.annotations.Nullable;

/** All series by reference, by labels and by label. Guarded by the head's lock. */
final class HeadIndex implements LabelIndex {
  private final Symbols symbols = new Symbols();
  private final List<@Nullable HeadSeries> series = new ArrayList<>();
  private final List<HeadSeries> live = new ArrayList<>();
  private final Map<Labels, HeadSeries> byLabels = new HashMap<>();
  private final Map<String, Map<String, IntArrayList>> postings = new HashMap<>();

  @Nullable HeadSeries find(Labels labels) {
    return byLabels.get(labels);
  }

  /** {@return the series of a reference, null if there is none} References count from 1. */
  @Nullable HeadSeries find(long ref) {
    return ref >= 1 && ref <= series.size() ? series.get((int) ref - 1) : null;
  }

  HeadSeries create(Labels labels) {
    return createAt(series.size() + 1L, labels);
  }

  /** Creates a series under a reference behind all others; references in between stay unused. */
  HeadSeries createAt(long ref, Labels labels) {
    int number = (int) ref - 1;
    HeadSeries created = new HeadSeries(ref, symbols.intern(labels));
    while (series.size() < number) {
      series.add(null);
    }
    if (series.size() == number) {
      series.add(created);
    } else {
      series.set(number, created);
    }
    live.add(created);
    byLabels.put(created.labels(), created);
    for (Label label : created.labels()) {
      postings
          .computeIfAbsent(label.name(), _ -> new HashMap<>())
          .computeIfAbsent(label.value(), _ -> new IntArrayList())
          .addInt(number);
    }
    return created;
  }

  List<HeadSeries> all() {
    return Collections.unmodifiableList(live);
  }

  @Nullable HeadSeries numbered(int number) {
    return series.get(number);
  }

  /** {@return how many values each label has} */
  Map<String, Integer> valueCounts() {
    Map<String, Integer> counts = new HashMap<>();
    postings.forEach((name, values) -> counts.put(name, values.size()));
    return counts;
  }

  /** {@return how many series each value of a label has} */
  Map<String, Integer> seriesCounts(String name) {
    Map<String, Integer> counts = new HashMap<>();
    postings
        .getOrDefault(name, Map.of())
        .forEach((value, numbers) -> counts.put(value, numbers.size()));
    return counts;
  }

  @Override
  public int seriesCount() {
    return series.size();
  }

  @Override
  public void collect(String name, String value, BitSet into) {
    IntArrayList numbers = postings.getOrDefault(name, Map.of()).get(value);
    if (numbers != null) {
      for (int i = 0; i < numbers.size(); i++) {
        into.set(numbers.getInt(i));
      }
    }
  }

  @Override
  public void forEachValue(String name, Consumer<String> action) {
    postings.getOrDefault(name, Map.of()).keySet().forEach(action);
  }
}
