package io.hmsops.query.testing;

import io.hmsops.query.engine.QueryResult;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers as texts that are equal if and only if the answers are, to the bit. What is known of a
 * counter reset before a histogram depends on where chunks begin, so it is told only if asked for.
 */
public final class AnswerBits {
  private final boolean withHints;

  private AnswerBits(boolean withHints) {
    this.withHints = withHints;
  }

  /**
   * {@return the text of an answer, reset hints included}
   *
   * @param value the answer
   */
  public static String of(QueryResult.Value value) {
    return new AnswerBits(true).text(value);
  }

  /**
   * {@return the text of an answer, reset hints left out}
   *
   * @param value the answer
   */
  public static String withoutHints(QueryResult.Value value) {
    return new AnswerBits(false).text(value);
  }

  private String text(QueryResult.Value value) {
    return switch (value) {
      case QueryResult.Scalar(var timeMs, var number) -> timeMs + of(number);
      case QueryResult.Text(var timeMs, var text) -> timeMs + text;
      case QueryResult.Vector(var samples) ->
          samples.stream()
              .map(s -> s.labels() + text(s.value(), s.histogram()))
              .toList()
              .toString();
      case QueryResult.Matrix(var series) -> series.stream().map(this::text).toList() + "";
    };
  }

  private String text(QueryResult.Points points) {
    List<String> parts = new ArrayList<>();
    parts.add(points.labels() + Arrays.toString(points.timestampsMs()));
    var histograms = points.histograms();
    for (int i = 0; i < points.values().length; i++) {
      parts.add(text(points.values()[i], histograms == null ? null : histograms[i]));
    }
    return parts.toString();
  }

  private String text(double value, @Nullable Histogram histogram) {
    if (histogram == null) {
      return of(value);
    }
    Histogram shown = withHints ? histogram : histogram.withResetHint(CounterResetHint.UNKNOWN);
    return shown + of(shown.count()) + of(shown.sum()) + shown.hashCode();
  }

  /**
   * {@return the text of a sample, without labels, time and reset hint}
   *
   * @param value its value if it is a float
   * @param histogram its value if it is a histogram
   */
  public static String sample(double value, @Nullable Histogram histogram) {
    return new AnswerBits(false).text(value, histogram);
  }

  /**
   * {@return the text of a number}
   *
   * @param value the number
   */
  public static String of(double value) {
    return " " + Long.toHexString(Double.doubleToRawLongBits(value));
  }
}
