package io.hmsops.query.engine;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a query.
 *
 * @param value the value
 * @param warnings texts that question the answer, {@code PromQL warning: … (1:5)}
 * @param infos texts that help, {@code PromQL info: … (1:5)}
 * @param statistics what it took
 * @param samples how many samples each step could see, if that was asked for
 * @param plan the plan with what each operator took, if that was asked for
 */
public record QueryResult(
    Value value,
    List<String> warnings,
    List<String> infos,
    QueryStatistics statistics,
    Optional<StepSamples> samples,
    Optional<ExplainedPlan> plan) {
  /** Copies the lists. */
  public QueryResult {
    warnings = List.copyOf(warnings);
    infos = List.copyOf(infos);
  }

  /** {@return how many samples were read} */
  public long samplesRead() {
    return statistics.readSamples();
  }

  /** The value of a query. */
  public sealed interface Value {}

  /**
   * One number.
   *
   * @param timestampMs the evaluation time
   * @param value the number
   */
  public record Scalar(long timestampMs, double value) implements Value {}

  /**
   * One text.
   *
   * @param timestampMs the evaluation time
   * @param value the text
   */
  public record Text(long timestampMs, String value) implements Value {}

  /**
   * At most one sample per series.
   *
   * @param samples in evaluation order
   */
  public record Vector(List<Sample> samples) implements Value {
    /** Copies the list. */
    public Vector {
      samples = List.copyOf(samples);
    }
  }

  /**
   * Samples over time.
   *
   * @param series in the order of labels
   */
  public record Matrix(List<Points> series) implements Value {
    /** Copies the list. */
    public Matrix {
      series = List.copyOf(series);
    }
  }

  /**
   * One sample of an instant vector.
   *
   * @param labels the series
   * @param timestampMs the evaluation time
   * @param value the float, undefined if there is a histogram
   * @param histogram the histogram, null for a float
   */
  public record Sample(
      Labels labels, long timestampMs, double value, @Nullable Histogram histogram) {}

  /**
   * The samples of one series, floats and histograms merged by time.
   *
   * @param labels the series
   * @param timestampsMs ascending
   * @param values the floats, undefined where there is a histogram
   * @param histograms the histograms, null where there is a float; null if there are none at all
   */
  // Columns by design: a result may hold millions of points.
  @SuppressWarnings("ArrayRecordComponent")
  public record Points(
      Labels labels,
      long[] timestampsMs,
      double[] values,
      @Nullable Histogram @Nullable [] histograms) {}
}
