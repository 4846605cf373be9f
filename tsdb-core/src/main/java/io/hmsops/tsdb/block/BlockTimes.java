package io.hmsops.tsdb.block;

import io.hmsops.tsdb.chunk.IntegerColumn;
import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.storage.CorruptFileException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A column of timestamps of a block. Thread-safe. */
final class BlockTimes {
  /** From how many users on the decoded column is kept. */
  private static final int WORTH_KEEPING = 2;

  private final MappedFile file;
  private final long offset;
  private final byte[] bytes;
  private final int start;
  private final int end;
  private final int count;
  private final long minTimeMs;
  private final long maxTimeMs;
  private final AtomicInteger users = new AtomicInteger();
  private volatile long @Nullable [] decoded;

  private BlockTimes(MappedFile file, long offset, byte[] bytes, ByteReader in, int end)
      throws MalformedDataException {
    this.file = file;
    this.offset = offset;
    this.bytes = bytes;
    this.end = end;
    long samples = in.getVarint();
    if (samples < 1 || samples > ChunkEncoder.MAX_SAMPLES) {
      throw new MalformedDataException(
          "%d timestamps (expected: 1 to %d)".formatted(samples, ChunkEncoder.MAX_SAMPLES));
    }
    this.count = (int) samples;
    this.minTimeMs = in.getZigzag();
    this.maxTimeMs = minTimeMs + in.getVarint();
    this.start = in.position();
  }

  static BlockTimes read(MappedFile file, long offset) throws CorruptFileException {
    ByteReader in = file.readSized(offset, 0);
    try {
      return new BlockTimes(file, offset, in.array(), in, in.end());
    } catch (MalformedDataException e) {
      throw file.damaged(offset, e.getMessage());
    }
  }

  /** {@return how many bytes it has in the file, length and checksum included} */
  long lengthBytes() {
    return (long) end + Integer.BYTES;
  }

  int count() {
    return count;
  }

  long minTimeMs() {
    return minTimeMs;
  }

  long maxTimeMs() {
    return maxTimeMs;
  }

  /** Says that one more chunk stands on this column. */
  void use() {
    users.incrementAndGet();
  }

  /** {@return the timestamps; not to be changed} */
  long[] timestampsMs() throws CorruptFileException {
    long[] known = decoded;
    if (known != null) {
      return known;
    }
    long[] timestampsMs = new long[count];
    try {
      IntegerColumn.decode(bytes, start, end, timestampsMs, count);
    } catch (MalformedDataException e) {
      throw file.damaged(offset, e.getMessage());
    }
    if (users.get() >= WORTH_KEEPING) {
      decoded = timestampsMs;
    }
    return timestampsMs;
  }
}
