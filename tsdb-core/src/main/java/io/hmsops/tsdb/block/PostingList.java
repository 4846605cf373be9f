package io.hmsops.tsdb.block;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;
import java.util.BitSet;
import org.agrona.collections.IntArrayList;

/**
 * The numbers of the series with one label: as runs, or as distances where those are smaller.
 * Specified in {@code docs/format/block.md}.
 */
final class PostingList {
  private static final int RUNS = 1;

  private PostingList() {}

  static void write(IntArrayList numbers, ByteWriter out) {
    ByteWriter distances = new ByteWriter(64);
    ByteWriter runs = new ByteWriter(64);
    int last = -1;
    int runStart = numbers.getInt(0);
    int runEnd = runStart;
    int lastEnd = 0;
    for (int i = 0; i < numbers.size(); i++) {
      int number = numbers.getInt(i);
      distances.putVarint(number - last - 1L);
      last = number;
      if (number != runEnd) {
        runs.putVarint(runStart - (long) lastEnd);
        runs.putVarint(runEnd - runStart - 1L);
        lastEnd = runEnd;
        runStart = number;
      }
      runEnd = number + 1;
    }
    runs.putVarint(runStart - (long) lastEnd);
    runs.putVarint(runEnd - runStart - 1L);
    boolean asRuns = runs.length() < distances.length();
    ByteWriter smaller = asRuns ? runs : distances;
    int start = out.length();
    out.putVarint((long) smaller.length() << 1 | (asRuns ? RUNS : 0));
    out.putBytes(smaller.array(), 0, smaller.length());
    out.putInt(BlockLayout.crc(out.array(), start, out.length()));
  }

  /**
   * Adds the numbers of a list.
   *
   * @param in the list without its header
   * @param header what stands before it
   * @param seriesCount what all numbers are below
   */
  static void read(ByteReader in, long header, int seriesCount, BitSet into)
      throws MalformedDataException {
    long number = (header & RUNS) != 0 ? 0 : -1;
    while (!in.atEnd()) {
      long from;
      if ((header & RUNS) != 0) {
        from = number + in.getVarint();
        number = from + in.getVarint() + 1;
      } else {
        from = number + in.getVarint() + 1;
        number = from;
      }
      long to = (header & RUNS) != 0 ? number : from + 1;
      if (from < 0 || to <= from || to > seriesCount) {
        throw new MalformedDataException(
            "series %d to %d (expected: below %d)".formatted(from, to, seriesCount));
      }
      into.set((int) from, (int) to);
    }
  }
}
