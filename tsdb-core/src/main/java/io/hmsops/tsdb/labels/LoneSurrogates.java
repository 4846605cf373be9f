package io.hmsops.tsdb.labels;

/** Finds what UTF-8 cannot carry: surrogates without the other half of their pair. */
public final class LoneSurrogates {
  private LoneSurrogates() {}

  /**
   * {@return the index of the first surrogate without the other half of its pair, −1 if there is
   * none}
   *
   * @param text any text
   */
  public static int indexIn(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }

  /**
   * Checks labels before they are stored.
   *
   * @param labels any labels
   * @throws IllegalArgumentException if a name or a value is not text that UTF-8 can carry
   */
  public static void check(Labels labels) {
    for (int i = 0; i < labels.size(); i++) {
      check("name", i, labels.name(i));
      check("value", i, labels.value(i));
    }
  }

  private static void check(String part, int label, String text) {
    int index = indexIn(text);
    if (index >= 0) {
      throw new IllegalArgumentException(
          "%s of label %d: half a surrogate pair, U+%04X, at %d (expected: text that UTF-8 can carry)"
              .formatted(part, label + 1, (int) text.charAt(index), index));
    }
  }
}
