package io.hmsops.tsdb.block;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;

/**
 * In a chunk of a classic histogram's bucket: the chunk of another bucket of it that the values are
 * differences from, its base. Specified in {@code docs/format/block.md}.
 *
 * @param distance by how many bytes the base begins before the chunk itself
 * @param length how many bytes the base has, without its checksum
 * @param kind the base's kind, {@link BlockLayout#FLOATS} or {@link BlockLayout#FLOATS_WITH_STARTS}
 * @param whole whether all values of both are whole numbers
 */
record BucketReference(long distance, int length, int kind, boolean whole) {
  private static final int WHOLE = 1;
  private static final int STARTS = 2;
  private static final int FLAG_BITS = 2;

  static BucketReference read(ByteReader in) throws MalformedDataException {
    long distance = in.getVarint();
    long packed = in.getVarint();
    long length = packed >>> FLAG_BITS;
    if (distance <= 0 || length > Integer.MAX_VALUE / 2) {
      throw new MalformedDataException(
          "base of %d bytes, %d before (expected: a chunk before it)".formatted(length, distance));
    }
    int kind = (packed & STARTS) != 0 ? BlockLayout.FLOATS_WITH_STARTS : BlockLayout.FLOATS;
    return new BucketReference(distance, (int) length, kind, (packed & WHOLE) != 0);
  }

  void write(ByteWriter out) {
    out.putVarint(distance);
    out.putVarint(
        (long) length << FLAG_BITS
            | (kind == BlockLayout.FLOATS_WITH_STARTS ? STARTS : 0)
            | (whole ? WHOLE : 0));
  }

  int lengthBytes() {
    ByteWriter out = new ByteWriter(16);
    write(out);
    return out.length();
  }

  BucketReference at(long newDistance) {
    return new BucketReference(newDistance, length, kind, whole);
  }
}
