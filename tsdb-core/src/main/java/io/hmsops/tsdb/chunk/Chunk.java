package io.hmsops.tsdb.chunk;

/**
 * Samples of one series, compressed. The bytes may belong to a builder that goes on writing behind
 * {@code lengthBytes}; what this names does not change.
 *
 * @param codec the codec's id, see {@link Codec}
 * @param minTimeMs the first timestamp
 * @param maxTimeMs the last timestamp
 * @param count how many samples
 * @param data the bytes; at least {@link #SLACK_BYTES} more than {@code lengthBytes}
 * @param lengthBytes how many bytes count
 */
// Chunks are compared by nobody; the array is the content.
@SuppressWarnings("ArrayRecordComponent")
public record Chunk(
    int codec, long minTimeMs, long maxTimeMs, int count, byte[] data, int lengthBytes) {
  /** What decoders may read, and ignore, behind the end. */
  public static final int SLACK_BYTES = 16;
}
