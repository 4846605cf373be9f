package io.hmsops.query.engine;

import io.hmsops.query.ast.Feature;
import java.util.Set;

/**
 * Settings of an engine.
 *
 * @param features what is enabled beyond the stable language
 * @param maxSamples how many samples one query may hold in memory
 * @param defaultSubqueryStepMs the step of a subquery that names none
 */
public record EngineOptions(Set<Feature> features, long maxSamples, long defaultSubqueryStepMs) {
  /** Copies the set. */
  public EngineOptions {
    features = Set.copyOf(features);
  }

  /** {@return no features, 50 million samples, one minute} */
  public static EngineOptions defaults() {
    return new EngineOptions(Set.of(), 50_000_000, 60_000);
  }
}
