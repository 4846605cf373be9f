package io.hmsops.tsdb.head;

import java.util.Map;

/**
 * What the head holds.
 *
 * @param series series with samples in the head
 * @param knownSeries all series that have a reference
 * @param chunks chunks in the head
 * @param appendedSamples samples accepted since the start
 * @param memoryBytes how much memory lines, chunks and index take
 * @param minTimeMs the oldest timestamp in the head, {@link Long#MAX_VALUE} if there is none
 * @param maxTimeMs the newest timestamp stored, {@link Long#MIN_VALUE} if there is none
 * @param labelValueCounts how many values each label name has
 * @param seriesCountByMetric how many series each metric has
 * @param refusedSeries how many new series were refused, by the option that was the reason
 */
public record HeadStats(
    long series,
    long knownSeries,
    long chunks,
    long appendedSamples,
    long memoryBytes,
    long minTimeMs,
    long maxTimeMs,
    Map<String, Integer> labelValueCounts,
    Map<String, Integer> seriesCountByMetric,
    Map<String, Long> refusedSeries) {
  /** Copies the maps. */
  public HeadStats {
    labelValueCounts = Map.copyOf(labelValueCounts);
    seriesCountByMetric = Map.copyOf(seriesCountByMetric);
    refusedSeries = Map.copyOf(refusedSeries);
  }
}
