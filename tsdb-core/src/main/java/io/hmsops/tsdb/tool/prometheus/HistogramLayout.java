package io.hmsops.tsdb.tool.prometheus;

import io.hmsops.tsdb.chunk.HistogramColumn;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.StaleMarker;

/**
 * What the histograms of one chunk have in common. Never compared.
 *
 * @param schema the schema
 * @param zeroThreshold the zero bucket's width
 * @param positiveSpans runs of positive buckets, as in {@link Histogram}
 * @param negativeSpans runs of negative buckets
 * @param customBounds bounds of buckets, empty unless the schema is custom
 */
// A step between bytes and histograms; the arrays are handed on.
@SuppressWarnings("ArrayRecordComponent")
record HistogramLayout(
    int schema,
    double zeroThreshold,
    int[] positiveSpans,
    int[] negativeSpans,
    double[] customBounds) {
  /** The first byte of a threshold that does not fit into it. */
  private static final int RAW_THRESHOLD = 255;

  private static final int THRESHOLD_EXPONENT = 243;

  /** Bounds of so many thousandths at most are stored as thousandths. */
  private static final double MAX_THOUSANDTHS = 33_554_430;

  private static final double THOUSAND = 1000;
  private static final int[] NO_SPANS = {};
  private static final double[] NO_BOUNDS = {};

  /** What chunks that begin with a staleness marker have. */
  static final HistogramLayout EMPTY = new HistogramLayout(0, 0, NO_SPANS, NO_SPANS, NO_BOUNDS);

  static HistogramLayout of(Histogram histogram) {
    return histogram.isStale()
        ? EMPTY
        : new HistogramLayout(
            histogram.schema(),
            histogram.zeroThreshold(),
            histogram.positiveSpans(),
            histogram.negativeSpans(),
            histogram.customBounds());
  }

  /** {@return whether two histograms can stand in one chunk} */
  static boolean same(Histogram a, Histogram b) {
    return HistogramColumn.sameLayout(a, b);
  }

  int positiveBuckets() {
    return buckets(positiveSpans);
  }

  int negativeBuckets() {
    return buckets(negativeSpans);
  }

  private static int buckets(int[] spans) {
    int buckets = 0;
    for (int i = 1; i < spans.length; i += 2) {
      buckets += spans[i];
    }
    return buckets;
  }

  /** {@return a histogram of this layout} */
  Histogram histogram(
      double zeroCount,
      double count,
      double sum,
      double[] positive,
      double[] negative,
      CounterResetHint hint,
      boolean wholeNumbers) {
    return new Histogram(
        schema,
        zeroThreshold,
        zeroCount,
        count,
        sum,
        positiveSpans,
        positive,
        negativeSpans,
        negative,
        customBounds,
        hint,
        wholeNumbers);
  }

  /** {@return a staleness marker} */
  static Histogram stale(boolean wholeNumbers) {
    return EMPTY.histogram(
        0, 0, StaleMarker.VALUE, NO_BOUNDS, NO_BOUNDS, CounterResetHint.UNKNOWN, wholeNumbers);
  }

  static HistogramLayout read(Bits in) throws MalformedDataException {
    double threshold = readThreshold(in);
    long schema = in.varbitInt();
    if (schema != (int) schema) {
      throw new MalformedDataException("a histogram of schema %d".formatted(schema));
    }
    int[] positive = readSpans(in);
    int[] negative = readSpans(in);
    double[] bounds = schema == Histogram.CUSTOM_SCHEMA ? readBounds(in) : NO_BOUNDS;
    return new HistogramLayout((int) schema, threshold, positive, negative, bounds);
  }

  void write(BitSink out) {
    writeThreshold(out);
    out.varbitInt(schema);
    writeSpans(positiveSpans, out);
    writeSpans(negativeSpans, out);
    if (schema == Histogram.CUSTOM_SCHEMA) {
      writeBounds(out);
    }
  }

  private static double readThreshold(Bits in) throws MalformedDataException {
    int code = (int) in.get(Byte.SIZE);
    return switch (code) {
      case 0 -> 0;
      case RAW_THRESHOLD -> in.f64();
      default -> Math.scalb(0.5, code - THRESHOLD_EXPONENT);
    };
  }

  private void writeThreshold(BitSink out) {
    if (Double.doubleToRawLongBits(zeroThreshold) == 0) {
      out.put(0, Byte.SIZE);
      return;
    }
    int code = Math.getExponent(zeroThreshold) + 1 + THRESHOLD_EXPONENT;
    if (code > 0
        && code < RAW_THRESHOLD
        && Double.compare(Math.scalb(0.5, code - THRESHOLD_EXPONENT), zeroThreshold) == 0) {
      out.put(code, Byte.SIZE);
    } else {
      out.put(RAW_THRESHOLD, Byte.SIZE);
      out.f64(zeroThreshold);
    }
  }

  private static int[] readSpans(Bits in) throws MalformedDataException {
    int[] spans = new int[2 * count("spans", in.varbitUint())];
    long buckets = 0;
    for (int i = 0; i < spans.length; i += 2) {
      spans[i + 1] = count("buckets", in.varbitUint());
      buckets += spans[i + 1];
      long offset = in.varbitInt();
      if (offset != (int) offset) {
        throw new MalformedDataException("a span of buckets at offset %d".formatted(offset));
      }
      spans[i] = (int) offset;
    }
    var _ = count("buckets", buckets);
    return spans;
  }

  /** What does not fit into a chunk's bits would only fill the memory. */
  private static int count(String what, long count) throws MalformedDataException {
    if (count < 0 || count > 1 << 20) {
      throw new MalformedDataException(
          "%d %s of a histogram (expected: at most %d)".formatted(count, what, 1 << 20));
    }
    return (int) count;
  }

  private static void writeSpans(int[] spans, BitSink out) {
    out.varbitUint(spans.length / 2);
    for (int i = 0; i < spans.length; i += 2) {
      out.varbitUint(spans[i + 1]);
      out.varbitInt(spans[i]);
    }
  }

  private static double[] readBounds(Bits in) throws MalformedDataException {
    double[] bounds = new double[count("custom bounds", in.varbitUint())];
    for (int i = 0; i < bounds.length; i++) {
      long code = in.varbitUint();
      bounds[i] = code == 0 ? in.f64() : (code - 1) / THOUSAND;
    }
    return bounds;
  }

  private void writeBounds(BitSink out) {
    out.varbitUint(customBounds.length);
    for (double bound : customBounds) {
      double thousandths = bound * THOUSAND;
      long whole = (long) thousandths;
      if (thousandths >= 0
          && thousandths <= MAX_THOUSANDTHS
          && whole == thousandths
          && Double.compare(whole / THOUSAND, bound) == 0) {
        out.varbitUint(whole + 1);
      } else {
        out.bit(0);
        out.f64(bound);
      }
    }
  }
}
