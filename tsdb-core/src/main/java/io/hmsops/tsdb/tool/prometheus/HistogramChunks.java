package io.hmsops.tsdb.tool.prometheus;

import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.sample.CounterResetHint;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.storage.SampleBatch;

/** Chunks of native histograms, with whole or with fractional populations. */
final class HistogramChunks {
  private static final int COUNT_BYTES = 2;
  private static final int HEADER_BYTES = COUNT_BYTES + 1;

  /** Of the flags: two bits, the highest. */
  private static final int HINT_SHIFT = 6;

  private static final double MAX_WHOLE = 1L << 53;

  private HistogramChunks() {}

  static void decode(byte[] chunk, boolean wholeNumbers, SampleBatch into)
      throws MalformedDataException {
    int count = FloatChunks.count(chunk);
    if (chunk.length < HEADER_BYTES) {
      throw new MalformedDataException("a chunk of 2 bytes (expected: at least 3)");
    }
    CounterResetHint hint = hint((chunk[COUNT_BYTES] & 0xff) >>> HINT_SHIFT);
    Bits in = new Bits(chunk, HEADER_BYTES);
    HistogramLayout layout = HistogramLayout.read(in);
    int columns = 2 + layout.positiveBuckets() + layout.negativeBuckets();
    Populations populations = wholeNumbers ? new Whole(columns) : new Fractional(columns);
    XorWindow sum = new XorWindow();
    into.clear();
    long time = 0;
    long delta = 0;
    for (int i = 0; i < count; i++) {
      long change = in.varbitInt();
      delta = i < 2 ? change : delta + change;
      time = i == 0 ? change : time + delta;
      populations.begin(i);
      populations.read(0, in);
      populations.read(1, in);
      if (i == 0) {
        sum.start(in.f64());
      } else {
        sum.read(in);
      }
      if (StaleMarker.is(sum.last())) {
        into.add(time, HistogramLayout.stale(wholeNumbers));
      } else {
        for (int column = 2; column < columns; column++) {
          populations.read(column, in);
        }
        into.add(time, populations.histogram(layout, sum.last(), readHint(hint, i), wholeNumbers));
      }
    }
  }

  private static CounterResetHint readHint(CounterResetHint ofChunk, int index) {
    if (ofChunk == CounterResetHint.GAUGE) {
      return CounterResetHint.GAUGE;
    }
    if (index > 0) {
      return CounterResetHint.NOT_RESET;
    }
    // Whether the chunk before is still there is not known.
    return ofChunk == CounterResetHint.RESET ? CounterResetHint.RESET : CounterResetHint.UNKNOWN;
  }

  private static CounterResetHint hint(int code) {
    return switch (code) {
      case 0 -> CounterResetHint.UNKNOWN;
      case 1 -> CounterResetHint.NOT_RESET;
      case 2 -> CounterResetHint.RESET;
      default -> CounterResetHint.GAUGE;
    };
  }

  private static int code(CounterResetHint hint) {
    return switch (hint) {
      case UNKNOWN -> 0;
      case NOT_RESET -> 1;
      case RESET -> 2;
      case GAUGE -> 3;
    };
  }

  /** {@return whether the populations are whole numbers that a chunk of such can hold} */
  static boolean isWhole(Histogram histogram) {
    if (!histogram.wholeNumbers()
        || !isWhole(histogram.count())
        || !isWhole(histogram.zeroCount())) {
      return false;
    }
    for (double[] side :
        new double[][] {histogram.positiveBuckets(), histogram.negativeBuckets()}) {
      for (double population : side) {
        if (!isWhole(population)) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isWhole(double population) {
    // The comparison of bits refuses −0.0, which a whole number could not carry.
    return population <= MAX_WHOLE
        && Double.doubleToRawLongBits((double) Math.max(0, (long) population))
            == Double.doubleToRawLongBits(population);
  }

  /** Collects the histograms of one chunk. Not thread-safe. */
  static final class Writer {
    private final BitSink out = new BitSink();
    private final boolean wholeNumbers;
    private final Populations populations;
    private final XorWindow sum = new XorWindow();
    private int count;
    private long time;
    private long delta;

    /**
     * Begins a chunk.
     *
     * @param first its first histogram, which is not added yet; the others have the same layout
     * @param wholeNumbers whether the populations of all are whole numbers
     */
    Writer(Histogram first, boolean wholeNumbers) {
      this.wholeNumbers = wholeNumbers;
      HistogramLayout layout = HistogramLayout.of(first);
      int columns = 2 + layout.positiveBuckets() + layout.negativeBuckets();
      populations = wholeNumbers ? new Whole(columns) : new Fractional(columns);
      out.put((long) code(first.resetHint()) << HINT_SHIFT, Byte.SIZE);
      layout.write(out);
    }

    boolean wholeNumbers() {
      return wholeNumbers;
    }

    int count() {
      return count;
    }

    int lengthBytes() {
      return COUNT_BYTES + out.lengthBytes();
    }

    void add(long timestampMs, Histogram histogram) {
      long newDelta = timestampMs - time;
      out.varbitInt(count < 2 ? newDelta : newDelta - delta);
      delta = newDelta;
      time = timestampMs;
      populations.begin(count);
      boolean stale = histogram.isStale();
      populations.write(0, stale ? 0 : histogram.count(), out);
      populations.write(1, stale ? 0 : histogram.zeroCount(), out);
      if (count == 0) {
        sum.start(histogram.sum());
        out.f64(histogram.sum());
      } else {
        sum.write(histogram.sum(), out);
      }
      if (!stale) {
        populations.writeBuckets(histogram, out);
      }
      count++;
    }

    byte[] finish() {
      byte[] body = out.toByteArray();
      byte[] chunk = new byte[COUNT_BYTES + body.length];
      chunk[0] = (byte) (count >>> Byte.SIZE);
      chunk[1] = (byte) count;
      System.arraycopy(body, 0, chunk, COUNT_BYTES, body.length);
      return chunk;
    }
  }

  /** The columns of a chunk: count, zero count, positive and negative buckets. */
  private abstract static sealed class Populations {
    private int row;

    void begin(int newRow) {
      row = newRow;
    }

    int row() {
      return row;
    }

    abstract void read(int column, Bits in) throws MalformedDataException;

    abstract void write(int column, double population, BitSink out);

    abstract void writeBuckets(Histogram histogram, BitSink out);

    abstract Histogram histogram(
        HistogramLayout layout, double sum, CounterResetHint hint, boolean wholeNumbers)
        throws MalformedDataException;
  }

  /** Each number as the change of its change; buckets as differences from those before them. */
  private static final class Whole extends Populations {
    private final long[] numbers;
    private final long[] changes;

    Whole(int columns) {
      numbers = new long[columns];
      changes = new long[columns];
    }

    @Override
    void read(int column, Bits in) throws MalformedDataException {
      if (row() == 0) {
        numbers[column] = column < 2 ? in.varbitUint() : in.varbitInt();
        return;
      }
      changes[column] = row() == 1 ? in.varbitInt() : changes[column] + in.varbitInt();
      numbers[column] += changes[column];
    }

    @Override
    void write(int column, double population, BitSink out) {
      put(column, (long) population, out);
    }

    private void put(int column, long number, BitSink out) {
      long change = number - numbers[column];
      numbers[column] = number;
      if (row() == 0) {
        if (column < 2) {
          out.varbitUint(number);
        } else {
          out.varbitInt(number);
        }
        return;
      }
      out.varbitInt(row() == 1 ? change : change - changes[column]);
      changes[column] = change;
    }

    @Override
    void writeBuckets(Histogram histogram, BitSink out) {
      int column = 2;
      for (double[] side :
          new double[][] {histogram.positiveBuckets(), histogram.negativeBuckets()}) {
        long before = 0;
        for (double population : side) {
          put(column++, (long) population - before, out);
          before = (long) population;
        }
      }
    }

    @Override
    Histogram histogram(
        HistogramLayout layout, double sum, CounterResetHint hint, boolean wholeNumbers)
        throws MalformedDataException {
      double[] positive = new double[layout.positiveBuckets()];
      double[] negative = new double[layout.negativeBuckets()];
      int column = accumulate(2, positive);
      var _ = accumulate(column, negative);
      return layout.histogram(
          exact(numbers[1]), exact(numbers[0]), sum, positive, negative, hint, wholeNumbers);
    }

    private int accumulate(int first, double[] side) throws MalformedDataException {
      long population = 0;
      for (int i = 0; i < side.length; i++) {
        population += numbers[first + i];
        side[i] = exact(population);
      }
      return first + side.length;
    }

    private static double exact(long population) throws MalformedDataException {
      if (population < 0 || population > MAX_WHOLE) {
        throw new MalformedDataException(
            "a population of %d (supported: 0 to 2^53)".formatted(population));
      }
      return population;
    }
  }

  /** Each number as its difference, by exclusive or, from the one before it. */
  private static final class Fractional extends Populations {
    private final XorWindow[] windows;

    Fractional(int columns) {
      windows = new XorWindow[columns];
      for (int i = 0; i < columns; i++) {
        windows[i] = new XorWindow();
      }
    }

    @Override
    void read(int column, Bits in) throws MalformedDataException {
      if (row() == 0) {
        windows[column].start(in.f64());
      } else {
        windows[column].read(in);
      }
    }

    @Override
    void write(int column, double population, BitSink out) {
      if (row() == 0) {
        windows[column].start(population);
        out.f64(population);
      } else {
        windows[column].write(population, out);
      }
    }

    @Override
    void writeBuckets(Histogram histogram, BitSink out) {
      int column = 2;
      for (double[] side :
          new double[][] {histogram.positiveBuckets(), histogram.negativeBuckets()}) {
        for (double population : side) {
          write(column++, population, out);
        }
      }
    }

    @Override
    Histogram histogram(
        HistogramLayout layout, double sum, CounterResetHint hint, boolean wholeNumbers) {
      double[] positive = new double[layout.positiveBuckets()];
      for (int i = 0; i < positive.length; i++) {
        positive[i] = windows[2 + i].last();
      }
      double[] negative = new double[layout.negativeBuckets()];
      for (int i = 0; i < negative.length; i++) {
        negative[i] = windows[2 + positive.length + i].last();
      }
      return layout.histogram(
          windows[1].last(), windows[0].last(), sum, positive, negative, hint, wholeNumbers);
    }
  }
}
