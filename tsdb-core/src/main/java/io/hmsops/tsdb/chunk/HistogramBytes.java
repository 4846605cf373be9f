package io.hmsops.tsdb.chunk;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One native histogram as bytes, in chunks and in the log. Specified in {@code
 * docs/format/chunk-histogram.md}.
 */
public final class HistogramBytes {
  private static final int SAME_LAYOUT = 1;
  private static final int WHOLE_NUMBERS = 2;

  /** Populations are raw doubles, not differences of whole numbers. */
  private static final int RAW_POPULATIONS = 4;

  private static final int HINT_SHIFT = 3;
  private static final int HINT_MASK = 3;
  private static final double MAX_WHOLE = 1L << 53;

  private HistogramBytes() {}

  /**
   * Writes a histogram.
   *
   * @param out where to
   * @param histogram what
   * @param before the one written before it, if the reader will know it
   */
  public static void write(ByteWriter out, Histogram histogram, @Nullable Histogram before) {
    boolean same = before != null && sameLayout(before, histogram);
    boolean raw = !isWhole(histogram) || (same && before != null && !isWhole(before));
    out.putByte(
        (same ? SAME_LAYOUT : 0)
            | (histogram.wholeNumbers() ? WHOLE_NUMBERS : 0)
            | (raw ? RAW_POPULATIONS : 0)
            | (hintCode(histogram.resetHint()) << HINT_SHIFT));
    if (!same) {
      writeLayout(out, histogram);
    }
    out.putDouble(histogram.sum());
    double[] populations = populations(histogram);
    double[] base = same && before != null ? populations(before) : new double[populations.length];
    for (int i = 0; i < populations.length; i++) {
      if (raw) {
        out.putDouble(populations[i]);
      } else {
        out.putZigzag((long) populations[i] - (long) base[i]);
      }
    }
  }

  static void writeLayout(ByteWriter out, Histogram histogram) {
    out.putZigzag(histogram.schema());
    out.putDouble(histogram.zeroThreshold());
    writeSpans(out, histogram.positiveSpans());
    writeSpans(out, histogram.negativeSpans());
    out.putVarint(histogram.customBounds().length);
    for (double bound : histogram.customBounds()) {
      out.putDouble(bound);
    }
  }

  static int hintCode(CounterResetHint hint) {
    return switch (hint) {
      case UNKNOWN -> 0;
      case RESET -> 1;
      case NOT_RESET -> 2;
      case GAUGE -> 3;
    };
  }

  static CounterResetHint hint(int code) {
    return switch (code) {
      case 0 -> CounterResetHint.UNKNOWN;
      case 1 -> CounterResetHint.RESET;
      case 2 -> CounterResetHint.NOT_RESET;
      default -> CounterResetHint.GAUGE;
    };
  }

  private static void writeSpans(ByteWriter out, int[] spans) {
    out.putVarint(spans.length);
    for (int number : spans) {
      out.putZigzag(number);
    }
  }

  /** Count, zero count, positive and negative populations in one row. */
  static double[] populations(Histogram histogram) {
    double[] positive = histogram.positiveBuckets();
    double[] negative = histogram.negativeBuckets();
    double[] all = new double[2 + positive.length + negative.length];
    all[0] = histogram.count();
    all[1] = histogram.zeroCount();
    System.arraycopy(positive, 0, all, 2, positive.length);
    System.arraycopy(negative, 0, all, 2 + positive.length, negative.length);
    return all;
  }

  private static boolean isWhole(Histogram histogram) {
    for (double population : populations(histogram)) {
      // The comparison of bits refuses −0.0 too, which a whole number could not carry.
      if (!(Math.abs(population) <= MAX_WHOLE)
          || Double.doubleToRawLongBits((double) (long) population)
              != Double.doubleToRawLongBits(population)) {
        return false;
      }
    }
    return true;
  }

  static boolean sameLayout(Histogram a, Histogram b) {
    return a.schema() == b.schema()
        && Double.doubleToRawLongBits(a.zeroThreshold())
            == Double.doubleToRawLongBits(b.zeroThreshold())
        && Arrays.equals(a.positiveSpans(), b.positiveSpans())
        && Arrays.equals(a.negativeSpans(), b.negativeSpans())
        && Arrays.equals(a.customBounds(), b.customBounds());
  }

  /**
   * {@return the next histogram}
   *
   * @param in where from
   * @param before the one read before it, null for the first
   * @throws MalformedDataException if the bytes are not a histogram
   */
  public static Histogram read(ByteReader in, @Nullable Histogram before)
      throws MalformedDataException {
    int flags = in.getByte();
    boolean same = (flags & SAME_LAYOUT) != 0;
    if (same && before == null) {
      throw new MalformedDataException("first histogram: layout of the one before it");
    }
    Histogram base = same && before != null ? before : readLayout(in);
    double sum = in.getDouble();
    double[] populations = populations(base);
    for (int i = 0; i < populations.length; i++) {
      populations[i] =
          (flags & RAW_POPULATIONS) != 0
              ? in.getDouble()
              : (double) ((long) populations[i] + in.getZigzag());
    }
    return of(
        base,
        populations,
        sum,
        hint((flags >>> HINT_SHIFT) & HINT_MASK),
        (flags & WHOLE_NUMBERS) != 0);
  }

  /** {@return a histogram with the layout of another and populations in one row} */
  static Histogram of(
      Histogram layout,
      double[] populations,
      double sum,
      CounterResetHint hint,
      boolean wholeNumbers) {
    int positiveEnd = 2 + layout.positiveBuckets().length;
    return new Histogram(
        layout.schema(),
        layout.zeroThreshold(),
        populations[1],
        populations[0],
        sum,
        layout.positiveSpans(),
        Arrays.copyOfRange(populations, 2, positiveEnd),
        layout.negativeSpans(),
        Arrays.copyOfRange(populations, positiveEnd, populations.length),
        layout.customBounds(),
        hint,
        wholeNumbers);
  }

  static Histogram readLayout(ByteReader in) throws MalformedDataException {
    int schema = (int) in.getZigzag();
    double zeroThreshold = in.getDouble();
    int[] positiveSpans = readSpans(in);
    int[] negativeSpans = readSpans(in);
    double[] bounds = new double[in.getCount()];
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = in.getDouble();
    }
    return new Histogram(
        schema,
        zeroThreshold,
        0,
        0,
        0,
        positiveSpans,
        new double[length(positiveSpans)],
        negativeSpans,
        new double[length(negativeSpans)],
        bounds,
        CounterResetHint.UNKNOWN,
        false);
  }

  private static int[] readSpans(ByteReader in) throws MalformedDataException {
    int[] spans = new int[in.getCount()];
    for (int i = 0; i < spans.length; i++) {
      spans[i] = (int) in.getZigzag();
    }
    return spans;
  }

  private static int length(int[] spans) throws MalformedDataException {
    long length = 0;
    for (int i = 1; i < spans.length; i += 2) {
      length += spans[i];
    }
    if (spans.length % 2 != 0 || length < 0 || length > 1 << 20) {
      throw new MalformedDataException("spans: %s".formatted(Arrays.toString(spans)));
    }
    return (int) length;
  }
}
