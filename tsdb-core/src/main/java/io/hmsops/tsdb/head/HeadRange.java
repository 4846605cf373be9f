package io.hmsops.tsdb.head;

/**
 * What is wanted of the series of a selection.
 *
 * @param minTimeMs the first timestamp
 * @param maxTimeMs the last timestamp
 * @param sorted whether they are wanted in the order of their labels
 * @param newestOnly whether only the newest sample of the range is wanted; where it is at hand, the
 *     series has no other one then
 */
public record HeadRange(long minTimeMs, long maxTimeMs, boolean sorted, boolean newestOnly) {}
