package io.hmsops.query.engine;

import io.hmsops.query.ast.Feature;
import java.util.Set;

/**
 * Settings of an engine.
 *
 * @param features what is enabled beyond the stable language
 * @param limits what queries may use
 * @param defaultSubqueryStepMs the step of a subquery that names none
 * @param workers how many threads evaluate large queries; the answers do not depend on it
 * @param morselSeries how many series a thread takes at a time; the last bits of sums over more
 *     series than that depend on it
 */
public record EngineOptions(
    Set<Feature> features,
    EngineLimits limits,
    long defaultSubqueryStepMs,
    int workers,
    int morselSeries) {
  private static final int DEFAULT_MORSEL_SERIES = 512;

  /** Copies the set. */
  public EngineOptions {
    features = Set.copyOf(features);
  }

  /**
   * Default limits but for one, a worker for each processor.
   *
   * @param features what is enabled beyond the stable language
   * @param maxSamples how many samples one query may hold in memory
   * @param defaultSubqueryStepMs the step of a subquery that names none
   */
  public EngineOptions(Set<Feature> features, long maxSamples, long defaultSubqueryStepMs) {
    this(
        features,
        EngineLimits.defaults().toBuilder().maxSamples(maxSamples).build(),
        defaultSubqueryStepMs);
  }

  /**
   * A worker for each processor.
   *
   * @param features what is enabled beyond the stable language
   * @param limits what queries may use
   * @param defaultSubqueryStepMs the step of a subquery that names none
   */
  public EngineOptions(Set<Feature> features, EngineLimits limits, long defaultSubqueryStepMs) {
    this(
        features,
        limits,
        defaultSubqueryStepMs,
        Runtime.getRuntime().availableProcessors(),
        DEFAULT_MORSEL_SERIES);
  }

  /** {@return no features, default limits, one minute, a worker for each processor} */
  public static EngineOptions defaults() {
    return new EngineOptions(Set.of(), EngineLimits.defaults(), 60_000);
  }

  /**
   * {@return the same with other limits}
   *
   * @param newLimits what queries may use
   */
  public EngineOptions withLimits(EngineLimits newLimits) {
    return new EngineOptions(features, newLimits, defaultSubqueryStepMs, workers, morselSeries);
  }

  /** {@return how many samples one query may hold in memory} */
  public long maxSamples() {
    return limits.maxSamples();
  }

  /**
   * {@return the same with other workers}
   *
   * @param count how many threads
   * @param series how many series a thread takes at a time
   */
  public EngineOptions withWorkers(int count, int series) {
    return new EngineOptions(features, limits, defaultSubqueryStepMs, count, series);
  }
}
