package io.hmsops.tsdb.postings;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.regex.TextPattern;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Finds the series that pass label matchers. A label's values are tested, never whole series; what
 * can be looked up comes first, so that patterns need look only at what is left.
 */
public final class Selection {
  private Selection() {}

  /**
   * {@return the numbers of the series that pass all matchers}
   *
   * @param index where to look
   * @param matchers conditions that all must pass
   */
  public static BitSet select(LabelIndex index, List<LabelMatcher> matchers) {
    BitSet selected = new BitSet(index.seriesCount());
    selected.set(0, index.seriesCount());
    List<LabelMatcher> patterns = new ArrayList<>();
    for (LabelMatcher matcher : matchers) {
      if (selected.isEmpty()) {
        return selected;
      }
      if (!retainByLookup(index, matcher, selected)) {
        patterns.add(matcher);
      }
    }
    for (LabelMatcher matcher : patterns) {
      if (selected.isEmpty()) {
        return selected;
      }
      index.retainMatching(
          matcher.name(), matcher.pattern().orElseThrow(), wantsMatch(matcher), selected);
    }
    return selected;
  }

  private static boolean wantsMatch(LabelMatcher matcher) {
    return matcher.type() == LabelMatcher.Type.EQUAL || matcher.type() == LabelMatcher.Type.REGEX;
  }

  /** {@return false, and does nothing, if a pattern has to be asked} */
  private static boolean retainByLookup(LabelIndex index, LabelMatcher matcher, BitSet selected) {
    TextPattern pattern = matcher.pattern().orElse(null);
    boolean byPresence = pattern == null ? matcher.value().isEmpty() : pattern.matchesAllButEmpty();
    if (!byPresence && pattern != null && pattern.alternatives().isEmpty()) {
      return false;
    }
    BitSet found = new BitSet(index.seriesCount());
    boolean emptyPasses = matcher.matches("");
    if (byPresence) {
      boolean presentPasses = pattern == null ? !emptyPasses : wantsMatch(matcher);
      if (emptyPasses && presentPasses) {
        return true;
      }
      if (!emptyPasses && !presentPasses) {
        selected.clear();
        return true;
      }
      index.collectAll(matcher.name(), found);
    } else if (pattern == null) {
      index.collect(matcher.name(), matcher.value(), found);
    } else if (!pattern.alternatives().contains("")) {
      pattern.alternatives().forEach(value -> index.collect(matcher.name(), value, found));
    } else {
      // The texts, one of which is "has none": all others are taken out.
      index.collectAll(matcher.name(), found);
      BitSet listed = new BitSet(index.seriesCount());
      pattern.alternatives().forEach(value -> index.collect(matcher.name(), value, listed));
      found.andNot(listed);
    }
    if (emptyPasses) {
      selected.andNot(found);
    } else {
      selected.and(found);
    }
    return true;
  }
}
