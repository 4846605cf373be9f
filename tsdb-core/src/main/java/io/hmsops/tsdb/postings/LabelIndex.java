package io.hmsops.tsdb.postings;

import java.util.BitSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Which series have which labels; series are numbered from 0. */
public interface LabelIndex {
  /** {@return how many series there are} */
  int seriesCount();

  /**
   * Adds the series with a label.
   *
   * @param name the label's name
   * @param value the label's value
   * @param into gets their numbers
   */
  void collect(String name, String value, BitSet into);

  /**
   * Hands out all values of a label, in any order.
   *
   * @param name the label's name
   * @param action called for each value
   */
  void forEachValue(String name, Consumer<String> action);

  /**
   * Adds the series with any value of a label that passes a condition.
   *
   * @param name the label's name
   * @param condition tested once for each value
   * @param into gets their numbers
   */
  default void collectWhere(String name, Predicate<String> condition, BitSet into) {
    forEachValue(
        name,
        value -> {
          if (condition.test(value)) {
            collect(name, value, into);
          }
        });
  }
}
