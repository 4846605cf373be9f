package io.hmsops.benchmarks.compare;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SequencedSet;

/** The figures of a run, told on the terminal as they come. One thread. */
final class Report {

  /**
   * A figure.
   *
   * @param value in the line's unit
   * @param beside what is shown with it, or empty
   */
  record Cell(double value, String beside) {}

  private final PrintWriter terminal;
  private final SequencedMap<Line, Map<String, Cell>> lines = new LinkedHashMap<>();
  private final SequencedSet<String> notes = new LinkedHashSet<>();
  private final List<String> failures = new ArrayList<>();
  private final List<String> agreements = new ArrayList<>();

  Report(PrintWriter terminal) {
    this.terminal = terminal;
  }

  void put(Line line, Contestant contestant, double value) {
    put(line, contestant, value, "");
  }

  void put(Line line, Contestant contestant, double value, String beside) {
    lines
        .computeIfAbsent(line, ignored -> new LinkedHashMap<>())
        .put(contestant.name(), new Cell(value, beside));
    say(
        "%-12s %-16s %s: %s %s%s"
            .formatted(
                line.row(),
                contestant.title(),
                line.what(),
                number(value),
                line.unit(),
                beside.isEmpty() ? "" : " (" + beside + ")"));
  }

  /** Tells how something is measured, once. */
  void note(String text) {
    if (notes.add(text)) {
      say("note: " + text);
    }
  }

  /** Tells of answers that were compared. */
  void agree(String text) {
    agreements.add(text);
    say("answers: " + text);
  }

  /** Tells of something that makes the run fail. */
  void fail(String text) {
    failures.add(text);
    say("FAILED: " + text);
  }

  /** Says something on the terminal only. */
  void say(String text) {
    terminal.println(text);
    terminal.flush();
  }

  SequencedMap<Line, Map<String, Cell>> lines() {
    return lines;
  }

  List<String> notes() {
    return List.copyOf(notes);
  }

  List<String> failures() {
    return failures;
  }

  List<String> agreements() {
    return agreements;
  }

  /** {@return a number with three significant digits} */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    double size = Math.abs(value);
    if (size >= 1_000) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    if (size >= 100 || value == Math.rint(value)) {
      return String.format(Locale.ROOT, "%.0f", value);
    }
    int digits = size == 0 ? 0 : 2 - (int) Math.floor(Math.log10(size));
    return String.format(Locale.ROOT, "%." + Math.min(digits, 6) + "f", value);
  }
}
