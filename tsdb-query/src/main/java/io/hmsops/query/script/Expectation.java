package io.hmsops.query.script;

import io.hmsops.tsdb.regex.Regex;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** What an {@code eval} must come to. Filled while the script is read, then only read. */
final class Expectation {
  /** A text that must be there: any, exactly this one, or one with a match. */
  record Message(@Nullable String exact, @Nullable Regex pattern) {
    static final Message ANY = new Message(null, null);

    boolean accepts(String text) {
      return (exact == null || exact.equals(text)) && (pattern == null || pattern.contains(text));
    }

    @Override
    public String toString() {
      return exact != null ? exact : pattern != null ? "/" + pattern + "/" : "any";
    }
  }

  /** The grid of an expected range vector. */
  record Grid(long startMs, long endMs, long stepMs) {}

  final List<String> lines = new ArrayList<>();
  final List<SeriesLine> series = new ArrayList<>();
  final List<Message> warnings = new ArrayList<>();
  final List<Message> infos = new ArrayList<>();
  boolean noWarnings;
  boolean noInfos;
  boolean ordered;
  Optional<Message> failure = Optional.empty();
  Optional<String> string = Optional.empty();
  OptionalDouble scalar = OptionalDouble.empty();
  Optional<Grid> rangeVector = Optional.empty();

  @Override
  public String toString() {
    return lines.isEmpty() ? "an empty result" : String.join("\n", lines);
  }
}
