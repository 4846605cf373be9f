package io.hmsops.tsdb.postings;

import io.hmsops.tsdb.labels.LabelMatcher;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/** Finds the series that pass label matchers. A label's values are tested, never whole series. */
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
    for (LabelMatcher matcher : matchers) {
      if (selected.isEmpty()) {
        break;
      }
      BitSet found = new BitSet(index.seriesCount());
      if (matcher.matches("")) {
        // Series without the label pass, so those with a value that fails are taken out.
        collect(index, matcher, false, found);
        selected.andNot(found);
      } else {
        collect(index, matcher, true, found);
        selected.and(found);
      }
    }
    return selected;
  }

  private static void collect(
      LabelIndex index, LabelMatcher matcher, boolean passing, BitSet into) {
    String name = matcher.name();
    boolean positive =
        matcher.type() == LabelMatcher.Type.EQUAL || matcher.type() == LabelMatcher.Type.REGEX;
    if (positive == passing) {
      // Wanted is what the text matches, so the texts themselves may be looked up.
      Optional<List<String>> literals =
          matcher.isRegex()
              ? RegexShape.literals(matcher.value())
              : Optional.of(List.of(matcher.value()));
      if (literals.isPresent()) {
        literals.get().forEach(value -> index.collect(name, value, into));
        return;
      }
      String prefix = RegexShape.prefix(matcher.value());
      index.collectWhere(
          name, value -> value.startsWith(prefix) && matcher.matches(value) == passing, into);
      return;
    }
    index.collectWhere(name, value -> matcher.matches(value) == passing, into);
  }
}
