package io.hmsops.query.engine;

import io.hmsops.query.eval.Evaluation;
import io.hmsops.query.limit.QueryFailure;
import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Makes what a plan evaluated to the answer of a request, within the limits of an answer. */
final class ResultValues {
  /** What a sample costs in an answer: time and value. */
  private static final long BYTES_PER_SAMPLE = 16;

  /** What a series costs in an answer beside its samples: an object and its labels. */
  private static final long BYTES_PER_SERIES = 256;

  private final QueryRequest request;
  private final EngineLimits limits;

  ResultValues(QueryRequest request, EngineLimits limits) {
    this.request = request;
    this.limits = limits;
  }

  QueryResult.Value of(Evaluation.Outcome outcome) {
    return switch (outcome) {
      case Evaluation.TextOutcome(var text) -> new QueryResult.Text(request.startMs(), text);
      case Evaluation.ScalarOutcome(var values) ->
          request.isInstant()
              ? new QueryResult.Scalar(request.startMs(), values[0])
              : scalarMatrix(values);
      case Evaluation.SeriesOutcome(var series, var isRange) -> {
        checkSize(series);
        yield request.isInstant() && !isRange ? vector(series) : matrix(series);
      }
    };
  }

  private void checkSize(List<Evaluation.SeriesPoints> series) {
    if (series.size() > limits.maxResultSeries()) {
      throw new QueryFailure(
          QueryFailure.Kind.LIMIT,
          "query has too large an answer: %d series (limit query.max-result-series: %d)"
              .formatted(series.size(), limits.maxResultSeries()),
          null);
    }
    long bytes = 0;
    for (Evaluation.SeriesPoints points : series) {
      bytes += BYTES_PER_SERIES + BYTES_PER_SAMPLE * points.timesMs().length;
    }
    if (bytes > limits.maxResultBytes()) {
      throw new QueryFailure(
          QueryFailure.Kind.LIMIT,
          "query has too large an answer: %d bytes of %d series (limit query.max-result-bytes: %d)"
              .formatted(bytes, series.size(), limits.maxResultBytes()),
          null);
    }
  }

  private QueryResult.Value scalarMatrix(double[] values) {
    long[] timestampsMs = new long[values.length];
    for (int step = 0; step < values.length; step++) {
      timestampsMs[step] = request.startMs() + step * request.stepMs();
    }
    return new QueryResult.Matrix(
        List.of(new QueryResult.Points(Labels.EMPTY, timestampsMs, values, null)));
  }

  private static QueryResult.Value vector(List<Evaluation.SeriesPoints> series) {
    List<QueryResult.Sample> samples = new ArrayList<>(series.size());
    for (Evaluation.SeriesPoints points : series) {
      var histograms = points.histograms();
      samples.add(
          new QueryResult.Sample(
              points.labels(),
              points.timesMs()[0],
              points.values()[0],
              histograms == null ? null : histograms[0]));
    }
    return new QueryResult.Vector(samples);
  }

  private static QueryResult.Value matrix(List<Evaluation.SeriesPoints> series) {
    List<Evaluation.SeriesPoints> sorted = new ArrayList<>(series);
    sorted.sort(Comparator.comparing(Evaluation.SeriesPoints::labels));
    Set<Labels> seen = new HashSet<>();
    List<QueryResult.Points> matrix = new ArrayList<>(sorted.size());
    for (Evaluation.SeriesPoints points : sorted) {
      if (!seen.add(points.labels())) {
        throw QueryFailure.execution("vector cannot contain metrics with the same labelset");
      }
      matrix.add(
          new QueryResult.Points(
              points.labels(), points.timesMs(), points.values(), points.histograms()));
    }
    return new QueryResult.Matrix(matrix);
  }
}
