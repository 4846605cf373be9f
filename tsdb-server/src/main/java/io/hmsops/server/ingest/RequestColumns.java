package io.hmsops.server.ingest;

import java.util.Arrays;
import org.agrona.collections.IntArrayList;

/**
 * The series of one remote write 1.0 request in columns: where their labels stand and what floats
 * they have. Series with anything else are only listed. Reused, so that requests of known series
 * allocate nothing. Not thread-safe.
 */
final class RequestColumns {
  /*
   * A sender repeats all labels of a series with each sample. They are not decoded here: the bytes of all label
   * fields together are hashed, and known series found by that.
   */
  private static final int TIME_SERIES = 1 << 3 | WireBytes.LENGTH_DELIMITED;
  private static final int METADATA = 3 << 3 | WireBytes.LENGTH_DELIMITED;
  private static final int LABELS = 1 << 3 | WireBytes.LENGTH_DELIMITED;
  private static final int SAMPLES = 2 << 3 | WireBytes.LENGTH_DELIMITED;
  private static final int VALUE = 1 << 3 | WireBytes.FIXED64;
  private static final int TIMESTAMP = 2 << 3 | WireBytes.VARINT;

  private final WireBytes in = new WireBytes();
  private final LabelHash hash;

  private int seriesCount;
  private int[] labelStarts = new int[64];
  private int[] labelEnds = new int[64];
  private int[] sampleEnds = new int[64];
  private long[] highs = new long[64];
  private long[] lows = new long[64];

  private int sampleCount;
  private long[] timestampsMs = new long[64];
  private double[] values = new double[64];

  /** Start and end of each series that has more than floats, or not in the usual order. */
  private final IntArrayList others = new IntArrayList();

  /** Start and end of the metadata of each family. */
  private final IntArrayList metadata = new IntArrayList();

  RequestColumns(LabelHash hash) {
    this.hash = hash;
  }

  /**
   * Reads a request, or {@return false} if it is not well-formed; then nothing here counts.
   *
   * @param message the request
   * @param length how much of the array it takes
   */
  boolean read(byte[] message, int length) {
    clear();
    in.set(message, 0, length);
    while (!in.atEnd() && !in.failed()) {
      int tag = (int) in.varint();
      if (tag == TIME_SERIES) {
        int end = in.fieldEnd();
        int start = in.position();
        if (!in.failed() && !readSeries(start, end)) {
          others.addInt(start);
          others.addInt(end);
        }
        in.position(end);
      } else if (tag == METADATA) {
        int end = in.fieldEnd();
        metadata.addInt(in.position());
        metadata.addInt(end);
        in.position(end);
      } else {
        in.skip(tag);
      }
    }
    return !in.failed();
  }

  /** Forgets the request. */
  void clear() {
    seriesCount = 0;
    sampleCount = 0;
    others.clear();
    metadata.clear();
  }

  /** Reads a series of labels, then floats; {@return false} if it is anything else. */
  private boolean readSeries(int start, int end) {
    int firstSample = sampleCount;
    byte[] bytes = in.array();
    int at = start;
    while (at < end && bytes[at] == LABELS) {
      in.position(at + 1);
      at = in.fieldEnd();
    }
    int labelsEnd = at;
    boolean floats = true;
    while (at < end && bytes[at] == SAMPLES && floats && !in.failed()) {
      in.position(at + 1);
      at = in.fieldEnd();
      floats &= readSample(at);
    }
    if (at != end || !floats || in.failed()) {
      sampleCount = firstSample;
      return in.failed();
    }
    hash.of(bytes, start, labelsEnd);
    addSeries(start, labelsEnd);
    return true;
  }

  private boolean readSample(int end) {
    long bits = 0;
    long timestampMs = 0;
    while (in.position() < end && !in.failed()) {
      int tag = in.peek();
      in.position(in.position() + 1);
      switch (tag) {
        case VALUE -> bits = in.fixed64();
        case TIMESTAMP -> timestampMs = in.varint();
        default -> {
          return false;
        }
      }
    }
    if (in.position() != end) {
      return false;
    }
    if (sampleCount == values.length) {
      timestampsMs = Arrays.copyOf(timestampsMs, 2 * sampleCount);
      values = Arrays.copyOf(values, 2 * sampleCount);
    }
    timestampsMs[sampleCount] = timestampMs;
    // By its bits: a conversion could lose a staleness marker.
    values[sampleCount++] = Double.longBitsToDouble(bits);
    return true;
  }

  private void addSeries(int labelsStart, int labelsEnd) {
    if (seriesCount == labelStarts.length) {
      int capacity = 2 * seriesCount;
      labelStarts = Arrays.copyOf(labelStarts, capacity);
      labelEnds = Arrays.copyOf(labelEnds, capacity);
      sampleEnds = Arrays.copyOf(sampleEnds, capacity);
      highs = Arrays.copyOf(highs, capacity);
      lows = Arrays.copyOf(lows, capacity);
    }
    labelStarts[seriesCount] = labelsStart;
    labelEnds[seriesCount] = labelsEnd;
    sampleEnds[seriesCount] = sampleCount;
    highs[seriesCount] = hash.high();
    lows[seriesCount++] = hash.low();
  }

  /** {@return the request} */
  byte[] message() {
    return in.array();
  }

  /** {@return how many series have floats only} */
  int seriesCount() {
    return seriesCount;
  }

  int labelsStart(int series) {
    return labelStarts[series];
  }

  int labelsEnd(int series) {
    return labelEnds[series];
  }

  /** {@return the first half of the hash of a series' labels} */
  long high(int series) {
    return highs[series];
  }

  /** {@return the second half of the hash of a series' labels} */
  long low(int series) {
    return lows[series];
  }

  /** {@return a series' first sample} */
  int firstSample(int series) {
    return series == 0 ? 0 : sampleEnds[series - 1];
  }

  /** {@return behind a series' last sample} */
  int sampleEnd(int series) {
    return sampleEnds[series];
  }

  long timestampMs(int sample) {
    return timestampsMs[sample];
  }

  double value(int sample) {
    return values[sample];
  }

  /** {@return how many series are left to another reader} */
  int otherCount() {
    return others.size() / 2;
  }

  int otherStart(int other) {
    return others.getInt(2 * other);
  }

  int otherEnd(int other) {
    return others.getInt(2 * other + 1);
  }

  /** {@return of how many families there are metadata, left to another reader} */
  int metadataCount() {
    return metadata.size() / 2;
  }

  int metadataStart(int family) {
    return metadata.getInt(2 * family);
  }

  int metadataEnd(int family) {
    return metadata.getInt(2 * family + 1);
  }
}
