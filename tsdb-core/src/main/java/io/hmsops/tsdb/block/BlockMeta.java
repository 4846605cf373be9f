package io.hmsops.tsdb.block;

/**
 * What {@code meta.json} says, for people; nothing depends on it.
 *
 * @param version the version of its index
 * @param level the block's level
 * @param minTimeMs the first timestamp
 * @param maxTimeMs the last timestamp
 * @param series how many series it has
 * @param chunks how many chunks
 * @param samples how many samples
 * @param chunkBytes the length of {@code chunks}
 * @param walLsn the newest batch of the log in it
 */
record BlockMeta(
    int version,
    long level,
    long minTimeMs,
    long maxTimeMs,
    long series,
    long chunks,
    long samples,
    long chunkBytes,
    long walLsn) {
  /** {@return the content of the file} */
  String json() {
    return """
        {
          "version": %d,
          "level": %d,
          "minTimeMs": %d,
          "maxTimeMs": %d,
          "series": %d,
          "chunks": %d,
          "samples": %d,
          "chunkBytes": %d,
          "walLsn": %d
        }
        """
        .formatted(
            version, level, minTimeMs, maxTimeMs, series, chunks, samples, chunkBytes, walLsn);
  }
}
