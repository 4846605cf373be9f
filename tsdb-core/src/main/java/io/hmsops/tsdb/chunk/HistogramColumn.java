package io.hmsops.tsdb.chunk;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.sample.Histogram;
import java.util.List;

/**
 * Native histograms of one layout, column by column: the counts, the sums, each bucket. Specified
 * in {@code docs/format/chunk-column.md}.
 */
public final class HistogramColumn {
  private static final int WHOLE_NUMBERS = 1;
  private static final int HINT_SHIFT = 1;
  private static final int HINT_MASK = 3;

  private HistogramColumn() {}

  /**
   * {@return whether two histograms can stand in one column}
   *
   * @param a one
   * @param b the other
   */
  public static boolean sameLayout(Histogram a, Histogram b) {
    return HistogramBytes.sameLayout(a, b);
  }

  /**
   * Writes a column.
   *
   * @param histograms the column, at least one, all of one layout
   * @param cold whether smaller is worth slower
   * @param out where to
   */
  public static void encode(List<Histogram> histograms, boolean cold, ByteWriter out) {
    int count = histograms.size();
    HistogramBytes.writeLayout(out, histograms.getFirst());
    long[] flags = new long[count];
    double[] sums = new double[count];
    double[][] rows = new double[count][];
    for (int i = 0; i < count; i++) {
      Histogram histogram = histograms.get(i);
      flags[i] =
          (histogram.wholeNumbers() ? WHOLE_NUMBERS : 0)
              | (long) HistogramBytes.hintCode(histogram.resetHint()) << HINT_SHIFT;
      sums[i] = histogram.sum();
      rows[i] = HistogramBytes.populations(histogram);
    }
    ByteWriter column = new ByteWriter(64);
    IntegerColumn.encode(flags, count, cold, column);
    putColumn(column, out);
    ValueColumn.encode(sums, count, cold, column);
    putColumn(column, out);
    double[] population = new double[count];
    for (int bucket = 0; bucket < rows[0].length; bucket++) {
      for (int i = 0; i < count; i++) {
        population[i] = rows[i][bucket];
      }
      ValueColumn.encode(population, count, cold, column);
      putColumn(column, out);
    }
  }

  private static void putColumn(ByteWriter column, ByteWriter out) {
    out.putVarint(column.length());
    out.putBytes(column.array(), 0, column.length());
    column.clear();
  }

  /**
   * Reads a column.
   *
   * @param bytes where it is, with {@link Chunk#SLACK_BYTES} behind {@code end}
   * @param offset its first byte
   * @param end where its bytes end
   * @param count how many histograms
   * @return the histograms, with the hints they were written with
   * @throws MalformedDataException if the bytes are not such a column
   */
  public static Histogram[] decode(byte[] bytes, int offset, int end, int count)
      throws MalformedDataException {
    ByteReader in = new ByteReader(bytes, offset, end - offset);
    Histogram layout = HistogramBytes.readLayout(in);
    long[] flags = new long[count];
    int columnEnd = columnEnd(in);
    IntegerColumn.decode(bytes, in.position(), columnEnd, flags, count);
    double[] sums = new double[count];
    long[] scratch = new long[count];
    in = new ByteReader(bytes, columnEnd, end - columnEnd);
    columnEnd = columnEnd(in);
    ValueColumn.decode(bytes, in.position(), columnEnd, sums, scratch, count);
    double[][] columns = new double[HistogramBytes.populations(layout).length][count];
    for (double[] column : columns) {
      in = new ByteReader(bytes, columnEnd, end - columnEnd);
      columnEnd = columnEnd(in);
      ValueColumn.decode(bytes, in.position(), columnEnd, column, scratch, count);
    }
    Histogram[] histograms = new Histogram[count];
    for (int i = 0; i < count; i++) {
      double[] populations = new double[columns.length];
      for (int bucket = 0; bucket < columns.length; bucket++) {
        populations[bucket] = columns[bucket][i];
      }
      histograms[i] =
          HistogramBytes.of(
              layout,
              populations,
              sums[i],
              HistogramBytes.hint((int) flags[i] >>> HINT_SHIFT & HINT_MASK),
              (flags[i] & WHOLE_NUMBERS) != 0);
    }
    return histograms;
  }

  private static int columnEnd(ByteReader in) throws MalformedDataException {
    int length = in.getCount();
    return in.position() + length;
  }
}
