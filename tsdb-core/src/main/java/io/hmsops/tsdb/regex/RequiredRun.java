package io.hmsops.tsdb.regex;

import io.hmsops.tsdb.regex.RegexNode.Chars;
import io.hmsops.tsdb.regex.RegexNode.Repeat;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Bytes that every match of an expression has side by side, as in {@code [0-9]{4}/login}: a text,
 * around it bytes of which any of some will do. Found by the longest text in it. Thread-safe.
 */
public final class RequiredRun {
  /** So many bytes of sets are believed to be worth looking at. */
  private static final int MOST_SETS = 32;

  /** Code points below are one byte, and no part of others. */
  private static final int ASCII_END = 0x80;

  private final ByteSearch search;

  /** Where the text is in the run. */
  private final int textStart;

  /** For each byte which ones will do. */
  private final BitSet[] sets;

  /** Where the text ends in it. */
  private final int textEnd;

  private RequiredRun(byte[] text, int textStart, BitSet[] sets) {
    this.search = new ByteSearch(text);
    this.textStart = textStart;
    this.sets = sets;
    this.textEnd = textStart + text.length;
  }

  /** {@return the run that is one text} */
  static RequiredRun ofText(byte[] text) {
    BitSet[] sets = new BitSet[text.length];
    for (int i = 0; i < text.length; i++) {
      sets[i] = new BitSet();
      sets[i].set(text[i] & 0xff);
    }
    return new RequiredRun(text, 0, sets);
  }

  /** {@return how many bytes it has} */
  public int length() {
    return sets.length;
  }

  /**
   * {@return where the first such run begins, −1 if there is none}
   *
   * @param utf8 where to look
   * @param from the first byte of that
   * @param to the byte behind it
   */
  public int find(byte[] utf8, int from, int to) {
    int lastEnd = to - (sets.length - textEnd);
    int at = search.find(utf8, from + textStart, lastEnd);
    while (at >= 0) {
      int start = at - textStart;
      if (areAt(utf8, start, 0, textStart) && areAt(utf8, start, textEnd, sets.length)) {
        return start;
      }
      at = search.find(utf8, at + 1, lastEnd);
    }
    return -1;
  }

  /** {@return whether the bytes of some sets are right, if the run begins at a place} */
  private boolean areAt(byte[] utf8, int start, int from, int to) {
    for (int i = from; i < to; i++) {
      if (!sets[i].get(utf8[start + i] & 0xff)) {
        return false;
      }
    }
    return true;
  }

  /** Collects the parts of a run. */
  static final class Builder {
    private final List<BitSet> sets = new ArrayList<>();
    private int anyOf;

    /** Adds a character, or {@return false} if a part is none. */
    boolean addCharacter(RegexNode part) {
      if (!(part instanceof Chars(var set)) || set.size() != 1) {
        return false;
      }
      for (int value : Utf8Ranges.encode(set.ranges().getFirst().low())) {
        BitSet one = new BitSet();
        one.set(value & 0xff);
        sets.add(one);
      }
      return true;
    }

    /** Adds some bytes of a set, or {@return false} if a part is not that. */
    boolean addAnyOf(RegexNode part) {
      RegexNode body = part;
      int times = 1;
      if (part instanceof Repeat(var repeated, var min, var max) && min == max) {
        body = repeated;
        times = min;
      }
      if (!(body instanceof Chars(var set)) || anyOf + times > MOST_SETS || set.size() == 0) {
        return false;
      }
      BitSet bytes = new BitSet();
      for (CodePoints.Range range : set.ranges()) {
        if (range.high() >= ASCII_END) {
          return false;
        }
        bytes.set(range.low(), range.high() + 1);
      }
      for (int i = 0; i < times; i++) {
        sets.add(bytes);
      }
      anyOf += times;
      return true;
    }

    /** {@return the bytes of what has only characters} */
    byte[] text() {
      return text(0, sets.size());
    }

    private byte[] text(int from, int to) {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      for (BitSet set : sets.subList(from, to)) {
        text.write(set.nextSetBit(0));
      }
      return text.toByteArray();
    }

    /** Adds the run, if there is one; {@return false} if it has no text and so is not found */
    boolean addTo(List<RequiredRun> runs) {
      int start = 0;
      int length = 0;
      for (int from = 0, to = 0; to < sets.size(); to++) {
        from = sets.get(to).cardinality() == 1 ? from : to + 1;
        if (to + 1 - from > length) {
          start = from;
          length = to + 1 - from;
        }
      }
      if (length > 0) {
        runs.add(new RequiredRun(text(start, start + length), start, sets.toArray(BitSet[]::new)));
      }
      return length > 0 || sets.isEmpty();
    }
  }
}
