package io.hmsops.tsdb.sample;

import java.util.Optional;

/** Finds contradictions inside a native histogram before it is stored. */
public final class HistogramCheck {
  private static final int MIN_SCHEMA = -4;
  private static final int MAX_SCHEMA = 8;

  private HistogramCheck() {}

  /**
   * {@return what is wrong with a histogram, in words; empty if it may be stored}
   *
   * @param histogram any histogram; a staleness marker is always right
   */
  public static Optional<String> problem(Histogram histogram) {
    if (histogram.isStale()) {
      return Optional.empty();
    }
    if (!(histogram.zeroThreshold() >= 0)) {
      return Optional.of(
          "zero threshold: %s (expected: not negative)".formatted(histogram.zeroThreshold()));
    }
    if (histogram.isCustom()) {
      Optional<String> custom = customProblem(histogram);
      if (custom.isPresent()) {
        return custom;
      }
    } else if (histogram.schema() < MIN_SCHEMA || histogram.schema() > MAX_SCHEMA) {
      return Optional.of(
          "schema: %d (expected: %d to %d, or %d for custom bounds)"
              .formatted(histogram.schema(), MIN_SCHEMA, MAX_SCHEMA, Histogram.CUSTOM_SCHEMA));
    } else if (histogram.customBounds().length > 0) {
      return Optional.of(
          "schema: %d with %d custom bounds (expected: none, or schema %d)"
              .formatted(
                  histogram.schema(), histogram.customBounds().length, Histogram.CUSTOM_SCHEMA));
    }
    return spanProblem("positive", histogram.positiveSpans())
        .or(() -> spanProblem("negative", histogram.negativeSpans()))
        .or(() -> fractionProblem(histogram))
        .or(() -> populationProblem(histogram));
  }

  private static Optional<String> customProblem(Histogram histogram) {
    if (histogram.negativeBuckets().length > 0 || histogram.zeroCount() != 0) {
      return Optional.of(
          "custom bounds with a zero bucket or negative buckets (expected: neither)");
    }
    double[] bounds = histogram.customBounds();
    for (int i = 0; i < bounds.length; i++) {
      if (!Double.isFinite(bounds[i]) || (i > 0 && !(bounds[i - 1] < bounds[i]))) {
        return Optional.of(
            "custom bound %d: %s (expected: finite, ascending)".formatted(i, bounds[i]));
      }
    }
    if (histogram.positiveBuckets().length > bounds.length + 1) {
      return Optional.of(
          "%d buckets for %d custom bounds (expected: one more than bounds at most)"
              .formatted(histogram.positiveBuckets().length, bounds.length));
    }
    return Optional.empty();
  }

  private static Optional<String> spanProblem(String side, int[] spans) {
    for (int i = 0; i < spans.length; i += 2) {
      if (spans[i + 1] < 0 || (i > 0 && spans[i] < 0)) {
        return Optional.of(
            "%s span %d: offset %d, length %d (expected: not negative)"
                .formatted(side, i / 2, spans[i], spans[i + 1]));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> fractionProblem(Histogram histogram) {
    if (!histogram.wholeNumbers()) {
      return Optional.empty();
    }
    for (double[] populations :
        new double[][] {
          {histogram.count(), histogram.zeroCount()},
          histogram.positiveBuckets(),
          histogram.negativeBuckets()
        }) {
      for (double population : populations) {
        if (population != Math.rint(population) || Double.isInfinite(population)) {
          return Optional.of(
              "population: %s of a histogram of whole numbers (expected: a whole number)"
                  .formatted(population));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> populationProblem(Histogram histogram) {
    double total = histogram.zeroCount();
    for (double[] side :
        new double[][] {histogram.positiveBuckets(), histogram.negativeBuckets()}) {
      for (double population : side) {
        if (population < 0) {
          return Optional.of(
              "bucket population: %s (expected: not negative)".formatted(population));
        }
        total += population;
      }
    }
    if (histogram.count() < 0 || histogram.zeroCount() < 0) {
      return Optional.of(
          "count: %s, zero count: %s (expected: not negative)"
              .formatted(histogram.count(), histogram.zeroCount()));
    }
    // Observations of NaN are in the count but in no bucket, and make the sum NaN. Fractional
    // populations are rounded on their way here, so nothing exact is asked of them.
    boolean wrong =
        histogram.wholeNumbers()
            && (Double.isNaN(histogram.sum())
                ? total > histogram.count()
                : total != histogram.count());
    return wrong
        ? Optional.of(
            "count: %s (expected: %s, the sum of the buckets)".formatted(histogram.count(), total))
        : Optional.empty();
  }
}
