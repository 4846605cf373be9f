package io.hmsops.server.ingest;

import com.google.protobuf.CodedOutputStream;
import io.hmsops.tsdb.sample.Histogram;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * Writes a {@code prometheus.Histogram}: one of whole numbers with differences of its buckets, any
 * other with their populations.
 */
final class HistogramMessage {
  private HistogramMessage() {}

  static byte[] of(long timestampMs, Histogram histogram) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    write(out, timestampMs, histogram);
    out.flush();
    return bytes.toByteArray();
  }

  private static void write(CodedOutputStream out, long timestampMs, Histogram histogram)
      throws IOException {
    boolean whole = histogram.wholeNumbers();
    if (whole) {
      out.writeUInt64(1, (long) histogram.count());
    } else {
      writeDouble(out, 2, histogram.count());
    }
    writeDouble(out, 3, histogram.sum());
    out.writeSInt32(4, histogram.schema());
    writeDouble(out, 5, histogram.zeroThreshold());
    if (whole) {
      out.writeUInt64(6, (long) histogram.zeroCount());
    } else {
      writeDouble(out, 7, histogram.zeroCount());
    }
    writeSpans(out, 8, histogram.negativeSpans());
    writeBuckets(out, 9, histogram.negativeBuckets(), whole);
    writeSpans(out, 11, histogram.positiveSpans());
    writeBuckets(out, 12, histogram.positiveBuckets(), whole);
    out.writeEnum(
        14,
        switch (histogram.resetHint()) {
          case UNKNOWN -> 0;
          case RESET -> 1;
          case NOT_RESET -> 2;
          case GAUGE -> 3;
        });
    out.writeInt64(15, timestampMs);
    writePacked(out, 16, histogram.customBounds());
  }

  private static void writeDouble(CodedOutputStream out, int field, double value)
      throws IOException {
    out.writeFixed64(field, Double.doubleToRawLongBits(value));
  }

  private static void writeSpans(CodedOutputStream out, int field, int[] spans) throws IOException {
    for (int i = 0; i < spans.length; i += 2) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      CodedOutputStream span = CodedOutputStream.newInstance(bytes);
      span.writeSInt32(1, spans[i]);
      span.writeUInt32(2, spans[i + 1]);
      span.flush();
      out.writeByteArray(field, bytes.toByteArray());
    }
  }

  /** The populations have the number behind that of the differences. */
  private static void writeBuckets(
      CodedOutputStream out, int field, double[] buckets, boolean whole) throws IOException {
    if (!whole) {
      writePacked(out, field + 1, buckets);
      return;
    }
    if (buckets.length == 0) {
      return;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream packed = CodedOutputStream.newInstance(bytes);
    long before = 0;
    for (double bucket : buckets) {
      packed.writeSInt64NoTag((long) bucket - before);
      before = (long) bucket;
    }
    packed.flush();
    out.writeByteArray(field, bytes.toByteArray());
  }

  private static void writePacked(CodedOutputStream out, int field, double[] values)
      throws IOException {
    if (values.length == 0) {
      return;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream packed = CodedOutputStream.newInstance(bytes);
    for (double value : values) {
      packed.writeFixed64NoTag(Double.doubleToRawLongBits(value));
    }
    packed.flush();
    out.writeByteArray(field, bytes.toByteArray());
  }
}
