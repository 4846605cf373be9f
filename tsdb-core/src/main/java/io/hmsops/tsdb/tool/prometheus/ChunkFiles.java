package io.hmsops.tsdb.tool.prometheus;

import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.SampleBatch;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files that hold the chunks of a block, numbered from 1. Thread-safe. */
final class ChunkFiles {
  static final int MAGIC = 0x85BD40DD;
  static final int VERSION = 1;
  static final int HEADER_LENGTH = 8;

  static final int XOR = 1;
  static final int HISTOGRAM = 2;
  static final int FLOAT_HISTOGRAM = 3;
  static final int XOR2 = 4;

  private final Path directory;
  private final List<BigEndianReader> files;

  private ChunkFiles(Path directory, List<BigEndianReader> files) {
    this.directory = directory;
    this.files = files;
  }

  static ChunkFiles open(Disk disk, Path directory, Arena arena) throws IOException {
    List<BigEndianReader> files = new ArrayList<>();
    for (Path file : disk.list(directory)) {
      BigEndianReader in = new BigEndianReader(file, disk.map(file, arena));
      checkHeader(in, MAGIC);
      files.add(in);
    }
    return new ChunkFiles(directory, files);
  }

  static void checkHeader(BigEndianReader file, int magic) throws CorruptFileException {
    int found = file.i32();
    if (found != magic) {
      throw file.damagedAt(0, "magic is %08x (expected %08x)".formatted(found, magic));
    }
    int version = file.u8();
    if (version != VERSION) {
      throw file.damagedAt(
          Integer.BYTES, "version %d is not supported (supported: %d)".formatted(version, VERSION));
    }
  }

  /**
   * Decodes a chunk.
   *
   * @param reference its file's index and its offset there
   * @param into gets the samples
   */
  void decode(long reference, SampleBatch into) throws CorruptFileException {
    int number = (int) (reference >>> Integer.SIZE);
    if (number < 0 || number >= files.size()) {
      throw new CorruptFileException(
          directory,
          0,
          "a chunk is in file %d of it (expected: 1 to %d)".formatted(number + 1L, files.size()));
    }
    BigEndianReader file = files.get(number);
    long offset = reference & 0xffff_ffffL;
    BigEndianReader in = file.slice(offset, file.remaining() + file.position() - offset);
    long length = in.uvarint();
    long start = in.position();
    int encoding = in.u8();
    byte[] data = in.bytes(length);
    in.checkCrc(start, in.position());
    try {
      decode(encoding, data, into);
    } catch (MalformedDataException e) {
      throw file.damagedAt(offset, String.valueOf(e.getMessage()));
    }
  }

  static void decode(int encoding, byte[] data, SampleBatch into) throws MalformedDataException {
    switch (encoding) {
      case XOR -> FloatChunks.decodeXor(data, into);
      case HISTOGRAM -> HistogramChunks.decode(data, true, into);
      case FLOAT_HISTOGRAM -> HistogramChunks.decode(data, false, into);
      case XOR2 -> FloatChunks.decodeXor2(data, into);
      default ->
          throw new MalformedDataException(
              "chunk encoding %d is not supported (supported: 1 XOR, 2 histogram, 3 float histogram, 4 XOR2)"
                  .formatted(encoding));
    }
  }
}
