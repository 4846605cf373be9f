package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.MalformedDataException;
import java.util.Arrays;

/**
 * Reads the payload of a frame that {@link FloatSeriesEncoder} wrote, series by series, and of each
 * chunk by chunk: what the methods tell is of the series and the chunk that was read last. Reused
 * for the next frame, so that a checkpoint of many leaves no garbage. Not thread-safe.
 */
public final class FloatSeriesReader {
  private final long lsn;
  private ByteReader in = new ByteReader(new byte[0], 0, 0);
  private int knownSeries;
  private int knownLabels;
  private String[] names = {};
  private int distinctLabels;
  private int[] labelNames = {};
  private int[] valueOffsets = {};
  private int[] valueLengths = {};
  private int count;
  private long ref;
  private long batch;
  private int flags;
  private long newestMs;
  private double newestValue;
  private int[] labels = new int[16];
  private int labelCount;
  private int chunksLeft;
  private int samples;
  private boolean packed;
  private long maxTimeMs;
  private int offset;
  private int lengthBytes;
  private int bits;
  private int window;
  private long deltaMs;

  FloatSeriesReader(long checkpointLsn) {
    lsn = checkpointLsn;
  }

  /** Begins a frame. */
  void begin(ByteReader payload) throws MalformedDataException {
    in = payload;
    count = 0;
    ref = 0;
    newestMs = 0;
    chunksLeft = 0;
    knownSeries = (int) Math.min(Integer.MAX_VALUE, Math.max(0, in.getVarint()));
    knownLabels = (int) Math.min(Integer.MAX_VALUE, Math.max(0, in.getVarint()));
    names = new String[in.getCount()];
    for (int i = 0; i < names.length; i++) {
      names[i] = in.getText();
    }
    distinctLabels = in.getCount();
    if (distinctLabels > labelNames.length) {
      int room = distinctLabels + distinctLabels / 4;
      labelNames = new int[room];
      valueOffsets = new int[room];
      valueLengths = new int[room];
    }
    for (int i = 0; i < distinctLabels; i++) {
      labelNames[i] = place(in.getVarint(), names.length, "name");
      valueLengths[i] = in.getCount();
      valueOffsets[i] = in.position();
      in.skip(valueLengths[i]);
    }
  }

  private static int place(long place, int end, String what) throws MalformedDataException {
    if (place < 0 || place >= end) {
      throw new MalformedDataException("%s %d (expected: below %d)".formatted(what, place, end));
    }
    return (int) place;
  }

  /** {@return about how many series the checkpoint has} */
  public int knownSeries() {
    return knownSeries;
  }

  /** {@return about how many labels the checkpoint has} */
  public int knownLabels() {
    return knownLabels;
  }

  /** {@return how many names the labels have} */
  public int nameCount() {
    return names.length;
  }

  /**
   * {@return a name}
   *
   * @param name from 0 to {@link #nameCount}
   */
  public String name(int name) {
    return names[name];
  }

  /** {@return how many labels the series of the frame have together} */
  public int distinctLabels() {
    return distinctLabels;
  }

  /**
   * {@return the name of a label}
   *
   * @param label from 0 to {@link #distinctLabels}
   */
  public int nameOf(int label) {
    return labelNames[label];
  }

  /**
   * {@return where the value of a label begins in {@link #bytes}}
   *
   * @param label from 0 to {@link #distinctLabels}
   */
  public int valueOffset(int label) {
    return valueOffsets[label];
  }

  /**
   * {@return how many bytes of UTF-8 the value of a label has}
   *
   * @param label from 0 to {@link #distinctLabels}
   */
  public int valueLength(int label) {
    return valueLengths[label];
  }

  /** {@return what values and chunks are in} */
  public byte[] bytes() {
    return in.array();
  }

  /**
   * Goes to the next series. All chunks of the one before are to be read first.
   *
   * @return whether there is one
   * @throws MalformedDataException if the frame is not as it should be
   */
  public boolean nextSeries() throws MalformedDataException {
    if (in.atEnd()) {
      return false;
    }
    ref += in.getVarint();
    if (ref < 1 || ref > Integer.MAX_VALUE) {
      throw new MalformedDataException(
          "series reference: %d (expected: 1 to %d)".formatted(ref, Integer.MAX_VALUE));
    }
    batch = lsn + in.getVarint();
    flags = in.getByte();
    newestMs += in.getZigzag();
    newestValue = isNewestKnown() ? in.getDouble() : 0;
    labelCount = in.getCount();
    if (labelCount > labels.length) {
      labels = Arrays.copyOf(labels, labelCount);
    }
    for (int i = 0; i < labelCount; i++) {
      labels[i] = place(in.getVarint(), distinctLabels, "label");
    }
    chunksLeft = in.getCount();
    count++;
    return true;
  }

  /** {@return how many series were read} */
  public int count() {
    return count;
  }

  /** {@return the series' reference} */
  public long ref() {
    return ref;
  }

  /** {@return the newest batch in it} */
  public long batch() {
    return batch;
  }

  /** {@return the timestamp of its newest sample, wherever that is stored} */
  public long newestMs() {
    return newestMs;
  }

  /** {@return whether the value of its newest sample is known} */
  public boolean isNewestKnown() {
    return (flags & FloatSeriesEncoder.KNOWN) != 0;
  }

  /** {@return the value of its newest sample, if known} */
  public double newestValue() {
    return newestValue;
  }

  /** {@return its labels by name, {@link #labelCount} of them; used again for the next series} */
  // Not copied: one array for all series.
  public int[] labels() {
    return labels;
  }

  /** {@return how many labels it has} */
  public int labelCount() {
    return labelCount;
  }

  /**
   * Goes to the next chunk of the series.
   *
   * @return whether there is one
   * @throws MalformedDataException if the frame is not as it should be
   */
  public boolean nextChunk() throws MalformedDataException {
    if (chunksLeft == 0) {
      return false;
    }
    chunksLeft--;
    int form = (int) in.getVarint();
    samples = form >>> 1;
    packed = (form & 1) != 0;
    maxTimeMs = newestMs - in.getZigzag();
    lengthBytes = in.getCount();
    offset = in.position();
    in.skip(lengthBytes);
    if (lengthBytes < 2 * Long.BYTES
        || samples < 1
        || (packed && (lengthBytes % Long.BYTES != 0 || isOpen()))) {
      throw new MalformedDataException(
          "chunk of %d samples in %d bytes (expected: at least 1 in 16, sealed words if packed)"
              .formatted(samples, lengthBytes));
    }
    if (isOpen()) {
      bits = (int) in.getVarint();
      window = (int) in.getVarint();
      deltaMs = in.getZigzag();
      if ((bits + 7) >>> 3 != lengthBytes) {
        throw new MalformedDataException(
            "open chunk of %d bits (expected: as many as %d bytes have)"
                .formatted(bits, lengthBytes));
      }
    }
    return true;
  }

  /** {@return how many samples the chunk has} */
  public int samples() {
    return samples;
  }

  /** {@return whether the chunk is of packed whole numbers, else XOR} */
  public boolean isPacked() {
    return packed;
  }

  /** {@return the chunk's last timestamp} */
  public long maxTimeMs() {
    return maxTimeMs;
  }

  /** {@return where the chunk begins in {@link #bytes}} */
  public int offset() {
    return offset;
  }

  /** {@return how many bytes the chunk has} */
  public int lengthBytes() {
    return lengthBytes;
  }

  /** {@return whether the chunk goes on} */
  public boolean isOpen() {
    return chunksLeft == 0 && (flags & FloatSeriesEncoder.OPEN) != 0;
  }

  /** {@return how many bits the open chunk has} */
  public int bits() {
    return bits;
  }

  /** {@return the window of the open chunk, see {@link io.hmsops.tsdb.chunk.XorEncoder#window}} */
  public int window() {
    return window;
  }

  /** {@return the distance of the open chunk's last two timestamps, 0 if there is one} */
  public long deltaMs() {
    return deltaMs;
  }

  /** {@return where the next byte is read} */
  int position() {
    return in.position();
  }

  /** Reads everything to the end, for the errors. */
  void readAll() throws MalformedDataException {
    while (nextSeries()) {
      while (nextChunk()) {
        // The next one.
      }
    }
  }
}
