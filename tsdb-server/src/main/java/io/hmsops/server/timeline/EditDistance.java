package io.hmsops.server.timeline;

/** How many insertions, deletions and replacements lie between two texts. */
final class EditDistance {
  /** Longer texts are compared by their beginnings. */
  private static final int MAX_LENGTH = 64;

  private EditDistance() {}

  static int of(String left, String right) {
    String a = left.substring(0, Math.min(MAX_LENGTH, left.length()));
    String b = right.substring(0, Math.min(MAX_LENGTH, right.length()));
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
