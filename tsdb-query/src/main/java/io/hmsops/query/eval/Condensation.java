package io.hmsops.query.eval;

import io.hmsops.tsdb.storage.ChunkStatistics;

/**
 * The one number that a whole chunk of floats is reduced to, for functions that need no more of it
 * than that. A chunk that no window cuts can then be left undecoded: the number stands in its place
 * as if it were a single sample.
 */
enum Condensation {
  COUNT,
  FIRST,
  LAST,
  MIN,
  MAX;

  double of(ChunkStatistics statistics) {
    return switch (this) {
      case COUNT -> statistics.count();
      case FIRST -> statistics.first();
      case LAST -> statistics.last();
      case MIN -> statistics.min();
      case MAX -> statistics.max();
    };
  }

  /** Whether the number is exactly what the samples would give. */
  boolean isExact(ChunkStatistics statistics) {
    // Which one of several NaNs the samples would give is not known.
    return statistics.count() > 0 && !Double.isNaN(of(statistics));
  }
}
