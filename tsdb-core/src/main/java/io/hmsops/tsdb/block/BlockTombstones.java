package io.hmsops.tsdb.block;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.io.DiskFile;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.tombstone.Intervals;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What of a block's series is deleted. Immutable; a file of its own, replaced as a whole, with all
 * in it twice. Specified in {@code docs/format/tombstones.md}.
 *
 * @param bySeries by the number of the series
 */
record BlockTombstones(Map<Integer, Intervals> bySeries) {
  static final BlockTombstones NONE = new BlockTombstones(Map.of());

  private static final String FILE = "tombstones";
  private static final String MAGIC = "HMSOPSTB";

  Intervals of(int series) {
    return bySeries.getOrDefault(series, Intervals.NONE);
  }

  /**
   * {@return what is deleted, nothing if there is no file}
   *
   * @param mended is told of damage that nothing is lost with
   * @throws CorruptFileException if what is deleted cannot be told
   */
  static BlockTombstones read(Disk disk, Path block, Consumer<? super CorruptFileException> mended)
      throws IOException {
    Path path = block.resolve(FILE);
    if (!disk.list(block).contains(path)) {
      return NONE;
    }
    byte[] bytes = disk.read(path);
    int half = bytes.length / 2;
    byte[] first = Arrays.copyOf(bytes, half);
    byte[] second = Arrays.copyOfRange(bytes, bytes.length - half, bytes.length);
    if (isWhole(first) && isWhole(second)) {
      return parse(path, first);
    }
    if (isWhole(first) || isWhole(second)) {
      boolean firstIsWhole = isWhole(first);
      mended.accept(
          new CorruptFileException(
              path,
              firstIsWhole ? half : 0,
              "one of the two copies is damaged, the other is not: nothing is lost"));
      return parse(path, firstIsWhole ? first : second);
    }
    if (bytes.length < BlockLayout.HEADER_LENGTH) {
      throw new CorruptFileException(
          path,
          0,
          "%d bytes (expected: at least %d)".formatted(bytes.length, BlockLayout.HEADER_LENGTH));
    }
    var _ = BlockLayout.checkHeader(path, bytes, MAGIC);
    if (!hasItsChecksum(bytes)) {
      throw new CorruptFileException(path, 0, "has another checksum than it says");
    }
    return parse(path, bytes);
  }

  /** {@return whether this is one of the copies of version 3} */
  private static boolean isWhole(byte[] copy) {
    return hasItsChecksum(copy) && BlockLayout.isHeader(copy, MAGIC);
  }

  private static boolean hasItsChecksum(byte[] bytes) {
    int end = bytes.length - Integer.BYTES;
    if (end < BlockLayout.HEADER_LENGTH) {
      return false;
    }
    ByteWriter checksum = new ByteWriter(Long.BYTES);
    checksum.putInt(BlockLayout.crc(bytes, 0, end));
    return Arrays.equals(bytes, end, bytes.length, checksum.array(), 0, Integer.BYTES);
  }

  private static BlockTombstones parse(Path path, byte[] bytes) throws CorruptFileException {
    int length = bytes.length - BlockLayout.HEADER_LENGTH - Integer.BYTES;
    ByteReader in = new ByteReader(bytes, BlockLayout.HEADER_LENGTH, length);
    Map<Integer, Intervals> bySeries = new TreeMap<>();
    try {
      while (!in.atEnd()) {
        int series = (int) in.getVarint();
        Intervals intervals = Intervals.NONE;
        for (int left = in.getCount(); left > 0; left--) {
          intervals = intervals.with(in.getZigzag(), in.getZigzag());
        }
        bySeries.put(series, intervals);
      }
    } catch (MalformedDataException e) {
      throw new CorruptFileException(path, 0, String.valueOf(e.getMessage()));
    }
    return new BlockTombstones(Map.copyOf(bySeries));
  }

  void write(Disk disk, Path block) throws IOException {
    ByteWriter out = BlockLayout.header(MAGIC, 256);
    new TreeMap<>(bySeries)
        .forEach(
            (series, intervals) -> {
              out.putVarint(series);
              out.putVarint(intervals.ranges().size());
              for (Intervals.Range range : intervals.ranges()) {
                out.putZigzag(range.fromMs());
                out.putZigzag(range.toMs());
              }
            });
    out.putInt(BlockLayout.crc(out.array(), 0, out.length()));
    out.putBytes(out.toByteArray(), 0, out.length());
    Path temporary = block.resolve(FILE + BlockWriter.TEMPORARY_SUFFIX);
    disk.delete(temporary);
    try (DiskFile file = disk.create(temporary)) {
      file.write(out.toBuffer());
      file.force();
    }
    disk.rename(temporary, block.resolve(FILE));
    disk.forceDirectory(block);
  }
}
