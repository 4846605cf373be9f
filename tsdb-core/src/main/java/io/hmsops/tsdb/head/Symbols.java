package io.hmsops.tsdb.head;

import io.hmsops.tsdb.labels.Labels;
import java.util.HashMap;
import java.util.Map;

/** Keeps one copy of each label name and value. Guarded by the head's lock. */
final class Symbols {
  private final Map<String, String> texts = new HashMap<>();

  Labels intern(Labels labels) {
    String[] pairs = new String[2 * labels.size()];
    for (int i = 0; i < labels.size(); i++) {
      pairs[2 * i] = intern(labels.name(i));
      pairs[2 * i + 1] = intern(labels.value(i));
    }
    return Labels.ofSortedPairs(pairs);
  }

  private String intern(String text) {
    String kept = texts.putIfAbsent(text, text);
    return kept == null ? text : kept;
  }
}
