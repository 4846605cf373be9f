package io.hmsops.query.eval;

import io.hmsops.query.ast.VectorMatching;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Numbers the match groups of two vectors: series with equal match labels share a number. */
final class MatchGroups {
  private final boolean on;
  private final Set<String> names;
  private final Map<Labels, Integer> numbers = new HashMap<>();
  private final List<Labels> labels = new ArrayList<>();

  MatchGroups(VectorMatching matching) {
    this.on = matching.on();
    this.names = Set.copyOf(matching.labels());
  }

  int[] number(SeriesMatrix matrix) {
    int[] groups = new int[matrix.columns().size()];
    for (int i = 0; i < groups.length; i++) {
      Labels key = matchLabels(matrix.columns().get(i).labels());
      Integer number = numbers.get(key);
      if (number == null) {
        number = labels.size();
        numbers.put(key, number);
        labels.add(key);
      }
      groups[i] = number;
    }
    return groups;
  }

  private Labels matchLabels(Labels series) {
    return on
        ? series.filter(names::contains)
        : series.filter(name -> !names.contains(name) && !name.equals(Label.METRIC_NAME));
  }

  int count() {
    return labels.size();
  }

  /** The match labels of a group. */
  Labels labels(int group) {
    return labels.get(group);
  }
}
