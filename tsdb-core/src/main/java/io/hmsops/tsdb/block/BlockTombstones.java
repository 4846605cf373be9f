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
import java.util.Map;
import java.util.TreeMap;

/**
 * What of a block's series is deleted. Immutable; a file of its own, replaced as a whole. Specified
 * in {@code docs/format/block.md}.
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

  static BlockTombstones read(Disk disk, Path block) throws IOException {
    Path path = block.resolve(FILE);
    if (!disk.list(block).contains(path)) {
      return NONE;
    }
    byte[] bytes = disk.read(path);
    int end = bytes.length - Integer.BYTES;
    if (end < BlockLayout.HEADER_LENGTH) {
      throw new CorruptFileException(
          path,
          0,
          "%d bytes (expected: at least %d)"
              .formatted(bytes.length, BlockLayout.HEADER_LENGTH + Integer.BYTES));
    }
    var _ = BlockLayout.checkHeader(path, bytes, MAGIC);
    try {
      int expected = new ByteReader(bytes, end, Integer.BYTES).getInt();
      int found = BlockLayout.crc(bytes, 0, end);
      if (found != expected) {
        throw new CorruptFileException(
            path, 0, "crc is %08x (expected: %08x)".formatted(found, expected));
      }
      ByteReader in =
          new ByteReader(bytes, BlockLayout.HEADER_LENGTH, end - BlockLayout.HEADER_LENGTH);
      Map<Integer, Intervals> bySeries = new TreeMap<>();
      while (!in.atEnd()) {
        int series = (int) in.getVarint();
        Intervals intervals = Intervals.NONE;
        for (int left = in.getCount(); left > 0; left--) {
          intervals = intervals.with(in.getZigzag(), in.getZigzag());
        }
        bySeries.put(series, intervals);
      }
      return new BlockTombstones(Map.copyOf(bySeries));
    } catch (MalformedDataException e) {
      throw new CorruptFileException(path, 0, String.valueOf(e.getMessage()));
    }
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
