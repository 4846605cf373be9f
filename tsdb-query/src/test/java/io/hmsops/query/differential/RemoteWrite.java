package io.hmsops.query.differential;

import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Encodes samples as the body of a remote write request: protobuf within Snappy. */
final class RemoteWrite {
  private static final int VARINT = 0;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED_64 = 1;

  /** The most bytes that one literal of two length bytes holds. */
  private static final int MAX_LITERAL = 1 << 16;

  private RemoteWrite() {}

  static byte[] request(List<SeriesData> series) {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    for (SeriesData one : series) {
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      for (int i = 0; i < one.labels().size(); i++) {
        ByteArrayOutputStream label = new ByteArrayOutputStream();
        field(label, 1, one.labels().name(i).getBytes(StandardCharsets.UTF_8));
        field(label, 2, one.labels().value(i).getBytes(StandardCharsets.UTF_8));
        field(message, 1, label.toByteArray());
      }
      for (SeriesData.Sample sample : one.samples()) {
        Histogram histogram = sample.histogram();
        if (histogram == null) {
          ByteArrayOutputStream encoded = new ByteArrayOutputStream();
          fixed(encoded, 1, sample.value());
          number(encoded, 2, sample.timeMs());
          field(message, 2, encoded.toByteArray());
        } else {
          field(message, 4, histogram(histogram, sample.timeMs()));
        }
      }
      field(request, 1, message.toByteArray());
    }
    return snappy(request.toByteArray());
  }

  private static byte[] histogram(Histogram histogram, long timeMs) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    boolean whole = histogram.wholeNumbers();
    if (whole) {
      number(out, 1, (long) histogram.count());
    } else {
      fixed(out, 2, histogram.count());
    }
    fixed(out, 3, histogram.sum());
    number(out, 4, zigZag(histogram.schema()));
    fixed(out, 5, histogram.zeroThreshold());
    if (whole) {
      number(out, 6, (long) histogram.zeroCount());
    } else {
      fixed(out, 7, histogram.zeroCount());
    }
    side(out, 8, histogram.negativeSpans(), histogram.negativeBuckets(), whole);
    side(out, 11, histogram.positiveSpans(), histogram.positiveBuckets(), whole);
    number(out, 14, hint(histogram.resetHint()));
    number(out, 15, timeMs);
    field(out, 16, packed(histogram.customBounds()));
    return out.toByteArray();
  }

  private static int hint(CounterResetHint hint) {
    return switch (hint) {
      case UNKNOWN -> 0;
      case RESET -> 1;
      case NOT_RESET -> 2;
      case GAUGE -> 3;
    };
  }

  /** Spans in one field, populations in the next (as differences) or the one after it. */
  private static void side(
      ByteArrayOutputStream out, int number, int[] spans, double[] buckets, boolean whole) {
    for (int i = 0; i < spans.length; i += 2) {
      ByteArrayOutputStream span = new ByteArrayOutputStream();
      number(span, 1, zigZag(spans[i]));
      number(span, 2, spans[i + 1]);
      field(out, number, span.toByteArray());
    }
    if (!whole) {
      field(out, number + 2, packed(buckets));
      return;
    }
    ByteArrayOutputStream deltas = new ByteArrayOutputStream();
    long before = 0;
    for (double bucket : buckets) {
      varint(deltas, zigZag((long) bucket - before));
      before = (long) bucket;
    }
    field(out, number + 1, deltas.toByteArray());
  }

  private static byte[] packed(double[] values) {
    ByteBuffer packed =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      packed.putDouble(value);
    }
    return packed.array();
  }

  private static long zigZag(long value) {
    return (value << 1) ^ (value >> (Long.SIZE - 1));
  }

  private static void fixed(ByteArrayOutputStream out, int number, double value) {
    varint(out, (number << 3) | FIXED_64);
    out.writeBytes(
        ByteBuffer.allocate(Double.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(Double.doubleToRawLongBits(value))
            .array());
  }

  private static void number(ByteArrayOutputStream out, int number, long value) {
    varint(out, (number << 3) | VARINT);
    varint(out, value);
  }

  private static void field(ByteArrayOutputStream out, int number, byte[] bytes) {
    varint(out, (number << 3) | LENGTH_DELIMITED);
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
