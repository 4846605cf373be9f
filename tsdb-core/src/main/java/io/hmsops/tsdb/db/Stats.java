package io.hmsops.tsdb.db;

import java.util.List;
import java.util.Map;

/**
 * What a database holds and has done.
 *
 * @param series series with samples in the head
 * @param knownSeries all series that have a reference
 * @param headChunks chunks in the head
 * @param samplesAppended samples accepted since the start
 * @param headMemoryBytes memory that the head takes for series, chunks and index
 * @param walBytes log bytes written since the start
 * @param checkpoints checkpoints written since the start
 * @param blocks blocks on disk
 * @param blockBytes their size
 * @param headMinTimeMs the oldest timestamp in the head, {@link Long#MAX_VALUE} if there is none
 * @param minTimeMs the oldest timestamp stored, {@link Long#MAX_VALUE} if there is none
 * @param maxTimeMs the newest timestamp stored, {@link Long#MIN_VALUE} if there is none
 * @param labelValueCounts how many values each label name has in the head
 * @param seriesCountByMetric how many series each metric has in the head
 * @param refusedSeries how many new series were refused since the start, by the name of the option
 *     that was the reason
 * @param problems what was found damaged at the start, and what failed in the background since
 */
public record Stats(
    long series,
    long knownSeries,
    long headChunks,
    long samplesAppended,
    long headMemoryBytes,
    long walBytes,
    long checkpoints,
    int blocks,
    long blockBytes,
    long headMinTimeMs,
    long minTimeMs,
    long maxTimeMs,
    Map<String, Integer> labelValueCounts,
    Map<String, Integer> seriesCountByMetric,
    Map<String, Long> refusedSeries,
    List<String> problems) {
  /** Copies the collections. */
  public Stats {
    labelValueCounts = Map.copyOf(labelValueCounts);
    seriesCountByMetric = Map.copyOf(seriesCountByMetric);
    refusedSeries = Map.copyOf(refusedSeries);
    problems = List.copyOf(problems);
  }
}
