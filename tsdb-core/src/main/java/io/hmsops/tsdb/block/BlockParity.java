package io.hmsops.tsdb.block;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.encoding.PageParity;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.io.DiskFile;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.TsdbException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A block's file from which its index, its times and the header of its chunks can be mended; chunks
 * themselves cost only themselves. Specified in {@code docs/format/parity.md}. Blocks of before do
 * not have it. Immutable.
 */
final class BlockParity {
  static final String FILE = "parity";

  /** So much is mended at a time, from pages of a 32nd of it. */
  static final int GROUP_BYTES = 1 << 17;

  private static final byte[] HEADER = header();

  private record Key(int file, long offset) {}

  /** What groups are mended from. */
  private final Map<Key, byte[]> groups;

  private BlockParity(Map<Key, byte[]> groups) {
    this.groups = groups;
  }

  private static byte[] header() {
    int version = 1;
    ByteWriter bytes = new ByteWriter(BlockLayout.HEADER_LENGTH);
    byte[] magic = "HMSOPSPA".getBytes(StandardCharsets.US_ASCII);
    bytes.putBytes(magic, 0, magic.length);
    bytes.putInt(version);
    bytes.putInt(~version);
    return bytes.toByteArray();
  }

  /** Writes the file beside the others, which are complete. */
  static void write(Disk disk, Path block) throws IOException {
    ByteWriter out = new ByteWriter(1 << 14);
    out.putBytes(HEADER, 0, HEADER.length);
    try (DiskFile file = disk.create(block.resolve(FILE));
        Arena arena = Arena.ofConfined()) {
      PageParity parity = new PageParity();
      ByteWriter payload = new ByteWriter(1 << 14);
      for (BlockFile of : BlockFile.values()) {
        MemorySegment bytes = disk.map(block.resolve(of.fileName()), arena);
        long end = of.mendableBytes(bytes.byteSize());
        for (long offset = 0; offset < end; offset += GROUP_BYTES) {
          byte[] group = group(bytes, offset, end);
          payload.clear();
          parity.write(group, group.length, payload);
          putGroup(of, offset, payload, out);
          file.write(out.toBuffer());
          out.clear();
        }
      }
      file.force();
    }
  }

  private static void putGroup(BlockFile file, long offset, ByteWriter payload, ByteWriter out) {
    int start = out.length();
    out.putByte(file.number());
    out.putVarint(offset);
    out.putVarint(payload.length());
    out.putBytes(payload.array(), 0, payload.length());
    out.putInt(BlockLayout.crc(out.array(), start, out.length()));
  }

  /** {@return a copy of a group} */
  static byte[] group(MemorySegment bytes, long offset, long end) {
    return bytes
        .asSlice(offset, Math.min(GROUP_BYTES, end - offset))
        .toArray(ValueLayout.JAVA_BYTE);
  }

  /** {@return how long the file is, 0 if there is none} */
  static long lengthBytes(Disk disk, Path block) throws IOException {
    Path path = block.resolve(FILE);
    return disk.list(block).contains(path) ? disk.lengthBytes(path) : 0;
  }

  /**
   * {@return what can be read of the file; nothing if there is none}
   *
   * @param damages is told what of it is damaged, which nothing is lost with
   */
  static BlockParity read(Disk disk, Path block, Consumer<CorruptFileException> damages)
      throws IOException {
    Path path = block.resolve(FILE);
    if (!disk.list(block).contains(path)) {
      return new BlockParity(Map.of());
    }
    byte[] bytes = disk.read(path);
    if (!Arrays.equals(bytes, 0, Math.min(bytes.length, HEADER.length), HEADER, 0, HEADER.length)) {
      damages.accept(unneeded(path, 0, "is no header of version 1"));
    }
    Map<Key, byte[]> groups = new HashMap<>();
    int offset = HEADER.length;
    while (offset < bytes.length) {
      ByteReader in = new ByteReader(bytes, offset, bytes.length - offset);
      try {
        Key key = new Key(in.getByte(), in.getVarint());
        byte[] payload = in.getBytes(in.getCount(), 0);
        int end = in.position();
        if (in.getInt() == BlockLayout.crc(bytes, offset, end)) {
          groups.put(key, payload);
        } else {
          damages.accept(unneeded(path, offset, "has another checksum"));
        }
        offset = in.position();
      } catch (MalformedDataException e) {
        damages.accept(unneeded(path, offset, String.valueOf(e.getMessage())));
        break;
      }
    }
    return new BlockParity(groups);
  }

  private static CorruptFileException unneeded(Path path, int offset, String what) {
    return new CorruptFileException(
        path, offset, what + "; it only mends other files of the block: nothing is lost");
  }

  /**
   * {@return what became of a group}
   *
   * @param offset its first byte
   * @param group its bytes, mended in place if that can be done
   */
  PageParity.Outcome mend(BlockFile file, long offset, byte[] group) {
    byte[] payload = groups.get(new Key(file.number(), offset));
    if (payload == null) {
      return PageParity.Outcome.LOST;
    }
    try {
      ByteReader in = new ByteReader(payload, 0, payload.length);
      return PageParity.readLength(in) == group.length
          ? PageParity.mend(group, in)
          : PageParity.Outcome.LOST;
    } catch (MalformedDataException _) {
      // Written wrongly: what is damaged stays so, and is reported.
      return PageParity.Outcome.LOST;
    }
  }

  /** Checks the file, and the others against it; of what is damaged it tells what can be mended. */
  static void check(Disk disk, Path block, Consumer<? super TsdbException> damages)
      throws IOException {
    BlockParity parity = read(disk, block, damages::accept);
    try (Arena arena = Arena.ofConfined()) {
      for (BlockFile of : BlockFile.values()) {
        Path path = block.resolve(of.fileName());
        MemorySegment bytes = disk.map(path, arena);
        long end = of.mendableBytes(bytes.byteSize());
        for (long offset = 0; offset < end; offset += GROUP_BYTES) {
          byte[] group = group(bytes, offset, end);
          if (parity.mend(of, offset, group) == PageParity.Outcome.MENDED) {
            damages.accept(mended(path, offset, group, bytes));
          }
        }
      }
    }
  }

  /** {@return what tells of a mended group} */
  static CorruptFileException mended(Path path, long offset, byte[] group, MemorySegment before) {
    long first = before.asSlice(offset, group.length).mismatch(MemorySegment.ofArray(group));
    return new CorruptFileException(
        path, offset + first, "is not what was written, mended: nothing is lost");
  }
}
