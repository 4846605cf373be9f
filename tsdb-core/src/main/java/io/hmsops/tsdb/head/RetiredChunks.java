package io.hmsops.tsdb.head;

import io.hmsops.tsdb.tombstone.Intervals;
import java.util.List;

/**
 * What went into blocks of one series, for readers that cannot see those blocks.
 *
 * @param chunks its chunks, oldest first
 * @param late what came late, with the batches that brought it
 * @param deleted what was deleted of the chunks
 */
record RetiredChunks(List<StoredChunk> chunks, LateSamples late, Intervals deleted) {}
