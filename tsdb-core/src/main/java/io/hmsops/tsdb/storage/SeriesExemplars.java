package io.hmsops.tsdb.storage;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import java.util.List;

/**
 * The exemplars of one series.
 *
 * @param labels the series
 * @param exemplars its exemplars, ascending by time
 */
public record SeriesExemplars(Labels labels, List<Exemplar> exemplars) {
  /** Copies the list. */
  public SeriesExemplars {
    exemplars = List.copyOf(exemplars);
  }
}
