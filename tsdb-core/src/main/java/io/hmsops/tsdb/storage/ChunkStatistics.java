package io.hmsops.tsdb.storage;

/**
 * What is known about a run of float samples without decoding it. Sums are plain left-to-right
 * additions, so a caller that needs compensated sums has to decode.
 *
 * @param count how many samples, staleness markers excluded
 * @param minTimeMs the first timestamp
 * @param maxTimeMs the last timestamp
 * @param first the first value
 * @param last the last value
 * @param min the smallest value, NaN only if all are
 * @param max the largest value, NaN only if all are
 * @param sum the sum of the values
 * @param increase the sum of the increases, a decrease counting as a reset to zero
 * @param resets how often the value fell
 * @param hasStaleMarkers whether a staleness marker is among the samples
 */
public record ChunkStatistics(
    int count,
    long minTimeMs,
    long maxTimeMs,
    double first,
    double last,
    double min,
    double max,
    double sum,
    double increase,
    int resets,
    boolean hasStaleMarkers) {}
