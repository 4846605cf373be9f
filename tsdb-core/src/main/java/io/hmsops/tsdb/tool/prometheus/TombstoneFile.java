package io.hmsops.tsdb.tool.prometheus;

import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.tombstone.Intervals;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What is deleted of a block: intervals by series. */
final class TombstoneFile {
  static final String NAME = "tombstones";
  private static final int MAGIC = 0x0130BA30;
  private static final int VERSION = 1;

  private TombstoneFile() {}

  /** {@return the intervals by the series' reference, none if there is no file} */
  static Map<Long, Intervals> read(Disk disk, Path block) throws IOException {
    Path file = block.resolve(NAME);
    Map<Long, Intervals> deleted = new HashMap<>();
    if (!disk.list(block).contains(file)) {
      return deleted;
    }
    BigEndianReader in = new BigEndianReader(file, MemorySegment.ofArray(disk.read(file)));
    int magic = in.i32();
    if (magic != MAGIC) {
      throw in.damagedAt(0, "magic is %08x (expected %08x)".formatted(magic, MAGIC));
    }
    int version = in.u8();
    if (version != VERSION) {
      throw in.damagedAt(
          Integer.BYTES, "version %d is not supported (supported: %d)".formatted(version, VERSION));
    }
    long start = in.position();
    long length = in.remaining() - Integer.BYTES;
    in.skip(length);
    in.checkCrc(start, start + length);
    BigEndianReader stones = in.slice(start, length);
    while (stones.remaining() > 0) {
      add(deleted, stones.uvarint(), stones);
    }
    return deleted;
  }

  /** Adds the interval that is next in a file or a record. */
  static void add(Map<Long, Intervals> deleted, long series, BigEndianReader in)
      throws CorruptFileException {
    long fromMs = in.varint();
    long toMs = in.varint();
    if (fromMs > toMs) {
      throw in.damaged("a deletion from %d to %d (expected: from ≤ to)".formatted(fromMs, toMs));
    }
    deleted.merge(series, Intervals.NONE.with(fromMs, toMs), (old, _) -> old.with(fromMs, toMs));
  }

  /** {@return a file without intervals} */
  static byte[] empty() {
    BigEndianWriter out = new BigEndianWriter();
    out.i32(MAGIC);
    out.u8(VERSION);
    out.crc(out.length());
    return out.toByteArray();
  }
}
