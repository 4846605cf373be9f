package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.encoding.ByteWriter;
import org.agrona.collections.Int2IntHashMap;

/**
 * The payload of a frame of a checkpoint that holds series of floats. Specified in {@code
 * docs/format/checkpoint.md}. What is written for a series, in this order: {@link #beginSeries},
 * its labels by name, {@link #beginChunks}, its chunks by time, and, if the last one is open,
 * {@link #open}. Reused after {@link #begin}. Not thread-safe.
 */
public final class FloatSeriesEncoder {
  static final int KNOWN = 1;
  static final int OPEN = 2;

  private static final int NONE = -1;

  /** The places of names and labels in the frame, by the caller's numbers of them. */
  private final Int2IntHashMap names = new Int2IntHashMap(NONE);

  private final Int2IntHashMap labels = new Int2IntHashMap(NONE);
  private final ByteWriter nameTexts = new ByteWriter(1 << 8);
  private final ByteWriter labelTexts = new ByteWriter(1 << 12);
  private final ByteWriter rows = new ByteWriter(1 << 16);
  private final ByteWriter payload = new ByteWriter(1 << 16);
  private long lsn;
  private long lastRef;
  private long lastMs;
  private long newestMs;
  private int count;

  /** Creates an encoder. */
  public FloatSeriesEncoder() {}

  /**
   * Begins a frame.
   *
   * @param checkpointLsn the checkpoint's place in the log
   * @param knownSeries how many series there are in all, for the reader to make room
   * @param knownLabels how many labels
   */
  public void begin(long checkpointLsn, int knownSeries, int knownLabels) {
    lsn = checkpointLsn;
    lastRef = 0;
    lastMs = 0;
    count = 0;
    names.clear();
    labels.clear();
    nameTexts.clear();
    labelTexts.clear();
    rows.clear();
    payload.clear();
    payload.putVarint(knownSeries);
    payload.putVarint(knownLabels);
  }

  /** {@return how many series the frame has} */
  public int count() {
    return count;
  }

  /**
   * Begins a series.
   *
   * @param ref its reference, larger than those before
   * @param batch the newest batch in it, not before the checkpoint's
   * @param newest the timestamp of its newest sample, wherever that is stored
   * @param known whether the value of that sample is known
   * @param value that value
   * @param open whether the last chunk goes on
   * @param labelCount how many labels follow
   */
  public void beginSeries(
      long ref,
      long batch,
      long newest,
      boolean known,
      double value,
      boolean open,
      int labelCount) {
    rows.putVarint(ref - lastRef);
    rows.putVarint(batch - lsn);
    rows.putByte((known ? KNOWN : 0) | (open ? OPEN : 0));
    rows.putZigzag(newest - lastMs);
    if (known) {
      rows.putDouble(value);
    }
    rows.putVarint(labelCount);
    lastRef = ref;
    lastMs = newest;
    newestMs = newest;
    count++;
  }

  /**
   * Adds a label of the series, if the frame has it already.
   *
   * @param label the caller's number of the label
   * @return whether it has
   */
  public boolean label(int label) {
    int place = labels.get(label);
    if (place != NONE) {
      rows.putVarint(place);
    }
    return place != NONE;
  }

  /**
   * Adds a label of the series that the frame does not have yet.
   *
   * @param label the caller's number of the label
   * @param name the caller's number of its name
   * @param nameText the name
   * @param utf8 where its value is
   * @param offset the first byte of the value
   * @param length how many bytes it has
   */
  public void newLabel(int label, int name, String nameText, byte[] utf8, int offset, int length) {
    int place = names.get(name);
    if (place == NONE) {
      place = names.size();
      names.put(name, place);
      nameTexts.putText(nameText);
    }
    labelTexts.putVarint(place);
    labelTexts.putVarint(length);
    labelTexts.putBytes(utf8, offset, length);
    rows.putVarint(labels.size());
    labels.put(label, labels.size());
  }

  /**
   * Ends the labels.
   *
   * @param chunkCount how many chunks follow
   */
  public void beginChunks(int chunkCount) {
    rows.putVarint(chunkCount);
  }

  /**
   * Adds a chunk.
   *
   * @param samples how many samples it has
   * @param packed whether it is of packed whole numbers, else XOR
   * @param maxTimeMs the last timestamp
   * @param words its bytes, eight in a word, the first at the left
   * @param start the first word
   * @param lengthBytes how many bytes
   */
  public void chunk(
      int samples, boolean packed, long maxTimeMs, long[] words, int start, int lengthBytes) {
    rows.putVarint(2L * samples + (packed ? 1 : 0));
    rows.putZigzag(newestMs - maxTimeMs);
    rows.putVarint(lengthBytes);
    int word = start;
    int left = lengthBytes;
    while (left > Long.BYTES) {
      rows.putLong(Long.reverseBytes(words[word++]));
      left -= Long.BYTES;
    }
    if (left > 0) {
      rows.putLow(Long.reverseBytes(words[word]), left);
    }
  }

  /**
   * Says how the last chunk goes on.
   *
   * @param bits how many bits it has
   * @param window as {@link io.hmsops.tsdb.chunk.XorEncoder#window} is
   * @param deltaMs the distance of its last two timestamps, 0 if there is one
   */
  public void open(int bits, int window, long deltaMs) {
    rows.putVarint(bits);
    rows.putVarint(window);
    rows.putZigzag(deltaMs);
  }

  /** {@return the whole payload, valid until the next frame is begun} */
  ByteWriter payload() {
    payload.putVarint(names.size());
    payload.putBytes(nameTexts.array(), 0, nameTexts.length());
    payload.putVarint(labels.size());
    payload.putBytes(labelTexts.array(), 0, labelTexts.length());
    payload.putBytes(rows.array(), 0, rows.length());
    return payload;
  }
}
