package io.hmsops.server.api;

/**
 * What a store knows about its most recent part without reading it.
 *
 * @param seriesCount how many series there are
 * @param chunkCount how many chunks they have
 * @param minTimeMs the earliest sample, in milliseconds since the Unix epoch
 * @param maxTimeMs the latest sample
 */
public record StoreStatus(long seriesCount, long chunkCount, long minTimeMs, long maxTimeMs) {}
