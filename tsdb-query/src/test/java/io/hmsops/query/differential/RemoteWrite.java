package io.hmsops.query.differential;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Encodes samples as the body of a remote write request: protobuf within Snappy. */
final class RemoteWrite {
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED_64 = 1;

  /** The most bytes that one literal of two length bytes holds. */
  private static final int MAX_LITERAL = 1 << 16;

  private RemoteWrite() {}

  static byte[] request(List<RandomData.Series> series) {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    for (RandomData.Series one : series) {
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      for (int i = 0; i < one.labels().size(); i++) {
        ByteArrayOutputStream label = new ByteArrayOutputStream();
        field(label, 1, one.labels().name(i).getBytes(StandardCharsets.UTF_8));
        field(label, 2, one.labels().value(i).getBytes(StandardCharsets.UTF_8));
        field(message, 1, label.toByteArray());
      }
      for (RandomData.Sample sample : one.samples()) {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        encoded.write((1 << 3) | FIXED_64);
        encoded.writeBytes(
            ByteBuffer.allocate(Double.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(Double.doubleToRawLongBits(sample.value()))
                .array());
        encoded.write(2 << 3);
        varint(encoded, sample.timeMs());
        field(message, 2, encoded.toByteArray());
      }
      field(request, 1, message.toByteArray());
    }
    return snappy(request.toByteArray());
  }

  private static void field(ByteArrayOutputStream out, int number, byte[] bytes) {
    out.write((number << 3) | LENGTH_DELIMITED);
    varint(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }

  /** Literals only. */
  private static byte[] snappy(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    varint(out, bytes.length);
    for (int at = 0; at < bytes.length; at += MAX_LITERAL) {
      int length = Math.min(MAX_LITERAL, bytes.length - at);
      out.write(61 << 2);
      out.write(length - 1);
      out.write((length - 1) >>> 8);
      out.write(bytes, at, length);
    }
    return out.toByteArray();
  }
}
