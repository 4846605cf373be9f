package io.hmsops.tsdb.block;

import io.hmsops.tsdb.chunk.IntegerColumn;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.io.DiskFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes the columns of timestamps of a block, each different one once: series of one scrape share
 * theirs. Specified in {@code docs/format/block.md}. Not thread-safe.
 */
final class TimesWriter implements Closeable {
  /** How many columns are remembered, to be shared. */
  private static final int REMEMBERED = 4096;

  private static final int BUFFER_BYTES = 1 << 16;

  /**
   * What tells columns apart: two hashes of 64 bits, the length, and the first and last timestamp.
   */
  private record Key(long hash, long otherHash, int count, long firstMs, long lastMs) {}

  private final DiskFile file;
  private final boolean cold;
  private final ByteWriter buffer;
  private final Map<Key, Long> offsets =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Long> eldest) {
          return size() > REMEMBERED;
        }
      };
  private long written;

  TimesWriter(DiskFile file, boolean cold) {
    this.file = file;
    this.cold = cold;
    this.buffer = BlockLayout.header(BlockLayout.TIMES_MAGIC, BUFFER_BYTES);
  }

  /** {@return the offset of a column in the file, which is written if it is new} */
  long add(long[] timestampsMs, int count) throws IOException {
    long hash = hash(timestampsMs, count, 0x9E37_79B9_7F4A_7C15L);
    long otherHash = hash(timestampsMs, count, 0xC2B2_AE3D_27D4_EB4FL);
    Key key = new Key(hash, otherHash, count, timestampsMs[0], timestampsMs[count - 1]);
    Long known = offsets.get(key);
    if (known != null) {
      return known;
    }
    long offset = length();
    ByteWriter column = new ByteWriter(64);
    column.putVarint(count);
    column.putZigzag(timestampsMs[0]);
    column.putVarint(timestampsMs[count - 1] - timestampsMs[0]);
    IntegerColumn.encode(timestampsMs, count, cold, column);
    int start = buffer.length();
    buffer.putVarint(column.length());
    buffer.putBytes(column.array(), 0, column.length());
    buffer.putInt(BlockLayout.crc(buffer.array(), start, buffer.length()));
    offsets.put(key, offset);
    if (buffer.length() >= BUFFER_BYTES) {
      flush();
    }
    return offset;
  }

  /** A polynomial of the timestamps, four of them at a time: a product waits for the one before. */
  private static long hash(long[] numbers, int count, long factor) {
    long squared = factor * factor;
    long cubed = squared * factor;
    long fourth = cubed * factor;
    long hash = count;
    int i = 0;
    for (; i + 3 < count; i += 4) {
      hash =
          hash * fourth
              + numbers[i] * cubed
              + numbers[i + 1] * squared
              + numbers[i + 2] * factor
              + numbers[i + 3];
      hash ^= hash >>> 29;
    }
    for (; i < count; i++) {
      hash = hash * factor + numbers[i];
    }
    return hash;
  }

  private void flush() throws IOException {
    written += buffer.length();
    file.write(buffer.toBuffer());
    buffer.clear();
  }

  long length() {
    return written + buffer.length();
  }

  /** Writes what is left and forces the file. */
  void finish() throws IOException {
    flush();
    file.force();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
