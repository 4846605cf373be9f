package io.hmsops.tsdb.labels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Predicate;

/**
 * A label set: names with their values, each name once, no empty values, sorted by name in {@link
 * Utf8Order}. It names a series. Immutable; its hash is computed once.
 */
public final class Labels implements Comparable<Labels>, Iterable<Label> {
  /** The set without labels. */
  public static final Labels EMPTY = new Labels(new String[0]);

  /** Names at even, values at odd indexes. Never written after construction. */
  private final String[] pairs;

  private int hash;

  private Labels(String[] sortedPairs) {
    this.pairs = sortedPairs;
  }

  /**
   * {@return the set of the given pairs}
   *
   * @param namesAndValues name, value, name, value …, in any order; pairs with an empty value are
   *     left out
   * @throws IllegalArgumentException if a name is empty, stands twice, or has no value
   */
  public static Labels of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException(
          "labels: %d strings (expected: names and values in pairs)"
              .formatted(namesAndValues.length));
    }
    Builder builder = new Builder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      builder.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return builder.build();
  }

  /**
   * {@return the set of the given labels}
   *
   * @param labels labels in any order; those with an empty value are left out
   * @throws IllegalArgumentException if a name is empty or stands twice
   */
  public static Labels of(Collection<Label> labels) {
    Builder builder = new Builder();
    for (Label label : labels) {
      builder.add(label.name(), label.value());
    }
    return builder.build();
  }

  /**
   * {@return a set over pairs that are already sorted, unique and without empty values} The array
   * is owned by the set from here on.
   *
   * @param sortedPairs names at even, values at odd indexes
   * @throws IllegalArgumentException if a name has no value, or is not behind the one before
   */
  public static Labels ofSortedPairs(String[] sortedPairs) {
    if (sortedPairs.length % 2 != 0) {
      throw new IllegalArgumentException(
          "labels: %d strings (expected: names and values in pairs)".formatted(sortedPairs.length));
    }
    for (int i = 0; i < sortedPairs.length; i += 2) {
      if (sortedPairs[i].isEmpty() || sortedPairs[i + 1].isEmpty()) {
        throw new IllegalArgumentException(
            "label \"%s\": empty (expected: a name and a value)".formatted(sortedPairs[i]));
      }
      if (i > 0 && Utf8Order.INSTANCE.compare(sortedPairs[i - 2], sortedPairs[i]) >= 0) {
        throw new IllegalArgumentException(
            "label name: \"%s\" behind \"%s\" (expected: in order, each once)"
                .formatted(sortedPairs[i], sortedPairs[i - 2]));
      }
    }
    return ofStoredPairs(sortedPairs);
  }

  /**
   * {@return a set over pairs that are already sorted, unique and without empty values} The array
   * is owned by the set from here on. For readers of storage, which has only such: nothing is
   * checked.
   *
   * @param sortedPairs names at even, values at odd indexes
   */
  public static Labels ofStoredPairs(String[] sortedPairs) {
    return sortedPairs.length == 0 ? EMPTY : new Labels(sortedPairs);
  }

  /** {@return how many labels there are} */
  public int size() {
    return pairs.length / 2;
  }

  /** {@return whether there are no labels} */
  public boolean isEmpty() {
    return pairs.length == 0;
  }

  /**
   * {@return the name of a label}
   *
   * @param index from 0 to {@code size() - 1}, in the order of names
   */
  public String name(int index) {
    return pairs[2 * index];
  }

  /**
   * {@return the value of a label}
   *
   * @param index from 0 to {@code size() - 1}, in the order of names
   */
  public String value(int index) {
    return pairs[2 * index + 1];
  }

  /**
   * {@return the value of a label, empty if there is none of that name}
   *
   * @param name the label's name
   */
  public String get(String name) {
    // Label sets are small: a scan beats a binary search through the code point order.
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i].equals(name)) {
        return pairs[i + 1];
      }
    }
    return "";
  }

  /**
   * {@return whether there is a label of that name}
   *
   * @param name the label's name
   */
  public boolean has(String name) {
    return !get(name).isEmpty();
  }

  /** {@return the metric's name, empty if there is none} */
  public String metricName() {
    return get(Label.METRIC_NAME);
  }

  /**
   * {@return the labels whose names pass, in the same order}
   *
   * @param nameKept says whether a label of that name stays
   */
  public Labels filter(Predicate<String> nameKept) {
    String[] kept = new String[pairs.length];
    int length = 0;
    for (int i = 0; i < pairs.length; i += 2) {
      if (nameKept.test(pairs[i])) {
        kept[length++] = pairs[i];
        kept[length++] = pairs[i + 1];
      }
    }
    return length == pairs.length ? this : ofStoredPairs(Arrays.copyOf(kept, length));
  }

  /**
   * {@return these labels with one set to a value, or removed if the value is empty}
   *
   * @param name the label's name
   * @param value its new value
   */
  public Labels with(String name, String value) {
    return toBuilder().set(name, value).build();
  }

  /**
   * {@return these labels without the one of that name}
   *
   * @param name the label's name
   */
  public Labels without(String name) {
    return has(name) ? filter(n -> !n.equals(name)) : this;
  }

  /**
   * {@return whether these and other labels are the same but for one, which both have}
   *
   * @param name the name of the one label
   * @param other the other labels
   */
  public boolean differOnlyIn(String name, Labels other) {
    if (pairs.length != other.pairs.length) {
      return false;
    }
    boolean found = false;
    for (int i = 0; i < pairs.length; i += 2) {
      boolean free = pairs[i].equals(name);
      found |= free;
      if (!pairs[i].equals(other.pairs[i]) || (!free && !pairs[i + 1].equals(other.pairs[i + 1]))) {
        return false;
      }
    }
    return found;
  }

  /** {@return a builder that starts with these labels} */
  public Builder toBuilder() {
    Builder builder = new Builder();
    for (int i = 0; i < pairs.length; i += 2) {
      builder.add(pairs[i], pairs[i + 1]);
    }
    return builder;
  }

  /** Compares pair by pair, names before values, in {@link Utf8Order}; a prefix is smaller. */
  @Override
  public int compareTo(Labels other) {
    int common = Math.min(pairs.length, other.pairs.length);
    for (int i = 0; i < common; i++) {
      int order = Utf8Order.INSTANCE.compare(pairs[i], other.pairs[i]);
      if (order != 0) {
        return order;
      }
    }
    return pairs.length - other.pairs.length;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Labels labels
            && hashCode() == labels.hashCode()
            && Arrays.equals(pairs, labels.pairs));
  }

  @Override
  public int hashCode() {
    if (hash == 0) {
      hash = Arrays.hashCode(pairs);
    }
    return hash;
  }

  @Override
  public Iterator<Label> iterator() {
    return new Iterator<>() {
      private int index;

      @Override
      public boolean hasNext() {
        return index < size();
      }

      @Override
      public Label next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Label label = new Label(name(index), value(index));
        index++;
        return label;
      }
    };
  }

  /** {@return the labels as text, {@code {a="b", c="d"}}, the metric's name among them} */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    for (int i = 0; i < pairs.length; i += 2) {
      if (i > 0) {
        text.append(", ");
      }
      QuotedText.appendName(text, pairs[i]).append('=');
      QuotedText.append(text, pairs[i + 1]);
    }
    return text.append('}').toString();
  }

  /** Collects labels in any order. Not thread-safe. */
  public static final class Builder {
    private final List<Label> labels = new ArrayList<>();

    /** Creates an empty builder. */
    public Builder() {}

    /**
     * Adds a label that is not there yet. One with an empty value is left out.
     *
     * @param name the label's name
     * @param value its value
     * @return this builder
     */
    public Builder add(String name, String value) {
      labels.add(new Label(name, value));
      return this;
    }

    /**
     * Sets a label, whether it is there or not; an empty value removes it.
     *
     * @param name the label's name
     * @param value its new value
     * @return this builder
     */
    public Builder set(String name, String value) {
      labels.removeIf(label -> label.name().equals(name));
      return add(name, value);
    }

    /**
     * {@return the value of a label, empty if there is none of that name}
     *
     * @param name the label's name
     */
    public String get(String name) {
      for (Label label : labels) {
        if (label.name().equals(name)) {
          return label.value();
        }
      }
      return "";
    }

    /**
     * {@return the label set}
     *
     * @throws IllegalArgumentException if a name is empty or stands twice
     */
    public Labels build() {
      List<Label> sorted = new ArrayList<>(labels);
      sorted.removeIf(label -> label.value().isEmpty());
      sorted.sort((a, b) -> Utf8Order.INSTANCE.compare(a.name(), b.name()));
      String[] pairs = new String[2 * sorted.size()];
      for (int i = 0; i < sorted.size(); i++) {
        Label label = sorted.get(i);
        if (label.name().isEmpty()) {
          throw new IllegalArgumentException("label name: empty (expected: a name)");
        }
        if (i > 0 && sorted.get(i - 1).name().equals(label.name())) {
          throw new IllegalArgumentException(
              "label name: \"%s\" stands twice (expected: each name once)".formatted(label.name()));
        }
        pairs[2 * i] = label.name();
        pairs[2 * i + 1] = label.value();
      }
      return ofStoredPairs(pairs);
    }
  }
}
