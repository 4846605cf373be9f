package io.hmsops.tsdb.regex;

import io.hmsops.tsdb.regex.RegexNode.Begin;
import io.hmsops.tsdb.regex.RegexNode.Chars;
import io.hmsops.tsdb.regex.RegexNode.Choice;
import io.hmsops.tsdb.regex.RegexNode.End;
import io.hmsops.tsdb.regex.RegexNode.Repeat;
import io.hmsops.tsdb.regex.RegexNode.Sequence;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The texts of an expression that matches only a few: {@code a|b}, {@code v[12]}, {@code ab?}. */
final class Alternatives {
  /** An expression that matches more texts is not written out. */
  static final int MAX_TEXTS = 256;

  /** Texts beyond these many characters in all are not written out. */
  private static final int MAX_CHARS = 1 << 16;

  private Alternatives() {}

  /** {@return the only texts that match, or an empty set if there are too many to tell} */
  static Set<String> of(RegexNode node) {
    try {
      return texts(node);
    } catch (UnsupportedRegexException e) {
      return Set.of();
    }
  }

  private static Set<String> texts(RegexNode node) throws UnsupportedRegexException {
    return switch (node) {
      case Chars(var set) -> characters(set);
      case Sequence(var parts) -> product(parts);
      case Choice(var options) -> {
        Set<String> texts = new LinkedHashSet<>();
        for (RegexNode option : options) {
          texts.addAll(texts(option));
          check(texts);
        }
        yield texts;
      }
      case Repeat(var body, var min, var max) -> powers(body, min, max);
      case Begin _, End _ -> throw new UnsupportedRegexException("edges");
    };
  }

  private static Set<String> characters(CodePoints set) throws UnsupportedRegexException {
    Set<String> texts = new LinkedHashSet<>();
    for (CodePoints.Range range : set.ranges()) {
      if (range.high() - range.low() >= MAX_TEXTS
          || (range.high() >= Character.MIN_SURROGATE && range.low() <= Character.MAX_SURROGATE)) {
        throw new UnsupportedRegexException("many characters");
      }
      for (int c = range.low(); c <= range.high(); c++) {
        texts.add(Character.toString(c));
      }
    }
    check(texts);
    return texts;
  }

  private static Set<String> product(List<RegexNode> parts) throws UnsupportedRegexException {
    Set<String> texts = new LinkedHashSet<>(Set.of(""));
    for (RegexNode part : parts) {
      texts = product(texts, texts(part));
    }
    return texts;
  }

  private static Set<String> product(Set<String> left, Set<String> right)
      throws UnsupportedRegexException {
    if ((long) left.size() * right.size() > MAX_TEXTS) {
      throw new UnsupportedRegexException("many texts");
    }
    Set<String> texts = new LinkedHashSet<>();
    for (String a : left) {
      for (String b : right) {
        texts.add(a + b);
      }
    }
    check(texts);
    return texts;
  }

  private static Set<String> powers(RegexNode body, int min, int max)
      throws UnsupportedRegexException {
    if (max == RegexNode.UNBOUNDED || max > MAX_TEXTS) {
      throw new UnsupportedRegexException("many repetitions");
    }
    Set<String> once = max == 0 ? Set.of() : texts(body);
    Set<String> texts = new LinkedHashSet<>();
    Set<String> power = Set.of("");
    for (int i = 0; i <= max; i++) {
      if (i >= min) {
        texts.addAll(power);
        check(texts);
      }
      if (i < max) {
        power = product(power, once);
      }
    }
    return texts;
  }

  private static void check(Set<String> texts) throws UnsupportedRegexException {
    if (texts.size() > MAX_TEXTS || texts.stream().mapToLong(String::length).sum() > MAX_CHARS) {
      throw new UnsupportedRegexException("many texts");
    }
  }
}
