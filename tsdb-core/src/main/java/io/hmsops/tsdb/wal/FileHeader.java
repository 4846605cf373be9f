package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.NewerVersionException;
import io.hmsops.tsdb.storage.OlderVersionException;
import io.hmsops.tsdb.storage.TsdbException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The first 16 bytes of a file: eight of magic, the version, the version inverted. See {@code
 * conventions.md}.
 */
final class FileHeader {
  /**
   * A kind of file.
   *
   * @param magic how it begins
   * @param oldest the first version that is read
   * @param version the version that is written, the last that is read
   */
  record Kind(String magic, int oldest, int version) {
    private boolean reads(int of) {
      return of >= oldest && of <= version;
    }
  }

  static final Kind WAL = new Kind("HMSOPSWL", 1, 2);
  static final Kind CHECKPOINT = new Kind("HMSOPSCK", 1, 2);
  static final Kind EXTRAS = new Kind("HMSOPSXT", 1, 2);
  static final int LENGTH = 16;

  private FileHeader() {}

  static ByteBuffer of(Kind kind) {
    ByteBuffer header = ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    header.put(kind.magic.getBytes(StandardCharsets.US_ASCII)).putInt(kind.version);
    header.putInt(~kind.version);
    return header.flip();
  }

  /**
   * Throws if a file does not begin as it should.
   *
   * @throws CorruptFileException if the header is damaged; what is behind it may be sound
   * @throws TsdbException if it is of a version that is not read
   */
  static void check(Path file, byte[] bytes, Kind kind) throws TsdbException {
    String magic = kind.magic;
    String found =
        new String(bytes, 0, Math.min(magic.length(), bytes.length), StandardCharsets.ISO_8859_1);
    if (bytes.length < LENGTH || !found.equals(magic)) {
      throw new CorruptFileException(
          file, 0, "begins with \"%s\" (expected: \"%s\")".formatted(found, magic));
    }
    ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    checkVersion(
        file, numbers.getInt(magic.length()), numbers.getInt(magic.length() + Integer.BYTES), kind);
  }

  private static void checkVersion(Path file, int version, int inverted, Kind kind)
      throws TsdbException {
    // The second number was zero in the first files. Without it, nobody knows a flipped bit.
    if (version != ~inverted && inverted != 0 && (kind.reads(version) || kind.reads(~inverted))) {
      throw new CorruptFileException(
          file,
          kind.magic.length(),
          "%08x, %08x (expected: a version, and the same inverted)".formatted(version, inverted));
    }
    if (Integer.compareUnsigned(version, kind.version) > 0) {
      throw new NewerVersionException(file, Integer.toUnsignedString(version), kind.version);
    }
    if (version < kind.oldest) {
      throw new OlderVersionException(file, version, kind.oldest);
    }
  }

  /** {@return whether a file holds nothing, and not even a version} */
  static boolean isUnfinished(MemorySegment file) {
    return file.byteSize() < LENGTH
        || (file.byteSize() == LENGTH
            && file.get(ValueLayout.JAVA_INT_UNALIGNED, LENGTH - 2 * Integer.BYTES) == 0);
  }

  /** {@return the first bytes of a file, as many as a header has or there are} */
  static byte[] read(MemorySegment file) {
    return file.asSlice(0, Math.min(LENGTH, file.byteSize())).toArray(ValueLayout.JAVA_BYTE);
  }
}
