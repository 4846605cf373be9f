package io.hmsops.tsdb.postings;

import io.hmsops.tsdb.regex.TextPattern;
import java.util.BitSet;

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
   * Adds the series that have a label, whatever its value.
   *
   * @param name the label's name
   * @param into gets their numbers
   */
  void collectAll(String name, BitSet into);

  /**
   * Adds the series that have a label with a value that a pattern matches, or with one that it does
   * not match. The pattern is asked once for each value, not for each series.
   *
   * @param name the label's name
   * @param pattern the pattern
   * @param wanted whether it is to match
   * @param into gets their numbers
   */
  void collectMatching(String name, TextPattern pattern, boolean wanted, BitSet into);

  /**
   * Keeps the series whose value of a label, empty if they do not have it, a pattern matches, or
   * does not match.
   *
   * @param name the label's name
   * @param pattern the pattern
   * @param wanted whether it is to match
   * @param selected the series, of which some go
   */
  default void retainMatching(String name, TextPattern pattern, boolean wanted, BitSet selected) {
    BitSet found = new BitSet(seriesCount());
    if (pattern.matches("") == wanted) {
      // Series without the label stay, so those with a value that does not do are taken out.
      collectMatching(name, pattern, !wanted, found);
      selected.andNot(found);
    } else {
      collectMatching(name, pattern, wanted, found);
      selected.and(found);
    }
  }
}
