package io.hmsops.query.function;

import io.hmsops.query.ast.Feature;
import java.util.Set;

/**
 * The language that a text is read in.
 *
 * @param features what is enabled beyond the stable language
 * @param functions the functions it has
 */
public record Dialect(Set<Feature> features, Functions functions) {
  /** Copies the features. */
  public Dialect {
    features = Set.copyOf(features);
  }

  /**
   * {@return whether a feature is enabled}
   *
   * @param feature which one
   */
  public boolean has(Feature feature) {
    return features.contains(feature);
  }
}
