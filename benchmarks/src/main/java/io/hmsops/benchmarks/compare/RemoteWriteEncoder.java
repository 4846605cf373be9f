package io.hmsops.benchmarks.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.xerial.snappy.Snappy;

/**
 * A remote write 1.0 request, built up series by series: protobuf, then Snappy's block format. Not
 * thread-safe.
 */
final class RemoteWriteEncoder {
  private static final int TIME_SERIES = 0x0a;
  private static final int LABEL = 0x0a;
  private static final int LABEL_NAME = 0x0a;
  private static final int LABEL_VALUE = 0x12;
  private static final int SAMPLE = 0x12;
  private static final int SAMPLE_VALUE = 0x09;
  private static final int SAMPLE_TIMESTAMP = 0x10;

  private byte[] message = new byte[1 << 16];
  private byte[] compressed = new byte[1 << 16];
  private int length;

  /** {@return the labels in the form that {@link #add} takes} */
  static byte[] labels(String[] labels) {
    RemoteWriteEncoder encoder = new RemoteWriteEncoder();
    for (int i = 0; i < labels.length; i += 2) {
      byte[] name = labels[i].getBytes(StandardCharsets.UTF_8);
      byte[] value = labels[i + 1].getBytes(StandardCharsets.UTF_8);
      int size =
          2 + varintLength(name.length) + name.length + varintLength(value.length) + value.length;
      encoder.require(size + 12);
      encoder.tagAndLength(LABEL, size);
      encoder.tagAndLength(LABEL_NAME, name.length);
      encoder.bytes(name);
      encoder.tagAndLength(LABEL_VALUE, value.length);
      encoder.bytes(value);
    }
    return Arrays.copyOf(encoder.message, encoder.length);
  }

  void clear() {
    length = 0;
  }

  /** Adds a series with one sample. */
  void add(byte[] labels, long timestampMs, double value) {
    // A zero is left out, as every protobuf writer does; the sign of a negative zero is kept.
    boolean zero = Double.doubleToRawLongBits(value) == 0;
    int sample = (zero ? 0 : 1 + Double.BYTES) + 1 + varintLength(timestampMs);
    int size = labels.length + 1 + varintLength(sample) + sample;
    require(size + 12);
    tagAndLength(TIME_SERIES, size);
    bytes(labels);
    tagAndLength(SAMPLE, sample);
    if (!zero) {
      message[length++] = SAMPLE_VALUE;
      long bits = Double.doubleToRawLongBits(value);
      for (int shift = 0; shift < Long.SIZE; shift += 8) {
        message[length++] = (byte) (bits >>> shift);
      }
    }
    message[length++] = SAMPLE_TIMESTAMP;
    varint(timestampMs);
  }

  /**
   * Compresses what was added into {@link #compressed}.
   *
   * @return the length of the result
   * @throws IOException if the compressor fails
   */
  int compress() throws IOException {
    int most = Snappy.maxCompressedLength(length);
    if (compressed.length < most) {
      compressed = new byte[most];
    }
    return Snappy.compress(message, 0, length, compressed, 0);
  }

  /** {@return the last compressed request, valid until the next} */
  byte[] compressed() {
    return compressed;
  }

  private void require(int more) {
    if (length + more > message.length) {
      message = Arrays.copyOf(message, Math.max(2 * message.length, length + more));
    }
  }

  private void tagAndLength(int tag, int size) {
    message[length++] = (byte) tag;
    varint(size);
  }

  private void bytes(byte[] bytes) {
    System.arraycopy(bytes, 0, message, length, bytes.length);
    length += bytes.length;
  }

  private void varint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      message[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    message[length++] = (byte) rest;
  }

  private static int varintLength(long value) {
    return Math.max(1, (Long.SIZE - Long.numberOfLeadingZeros(value) + 6) / 7);
  }
}
