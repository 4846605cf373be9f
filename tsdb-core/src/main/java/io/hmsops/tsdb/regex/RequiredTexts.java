package io.hmsops.tsdb.regex;

import io.hmsops.tsdb.regex.RegexNode.Chars;
import io.hmsops.tsdb.regex.RegexNode.Sequence;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What every match of an expression has: a text at its beginning, further ones behind it in their
 * order, and one at its end. For {@code .*a.*b} and the like this is all there is to know.
 */
final class RequiredTexts {
  private final byte[] prefix;
  private final List<ByteSearch> inner;
  private final byte[] suffix;
  private final int length;
  private final boolean complete;

  private RequiredTexts(List<byte[]> runs, boolean complete) {
    // Runs stand between gaps: the first and the last are at the text's ends, perhaps empty.
    this.prefix = runs.getFirst();
    this.suffix = runs.size() == 1 ? new byte[0] : runs.getLast();
    List<ByteSearch> searches = new ArrayList<>();
    int total = prefix.length + suffix.length;
    for (int i = 1; i < runs.size() - 1; i++) {
      if (runs.get(i).length > 0) {
        searches.add(new ByteSearch(runs.get(i)));
        total += runs.get(i).length;
      }
    }
    this.inner = List.copyOf(searches);
    this.length = total;
    // One run and no gap would be an exact text, for which the end has to be looked at.
    this.complete = complete && runs.size() > 1;
  }

  /** {@return what a flat expression requires} */
  static RequiredTexts of(RegexNode node) {
    List<RegexNode> parts = node instanceof Sequence(var sequence) ? sequence : List.of(node);
    List<byte[]> runs = new ArrayList<>();
    ByteArrayOutputStream run = new ByteArrayOutputStream();
    boolean complete = true;
    for (RegexNode part : parts) {
      if (part instanceof Chars(var set) && set.size() == 1) {
        for (int value : Utf8Ranges.encode(set.ranges().getFirst().low())) {
          run.write(value);
        }
      } else {
        complete &= part.equals(RegexNode.ANYTHING);
        runs.add(run.toByteArray());
        run.reset();
      }
    }
    runs.add(run.toByteArray());
    return new RequiredTexts(runs, complete);
  }

  /** {@return the text that every match begins with, perhaps empty} */
  byte[] prefix() {
    return prefix;
  }

  /** {@return whether a text that has all of this matches} */
  boolean areComplete() {
    return complete;
  }

  /** {@return whether a text has all of this} */
  boolean occurIn(byte[] utf8, int from, int to) {
    if (to - from < length
        || !isAt(utf8, from, prefix)
        || !isAt(utf8, to - suffix.length, suffix)) {
      return false;
    }
    int at = from + prefix.length;
    int end = to - suffix.length;
    for (int i = 0; i < inner.size(); i++) {
      ByteSearch search = inner.get(i);
      int found = search.find(utf8, at, end);
      if (found < 0) {
        return false;
      }
      at = found + search.length();
    }
    return true;
  }

  private static boolean isAt(byte[] utf8, int from, byte[] text) {
    return text.length == 0
        || (utf8[from] == text[0]
            && Arrays.equals(utf8, from, from + text.length, text, 0, text.length));
  }
}
