package io.hmsops.query.engine;

import io.hmsops.query.ast.Feature;
import java.util.Set;

/**
 * Settings of an engine.
 *
 * @param features what is enabled beyond the stable language
 * @param limits what queries may use
 * @param defaultSubqueryStepMs the step of a subquery that names none
 */
public record EngineOptions(
    Set<Feature> features, EngineLimits limits, long defaultSubqueryStepMs) {
  /** Copies the set. */
  public EngineOptions {
    features = Set.copyOf(features);
  }

  /**
   * Default limits but for one.
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

  /** {@return no features, default limits, one minute} */
  public static EngineOptions defaults() {
    return new EngineOptions(Set.of(), EngineLimits.defaults(), 60_000);
  }

  /**
   * {@return the same with other limits}
   *
   * @param newLimits what queries may use
   */
  public EngineOptions withLimits(EngineLimits newLimits) {
    return new EngineOptions(features, newLimits, defaultSubqueryStepMs);
  }

  /** {@return how many samples one query may hold in memory} */
  public long maxSamples() {
    return limits.maxSamples();
  }
}
