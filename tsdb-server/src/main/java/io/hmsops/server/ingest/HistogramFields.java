package io.hmsops.server.ingest;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import java.io.IOException;
import org.agrona.collections.IntArrayList;

/** Reads a {@code prometheus.Histogram}; packed and single values of repeated fields alike. */
final class HistogramFields {
  private static final int MIN_SCHEMA = -4;
  private static final int MAX_SCHEMA = 8;

  /** Schemas up to this one are reserved: finer than what is stored, and reduced on receipt. */
  private static final int MAX_RESERVED_SCHEMA = 52;

  private double count;
  private boolean floats;
  private double sum;
  private int schema;
  private double zeroThreshold;
  private double zeroCount;
  private final IntArrayList negativeSpans = new IntArrayList();
  private final GrowingDoubles negativeBuckets = new GrowingDoubles();
  private final IntArrayList positiveSpans = new IntArrayList();
  private final GrowingDoubles positiveBuckets = new GrowingDoubles();
  private final GrowingDoubles customBounds = new GrowingDoubles();
  private int resetHint;
  private long timestampMs;
  private long positiveRunning;
  private long negativeRunning;

  void read(CodedInputStream input) throws IOException {
    for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
      int field = WireFormat.getTagFieldNumber(tag);
      boolean packed = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      boolean span = field == 8 || field == 11;
      if (packed && !span) {
        int outer = input.pushLimit(input.readRawVarint32());
        while (!input.isAtEnd()) {
          readField(input, field, tag);
        }
        input.popLimit(outer);
      } else {
        readField(input, field, tag);
      }
    }
  }

  private void readField(CodedInputStream input, int field, int tag) throws IOException {
    switch (field) {
      case 1 -> count = unsigned(input.readUInt64());
      case 2 -> {
        count = readDouble(input);
        floats = true;
      }
      case 3 -> sum = readDouble(input);
      case 4 -> schema = input.readSInt32();
      case 5 -> zeroThreshold = readDouble(input);
      case 6 -> zeroCount = unsigned(input.readUInt64());
      case 7 -> zeroCount = readDouble(input);
      case 8 -> readSpan(input, negativeSpans);
      case 9 -> {
        negativeRunning += input.readSInt64();
        negativeBuckets.add((double) negativeRunning);
      }
      case 10 -> negativeBuckets.add(readDouble(input));
      case 11 -> readSpan(input, positiveSpans);
      case 12 -> {
        positiveRunning += input.readSInt64();
        positiveBuckets.add((double) positiveRunning);
      }
      case 13 -> positiveBuckets.add(readDouble(input));
      case 14 -> resetHint = input.readEnum();
      case 15 -> timestampMs = input.readInt64();
      case 16 -> customBounds.add(readDouble(input));
      default -> WriteRequestReader.skip(input, tag);
    }
  }

  private static double readDouble(CodedInputStream input) throws IOException {
    return Double.longBitsToDouble(input.readFixed64());
  }

  private static double unsigned(long value) {
    return value >= 0 ? value : 0x1p64 + value;
  }

  private static void readSpan(CodedInputStream input, IntArrayList spans) throws IOException {
    int offset = 0;
    int length = 0;
    int outer = input.pushLimit(input.readRawVarint32());
    for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
      switch (WireFormat.getTagFieldNumber(tag)) {
        case 1 -> offset = input.readSInt32();
        case 2 -> length = input.readUInt32();
        default -> WriteRequestReader.skip(input, tag);
      }
    }
    input.popLimit(outer);
    spans.addInt(offset);
    spans.addInt(length);
  }

  long timestampMs() {
    return timestampMs;
  }

  /**
   * {@return the histogram}
   *
   * @throws IllegalArgumentException if its parts contradict each other
   */
  Histogram toHistogram() {
    if (schema != Histogram.CUSTOM_SCHEMA
        && (schema < MIN_SCHEMA || schema > MAX_RESERVED_SCHEMA)) {
      throw new IllegalArgumentException(
          "histogram has an invalid schema, which must be between -4 and 8 for exponential buckets, or -53 for custom buckets, got schema %d"
              .formatted(schema));
    }
    SchemaReduction positive =
        new SchemaReduction(positiveSpans.toIntArray(), positiveBuckets.toArray());
    SchemaReduction negative =
        new SchemaReduction(negativeSpans.toIntArray(), negativeBuckets.toArray());
    checkSpans("positive", positive);
    checkSpans("negative", negative);
    if (schema > MAX_SCHEMA) {
      positive = positive.by(schema - MAX_SCHEMA);
      negative = negative.by(schema - MAX_SCHEMA);
    }
    return new Histogram(
        Math.min(schema, MAX_SCHEMA),
        zeroThreshold,
        zeroCount,
        count,
        sum,
        positive.spans(),
        positive.buckets(),
        negative.spans(),
        negative.buckets(),
        customBounds.toArray(),
        hint(),
        !floats);
  }

  private static void checkSpans(String side, SchemaReduction layout) {
    long needed = 0;
    for (int i = 1; i < layout.spans().length; i += 2) {
      needed += Integer.toUnsignedLong(layout.spans()[i]);
    }
    if (needed != layout.buckets().length) {
      throw new IllegalArgumentException(
          "%s side: spans need %d buckets, have %d buckets: histogram spans specify different number of buckets than provided"
              .formatted(side, needed, layout.buckets().length));
    }
  }

  private CounterResetHint hint() {
    return switch (resetHint) {
      case 1 -> CounterResetHint.RESET;
      case 2 -> CounterResetHint.NOT_RESET;
      case 3 -> CounterResetHint.GAUGE;
      default -> CounterResetHint.UNKNOWN;
    };
  }
}
