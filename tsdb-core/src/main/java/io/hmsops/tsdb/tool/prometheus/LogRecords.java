package io.hmsops.tsdb.tool.prometheus;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.SampleBatch;
import java.io.IOException;

/** Decodes the records of a log. */
final class LogRecords {
  private static final int SERIES = 1;
  private static final int SAMPLES = 2;
  private static final int TOMBSTONES = 3;
  private static final int EXEMPLARS = 4;
  private static final int MAPPED_MARKERS = 5;
  private static final int METADATA = 6;
  private static final int HISTOGRAMS = 7;
  private static final int FLOAT_HISTOGRAMS = 8;
  private static final int CUSTOM_HISTOGRAMS = 9;
  private static final int CUSTOM_FLOAT_HISTOGRAMS = 10;
  private static final int SAMPLES_2 = 11;
  private static final int HISTOGRAMS_2 = 12;
  private static final int FLOAT_HISTOGRAMS_2 = 13;
  private static final int MIN_VALID_TIME = 14;

  /** In the place of a start timestamp: there is none, it is that of the sample before. */
  private static final int NO_START = 0;

  private static final int SAME_START = 1;

  private static final double MAX_WHOLE = 1L << 53;

  /** Gets what is in records, by the log's own references to series. */
  interface Visitor {
    void series(long ref, Labels labels) throws IOException;

    void sample(long ref, long timestampMs, double value, long startMs) throws IOException;

    void histogram(long ref, long timestampMs, Histogram histogram, long startMs)
        throws IOException;

    /** Takes a deletion: interval and series are next in a record. */
    void deletion(long ref, BigEndianReader interval) throws IOException;

    void exemplar(long ref, Exemplar exemplar) throws IOException;

    void metadata(long ref, Metadata metadata) throws IOException;

    /** The record is at its end. */
    void end() throws IOException;
  }

  private LogRecords() {}

  /** Reads one kind of sample. */
  @FunctionalInterface
  private interface Value {
    void read(long ref, long timestampMs, long startMs) throws IOException;
  }

  static void read(BigEndianReader in, Visitor visitor) throws IOException {
    int type = in.u8();
    switch (type) {
      case SERIES -> readSeries(in, visitor);
      case SAMPLES -> readFromFirst(in, (r, t, s) -> visitor.sample(r, t, in.f64(), s));
      case SAMPLES_2 -> readFromLast(in, (r, t, s) -> visitor.sample(r, t, in.f64(), s));
      case HISTOGRAMS, CUSTOM_HISTOGRAMS ->
          readFromFirst(in, (r, t, s) -> visitor.histogram(r, t, whole(in), s));
      case HISTOGRAMS_2 -> readFromLast(in, (r, t, s) -> visitor.histogram(r, t, whole(in), s));
      case FLOAT_HISTOGRAMS, CUSTOM_FLOAT_HISTOGRAMS ->
          readFromFirst(in, (r, t, s) -> visitor.histogram(r, t, fractional(in), s));
      case FLOAT_HISTOGRAMS_2 ->
          readFromLast(in, (r, t, s) -> visitor.histogram(r, t, fractional(in), s));
      case TOMBSTONES -> {
        while (in.remaining() > 0) {
          visitor.deletion(in.i64(), in);
        }
      }
      case EXEMPLARS ->
          readFromFirst(
              in,
              (r, t, _) -> {
                double value = in.f64();
                visitor.exemplar(r, new Exemplar(labels(in), value, t));
              });
      case METADATA -> readMetadata(in, visitor);
      // What they say follows from the chunks of the head, and from the samples.
      case MAPPED_MARKERS, MIN_VALID_TIME -> {}
      default ->
          throw in.damagedAt(
              0, "a record of type %d is not supported (supported: 1 to 14)".formatted(type));
    }
    visitor.end();
  }

  private static Labels labels(BigEndianReader in) throws CorruptFileException {
    String[] pairs = new String[2 * in.count()];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = in.text();
    }
    return IndexFile.labels(in, pairs);
  }

  private static void readSeries(BigEndianReader in, Visitor visitor) throws IOException {
    while (in.remaining() > 0) {
      long ref = in.i64();
      visitor.series(ref, labels(in));
    }
  }

  /** Each sample's series and time as the difference from the first one's. */
  private static void readFromFirst(BigEndianReader in, Value value) throws IOException {
    if (in.remaining() == 0) {
      return;
    }
    long firstRef = in.i64();
    long firstMs = in.i64();
    while (in.remaining() > 0) {
      long ref = firstRef + in.varint();
      value.read(ref, firstMs + in.varint(), SampleBatch.NO_START_TIMESTAMP);
    }
  }

  /** Each sample's series as the difference from the one before, and a start timestamp. */
  private static void readFromLast(BigEndianReader in, Value value) throws IOException {
    if (in.remaining() == 0) {
      return;
    }
    long ref = in.varint();
    long firstMs = in.varint();
    long firstStartMs = in.varint();
    long startMs = firstStartMs;
    value.read(ref, firstMs, startMs);
    while (in.remaining() > 0) {
      ref += in.varint();
      long timestampMs = firstMs + in.varint();
      int marker = in.u8();
      if (marker == NO_START) {
        startMs = SampleBatch.NO_START_TIMESTAMP;
      } else if (marker != SAME_START) {
        startMs = firstStartMs + in.varint();
      }
      value.read(ref, timestampMs, startMs);
    }
  }

  private static void readMetadata(BigEndianReader in, Visitor visitor) throws IOException {
    while (in.remaining() > 0) {
      long ref = in.uvarint();
      String type = type(in.u8());
      String unit = "";
      String help = "";
      for (int fields = in.count(); fields > 0; fields--) {
        String name = in.text();
        String text = in.text();
        if (name.equals("UNIT")) {
          unit = text;
        } else if (name.equals("HELP")) {
          help = text;
        }
      }
      visitor.metadata(ref, new Metadata(type, unit, help));
    }
  }

  private static String type(int code) {
    return switch (code) {
      case 1 -> "counter";
      case 2 -> "gauge";
      case 3 -> "histogram";
      case 4 -> "gaugehistogram";
      case 5 -> "summary";
      case 6 -> "info";
      case 7 -> "stateset";
      default -> "unknown";
    };
  }

  private static Histogram whole(BigEndianReader in) throws CorruptFileException {
    CounterResetHint hint = hint(in);
    int schema = (int) in.varint();
    double threshold = in.f64();
    double zeroCount = exact(in, in.uvarint());
    double count = exact(in, in.uvarint());
    double sum = in.f64();
    int[] positiveSpans = spans(in);
    int[] negativeSpans = spans(in);
    double[] positive = differences(in);
    double[] negative = differences(in);
    double[] bounds = bounds(in, schema);
    return histogram(
        in,
        new HistogramLayout(schema, threshold, positiveSpans, negativeSpans, bounds),
        new double[][] {{zeroCount, count, sum}, positive, negative},
        hint,
        true);
  }

  private static Histogram fractional(BigEndianReader in) throws CorruptFileException {
    CounterResetHint hint = hint(in);
    int schema = (int) in.varint();
    double threshold = in.f64();
    double[] totals = {in.f64(), in.f64(), in.f64()};
    int[] positiveSpans = spans(in);
    int[] negativeSpans = spans(in);
    double[] positive = doubles(in);
    double[] negative = doubles(in);
    double[] bounds = bounds(in, schema);
    return histogram(
        in,
        new HistogramLayout(schema, threshold, positiveSpans, negativeSpans, bounds),
        new double[][] {totals, positive, negative},
        hint,
        false);
  }

  private static Histogram histogram(
      BigEndianReader in,
      HistogramLayout layout,
      double[][] numbers,
      CounterResetHint hint,
      boolean wholeNumbers)
      throws CorruptFileException {
    double sum = numbers[0][2];
    if (StaleMarker.is(sum)) {
      return HistogramLayout.stale(wholeNumbers);
    }
    try {
      return layout.histogram(
          numbers[0][0], numbers[0][1], sum, numbers[1], numbers[2], hint, wholeNumbers);
    } catch (IllegalArgumentException e) {
      throw in.damaged(String.valueOf(e.getMessage()));
    }
  }

  private static CounterResetHint hint(BigEndianReader in) throws CorruptFileException {
    return switch (in.u8()) {
      case 1 -> CounterResetHint.RESET;
      case 2 -> CounterResetHint.NOT_RESET;
      case 3 -> CounterResetHint.GAUGE;
      default -> CounterResetHint.UNKNOWN;
    };
  }

  private static int[] spans(BigEndianReader in) throws CorruptFileException {
    int[] spans = new int[2 * in.count()];
    for (int i = 0; i < spans.length; i += 2) {
      spans[i] = (int) in.varint();
      spans[i + 1] = (int) in.uvarint();
    }
    return spans;
  }

  private static double[] differences(BigEndianReader in) throws CorruptFileException {
    double[] populations = new double[in.count()];
    long population = 0;
    for (int i = 0; i < populations.length; i++) {
      population += in.varint();
      populations[i] = exact(in, population);
    }
    return populations;
  }

  private static double exact(BigEndianReader in, long population) throws CorruptFileException {
    if (population < 0 || population > MAX_WHOLE) {
      throw in.damaged("a population of %d (supported: 0 to 2^53)".formatted(population));
    }
    return population;
  }

  private static double[] doubles(BigEndianReader in) throws CorruptFileException {
    double[] doubles = new double[in.count()];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = in.f64();
    }
    return doubles;
  }

  private static double[] bounds(BigEndianReader in, int schema) throws CorruptFileException {
    return schema == Histogram.CUSTOM_SCHEMA ? doubles(in) : new double[0];
  }
}
