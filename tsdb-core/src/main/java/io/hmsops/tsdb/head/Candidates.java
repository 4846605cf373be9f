package io.hmsops.tsdb.head;

import io.hmsops.tsdb.labels.LabelMatcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Selects few series of many: those with the rarest of the labels asked for are looked at one by
 * one, so that the long lists of the other labels are not read.
 */
final class Candidates {
  /** Looking at a series costs as much as reading so many numbers of a list. */
  private static final int LOOK = 8;

  /** Testing a text costs as much as reading so many numbers. */
  private static final int TEST = 32;

  private Candidates() {}

  /**
   * {@return the series that pass all matchers, ascending; nothing if reading lists is cheaper}
   *
   * @param matchers the conditions
   */
  static Optional<int[]> select(SeriesIndex index, List<LabelMatcher> matchers) {
    LabelPairs pairs = index.pairs();
    int rarest = LabelPairs.NONE;
    int fewest = Integer.MAX_VALUE;
    long listed = 0;
    List<LabelMatcher> others = new ArrayList<>(matchers.size());
    int[] labels = new int[matchers.size()];
    int labelCount = 0;
    for (LabelMatcher matcher : matchers) {
      if (matcher.type() != LabelMatcher.Type.EQUAL || matcher.value().isEmpty()) {
        others.add(matcher);
        continue;
      }
      int id = pairs.find(matcher.name(), matcher.value());
      if (id == LabelPairs.NONE) {
        return Optional.of(new int[0]);
      }
      labels[labelCount++] = id;
      int count = pairs.series().count(id);
      listed += count;
      if (count < fewest) {
        fewest = count;
        rarest = id;
      }
    }
    if (rarest == LabelPairs.NONE
        || cost(fewest, others) > spared(index, listed - fewest, others)) {
      return Optional.empty();
    }
    BitSet found = new BitSet();
    pairs.series().collect(rarest, found);
    int[] passing = new int[found.cardinality()];
    int count = 0;
    for (int number = found.nextSetBit(0); number >= 0; number = found.nextSetBit(number + 1)) {
      if (index.exists(number) && passes(index, index.slot(number), labels, labelCount, others)) {
        passing[count++] = number;
      }
    }
    return Optional.of(Arrays.copyOf(passing, count));
  }

  private static long cost(int candidates, List<LabelMatcher> others) {
    return (long) candidates * (LOOK + TEST * others.size());
  }

  /** {@return what reading lists would cost: numbers, and tests of all values} */
  private static long spared(SeriesIndex index, long listed, List<LabelMatcher> others) {
    long spared = listed;
    for (LabelMatcher other : others) {
      @Nullable IntColumn values = index.pairs().values(other.name());
      spared += values == null ? 0 : (long) values.size() * TEST;
    }
    return spared;
  }

  private static boolean passes(
      SeriesIndex index, int slot, int[] labels, int labelCount, List<LabelMatcher> others) {
    for (int i = 0; i < labelCount; i++) {
      if (!index.labels().has(slot, labels[i])) {
        return false;
      }
    }
    for (LabelMatcher matcher : others) {
      if (!matcher.matches(index.labels().value(slot, matcher.name()))) {
        return false;
      }
    }
    return true;
  }
}
