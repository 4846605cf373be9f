package io.hmsops.query.eval;

import io.hmsops.query.limit.QueryBudget;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/*
 * In the order of labels the series of a group mostly lie far apart: with 500 groups a morsel of 512 series would begin
 * a part of nearly each of them, and merging the parts would cost as much as adding the series. Taken group by group, a
 * morsel has as few groups as can be. The order depends on the series alone, so answers do not depend on workers.
 */
/** The series of a stream in the order in which they are aggregated. Thread-safe. */
abstract sealed class GroupedSeries {
  /** After how many series the budget is asked. */
  private static final int CHECK_INTERVAL = 1024;

  /** The number of the series at a place. */
  abstract int at(int place);

  /** The group of a series, by its number. */
  abstract AggregationGroups.Key key(int index);

  /** In the order of the stream; the group is found when it is asked for. */
  static GroupedSeries ungrouped(ColumnStream stream, AggregationGroups grouping) {
    return new Ungrouped(stream, grouping);
  }

  /** Group by group in the order of first series, the series of a group in their order. */
  static GroupedSeries group(ColumnStream stream, AggregationGroups grouping, QueryBudget budget) {
    Map<AggregationGroups.Key, Integer> numbers = new HashMap<>();
    List<AggregationGroups.Key> keys = new ArrayList<>();
    int[] groups = new int[stream.count()];
    AggregationGroups.Keys keysOfMany = grouping.keys(stream, CHECK_INTERVAL);
    AggregationGroups.Key last = null;
    int number = 0;
    for (int i = 0; i < groups.length; i++) {
      if (i % CHECK_INTERVAL == 0) {
        budget.check();
        keysOfMany.read(i, Math.min(CHECK_INTERVAL, groups.length - i));
      }
      AggregationGroups.Key key = keysOfMany.key(i);
      if (!key.equals(last)) {
        last = key;
        number = numbers.computeIfAbsent(key, _ -> numbers.size());
        if (number == keys.size()) {
          keys.add(key);
        }
      }
      groups[i] = number;
    }
    return new Grouped(order(groups, keys.size()), groups, List.copyOf(keys));
  }

  /** Counting sort: the numbers of the series by group. */
  private static int[] order(int[] groups, int groupCount) {
    int[] ends = new int[groupCount + 1];
    for (int group : groups) {
      ends[group + 1]++;
    }
    for (int group = 0; group < groupCount; group++) {
      ends[group + 1] += ends[group];
    }
    int[] order = new int[groups.length];
    for (int i = 0; i < groups.length; i++) {
      order[ends[groups[i]]++] = i;
    }
    return order;
  }

  private static final class Ungrouped extends GroupedSeries {
    private final ColumnStream stream;
    private final AggregationGroups grouping;

    Ungrouped(ColumnStream stream, AggregationGroups grouping) {
      this.stream = stream;
      this.grouping = grouping;
    }

    @Override
    int at(int place) {
      return place;
    }

    @Override
    AggregationGroups.Key key(int index) {
      return grouping.key(stream, index);
    }
  }

  private static final class Grouped extends GroupedSeries {
    private final int[] order;
    private final int[] groups;
    private final List<AggregationGroups.Key> keys;

    Grouped(int[] order, int[] groups, List<AggregationGroups.Key> keys) {
      this.order = order;
      this.groups = groups;
      this.keys = keys;
    }

    @Override
    int at(int place) {
      return order[place];
    }

    @Override
    AggregationGroups.Key key(int index) {
      return keys.get(groups[index]);
    }
  }
}
