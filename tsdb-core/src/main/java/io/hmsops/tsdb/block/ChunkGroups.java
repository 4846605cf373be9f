package io.hmsops.tsdb.block;

import java.util.List;

/** Which chunks of a series are written anew together when blocks are merged. */
final class ChunkGroups {
  private ChunkGroups() {}

  /**
   * {@return the end of the group that begins with a chunk} A group of more than one either fits
   * into one chunk or has chunks that overlap; a chunk that is alone in its group would not become
   * smaller with its neighbours.
   *
   * @param chunks ascending by first timestamp
   * @param from the index of the first one
   */
  static int end(List<ChunkSource> chunks, int from) {
    long samples = samples(chunks.get(from));
    long endMs = chunks.get(from).maxTimeMs();
    int end = from + 1;
    while (end < chunks.size()) {
      ChunkSource next = chunks.get(end);
      boolean overlaps = next.minTimeMs() <= endMs;
      samples += samples(next);
      if (!overlaps && samples > ChunkEncoder.MAX_SAMPLES) {
        return end;
      }
      endMs = Math.max(endMs, next.maxTimeMs());
      end++;
    }
    return end;
  }

  /** {@return how many samples a chunk has, at most} */
  private static long samples(ChunkSource chunk) {
    return switch (chunk) {
      case BlockChunk of -> of.times().count();
      case MaskedChunk masked -> samples(masked.chunk());
      default -> 0;
    };
  }
}
