package io.hmsops.tsdb.sample;

import io.hmsops.tsdb.labels.Labels;
import java.util.Objects;

/**
 * One observation that stands for many, usually with a trace id.
 *
 * @param labels the exemplar's own labels
 * @param value the observed value
 * @param timestampMs when it was observed, in milliseconds since the Unix epoch
 */
public record Exemplar(Labels labels, double value, long timestampMs) {
  /** Checks that nothing is missing. */
  public Exemplar {
    Objects.requireNonNull(labels, "labels");
  }
}
