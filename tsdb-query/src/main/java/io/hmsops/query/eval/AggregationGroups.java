package io.hmsops.query.eval;

import io.hmsops.query.plan.Plan;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.labels.Utf8Order;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Which labels of a series name its group in an aggregation. Thread-safe. */
final class AggregationGroups {
  private final boolean without;
  private final Set<String> names;

  /** The labels listed, in the order of label sets. */
  private final List<String> sortedNames;

  AggregationGroups(Plan.Aggregate aggregate) {
    without = aggregate.without();
    names = Set.copyOf(aggregate.grouping());
    sortedNames = names.stream().sorted(Utf8Order.INSTANCE).toList();
  }

  /** The key of all columns, if no label is listed. */
  private static final Key ONLY = new ValuesKey(List.of(), new String[0]);

  /** What tells a group from the others; equal for the series of a group. */
  sealed interface Key {
    /** The labels of the group's result. */
    Labels labels();
  }

  private record LabelsKey(Labels labels) implements Key {}

  /** The values of the listed labels; the names are the same for all keys. */
  private static final class ValuesKey implements Key {
    private final List<String> names;
    private final String[] values;
    private final int hash;

    ValuesKey(List<String> names, String[] values) {
      this.names = names;
      this.values = values;
      this.hash = Arrays.hashCode(values);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ValuesKey key
          && hash == key.hash
          && Arrays.equals(values, key.values);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public Labels labels() {
      String[] pairs = new String[2 * values.length];
      int length = 0;
      for (int i = 0; i < values.length; i++) {
        if (!values[i].isEmpty()) {
          pairs[length++] = names.get(i);
          pairs[length++] = values[i];
        }
      }
      return Labels.ofSortedPairs(Arrays.copyOf(pairs, length));
    }
  }

  /** The keys of columns that stand side by side, read many at a time. */
  final class Keys {
    private final ColumnStream stream;

    /** For each of the listed names the values of some columns. */
    private final String[][] values;

    private int first;

    private Keys(ColumnStream stream, int capacity) {
      this.stream = stream;
      this.values = new String[without ? 0 : sortedNames.size()][capacity];
    }

    /** Reads what the keys of some columns are made of. */
    void read(int from, int count) {
      first = from;
      for (int i = 0; i < values.length; i++) {
        stream.labels(sortedNames.get(i), from, values[i], count);
      }
    }

    /** The key of one of the columns that were read. */
    Key key(int index) {
      if (without) {
        return AggregationGroups.this.key(stream, index);
      }
      String[] own = new String[values.length];
      for (int i = 0; i < own.length; i++) {
        own[i] = values[i][index - first];
      }
      return new ValuesKey(sortedNames, own);
    }
  }

  /** Whether all columns are of one group. */
  boolean isOne() {
    return !without && names.isEmpty();
  }

  /** Reads the keys of a stream, at most so many at a time. */
  Keys keys(ColumnStream stream, int capacity) {
    return new Keys(stream, capacity);
  }

  /** The key of a column of a stream. */
  Key key(ColumnStream stream, int index) {
    if (isOne()) {
      return ONLY;
    }
    if (without) {
      return new LabelsKey(groupLabels(stream.labels(index)));
    }
    String[] values = new String[sortedNames.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = stream.label(index, sortedNames.get(i));
    }
    return new ValuesKey(sortedNames, values);
  }

  /** The labels of the group of a series. */
  Labels groupLabels(Labels labels) {
    if (names.isEmpty() && !without) {
      return Labels.EMPTY;
    }
    return without
        ? labels.filter(name -> !names.contains(name) && !name.equals(Label.METRIC_NAME))
        : labels.filter(names::contains);
  }

  /** The labels of a group that is told by one more label. */
  Labels groupLabels(Labels labels, String oneMore) {
    return without
        ? groupLabels(labels)
        : labels.filter(name -> names.contains(name) || name.equals(oneMore));
  }
}
