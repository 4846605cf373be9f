package io.hmsops.tsdb.labels;

import java.util.Comparator;

/**
 * The order of strings by their UTF-8 bytes, which is the order of their code points. It differs
 * from {@link String#compareTo} only where a surrogate pair meets a character above U+D7FF.
 */
public final class Utf8Order implements Comparator<String> {
  /** The one instance. */
  public static final Utf8Order INSTANCE = new Utf8Order();

  private Utf8Order() {}

  @Override
  // Names and values of stored series are shared objects: identity is a shortcut, never the answer.
  @SuppressWarnings({"ReferenceEquality", "StringEquality"})
  public int compare(String left, String right) {
    if (left == right) {
      return 0;
    }
    int common = Math.min(left.length(), right.length());
    for (int i = 0; i < common; i++) {
      char a = left.charAt(i);
      char b = right.charAt(i);
      if (a != b) {
        boolean surrogateA = Character.isSurrogate(a);
        boolean surrogateB = Character.isSurrogate(b);
        if (surrogateA != surrogateB) {
          return surrogateA ? 1 : -1;
        }
        return a - b;
      }
    }
    return left.length() - right.length();
  }
}
