package io.hmsops.tsdb.tool.prometheus;

import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.SampleBatch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Reads the chunks that a head has written down before they are part of a block. */
final class HeadChunkFiles {
  private static final int MAGIC = 0x0130BC91;

  /** Set in the encoding of a chunk of samples that came out of order. */
  private static final int LATE = 0x80;

  /** Series, first and last timestamp, encoding: all zero behind the last chunk. */
  private static final int CHUNK_HEADER = 3 * Long.BYTES + 1;

  private HeadChunkFiles() {}

  /** What becomes of a chunk. */
  @FunctionalInterface
  interface Chunks {
    /**
     * Takes a chunk.
     *
     * @param series the log's reference to its series
     * @param late whether its samples came out of order
     * @param samples its samples, reused afterwards
     */
    void chunk(long series, boolean late, SampleBatch samples) throws IOException;
  }

  /**
   * Reads all chunks. Behind a damaged one nothing is read: the log has the samples too, and may be
   * skipped only up to where there is no gap.
   *
   * @param disk where they are
   * @param directory their directory; nothing happens if there is none
   * @param chunks gets the chunks
   * @param damages told of the first that is damaged
   */
  static void read(Disk disk, Path directory, Chunks chunks, Consumer<CorruptFileException> damages)
      throws IOException {
    try {
      for (Path file : disk.list(directory)) {
        try (Arena arena = Arena.ofConfined()) {
          readFile(new BigEndianReader(file, disk.map(file, arena)), chunks);
        }
      }
    } catch (CorruptFileException e) {
      damages.accept(e);
    }
  }

  private static void readFile(BigEndianReader in, Chunks chunks) throws IOException {
    if (in.remaining() == 0) {
      // Created, and nothing written yet.
      return;
    }
    ChunkFiles.checkHeader(in, MAGIC);
    in.skip(ChunkFiles.HEADER_LENGTH - in.position());
    SampleBatch samples = new SampleBatch();
    while (in.remaining() > CHUNK_HEADER) {
      long offset = in.position();
      long series = in.i64();
      long fromMs = in.i64();
      long toMs = in.i64();
      int encoding = in.u8();
      if (series == 0 && fromMs == 0 && toMs == 0 && encoding == 0) {
        return;
      }
      byte[] data = in.bytes(in.uvarint());
      in.checkCrc(offset, in.position());
      try {
        ChunkFiles.decode(encoding & ~LATE, data, samples);
      } catch (MalformedDataException e) {
        throw in.damagedAt(offset, String.valueOf(e.getMessage()));
      }
      chunks.chunk(series, (encoding & LATE) != 0, samples);
    }
  }
}
