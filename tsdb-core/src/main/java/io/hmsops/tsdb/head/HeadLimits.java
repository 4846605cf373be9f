package io.hmsops.tsdb.head;

/**
 * What the head refuses.
 *
 * @param blockRangeMs chunks do not cross multiples of this
 * @param maxAgeMs samples older than the newest stored one by more than this are too old
 * @param maxAheadMs samples further ahead of the clock are refused
 * @param maxSeries how many series there may be
 * @param maxExemplarsPerSeries how many exemplars a series keeps; the oldest go first
 */
public record HeadLimits(
    long blockRangeMs, long maxAgeMs, long maxAheadMs, int maxSeries, int maxExemplarsPerSeries) {}
