package io.hmsops.benchmarks.compare;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** What the servers have answered to the same questions on the same samples. */
final class AnswerBook {

  /** A question, and whether VictoriaMetrics means the same by it. */
  private record Question(String text, boolean victoriaMetricsAgrees) {
    /** Whether the answer takes some of several equal values, whichever. */
    boolean hasTies() {
      return text.startsWith("topk(");
    }
  }

  private final SequencedMap<Question, SequencedMap<Contestant, Answer>> answers =
      new LinkedHashMap<>();

  /**
   * Keeps an answer.
   *
   * @param victoriaMetricsAgrees whether VictoriaMetrics is known to compute the same; its {@code
   *     rate} is another function
   */
  void put(String question, boolean victoriaMetricsAgrees, Contestant contestant, Answer answer) {
    answers
        .computeIfAbsent(
            new Question(question, victoriaMetricsAgrees), ignored -> new LinkedHashMap<>())
        .put(contestant, answer);
  }

  /** Compares every answer with the first of its question, tells the outcome, and forgets all. */
  void compare(Report report) {
    answers.forEach(
        (question, given) -> {
          Map.Entry<Contestant, Answer> first = given.firstEntry();
          List<Map.Entry<Contestant, Answer>> others =
              List.copyOf(given.sequencedEntrySet()).subList(1, given.size());
          for (Map.Entry<Contestant, Answer> other : others) {
            compare(question, first, other, report);
          }
        });
    answers.clear();
  }

  private static void compare(
      Question question,
      Map.Entry<Contestant, Answer> first,
      Map.Entry<Contestant, Answer> other,
      Report report) {
    String who =
        "%s: %s and %s".formatted(question.text(), first.getKey().title(), other.getKey().title());
    Optional<String> difference = first.getValue().difference(other.getValue());
    boolean mustAgree =
        question.victoriaMetricsAgrees()
            || (first.getKey().followsPrometheus() && other.getKey().followsPrometheus());
    if (difference.isEmpty()) {
      report.agree(
          "%s: %d series, %d points, checksum %s"
              .formatted(
                  who,
                  first.getValue().series().size(),
                  first.getValue().points(),
                  first.getValue().checksum()));
    } else if (mustAgree && question.hasTies() && sameByRank(first.getValue(), other.getValue())) {
      report.agree(
          "%s: %d points, checksum %s of the values, of which equal ones were ranked differently"
              .formatted(who, first.getValue().points(), first.getValue().byRank().checksum()));
    } else if (mustAgree) {
      report.fail("%s answer differently: %s".formatted(who, difference.orElse("")));
    } else {
      report.agree(
          "%s: differ by design (%d and %d series, %d and %d points)"
              .formatted(
                  who,
                  first.getValue().series().size(),
                  other.getValue().series().size(),
                  first.getValue().points(),
                  other.getValue().points()));
    }
  }

  private static boolean sameByRank(Answer one, Answer other) {
    return one.byRank().difference(other.byRank()).isEmpty();
  }
}
