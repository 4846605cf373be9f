package io.hmsops.tsdb.head;

/**
 * What the head refuses.
 *
 * @param blockRangeMs chunks do not cross multiples of this
 * @param maxAgeMs samples older than the newest stored one by more than this are too old
 * @param lateWindowMs samples behind a newer one of their series are taken if they are not older
 *     than the newest stored one by more than this
 * @param maxAheadMs samples further ahead of the clock are refused
 * @param seriesIdleMs a series has ended when the newest timestamp of all has gone on by this much
 *     without a sample for it
 * @param maxSeries how many series there may be
 * @param maxSeriesPerMetric how many of one metric
 * @param maxNewSeriesPerBatch how many a batch may create
 * @param memoryBytes no series is created when this much memory is in use
 * @param maxExemplarsPerSeries how many exemplars a series keeps; the oldest go first
 * @param maxExemplars how many exemplars are kept in all; those that came first go first
 * @param maxMetadata of how many metric families metadata are kept
 * @param maxLabelBytes how long a name or value of a new series' labels may be, in bytes of UTF-8
 */
public record HeadLimits(
    long blockRangeMs,
    long maxAgeMs,
    long lateWindowMs,
    long maxAheadMs,
    long seriesIdleMs,
    int maxSeries,
    int maxSeriesPerMetric,
    int maxNewSeriesPerBatch,
    long memoryBytes,
    int maxExemplarsPerSeries,
    int maxExemplars,
    int maxMetadata,
    int maxLabelBytes) {}
