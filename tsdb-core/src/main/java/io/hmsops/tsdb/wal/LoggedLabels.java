package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.labels.Labels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The labels of a series as the log has them. Values are bytes, as most of them belong to one
 * series and would be strings for nothing; names are strings, the same ones for neighbours. Reused
 * for the next series. Not thread-safe.
 */
public final class LoggedLabels {
  private static final byte[] NONE = {};

  private byte[] bytes = NONE;
  private int count;
  private String[] names = {};
  private byte[][] nameBytes = {};
  private int[] valueOffsets = {};
  private int[] valueLengths = {};

  LoggedLabels() {}

  /** Takes the next label set; valid as long as what it is read from. */
  void read(ByteReader in) throws MalformedDataException {
    bytes = in.array();
    count = in.getCount();
    if (count > names.length) {
      int known = names.length;
      names = Arrays.copyOf(names, count);
      nameBytes = Arrays.copyOf(nameBytes, count);
      Arrays.fill(names, known, count, "");
      Arrays.fill(nameBytes, known, count, NONE);
      valueOffsets = new int[count];
      valueLengths = new int[count];
    }
    for (int i = 0; i < count; i++) {
      readName(in, i);
      valueLengths[i] = in.getCount();
      valueOffsets[i] = in.position();
      in.skip(valueLengths[i]);
    }
  }

  private void readName(ByteReader in, int i) throws MalformedDataException {
    int length = in.getCount();
    int from = in.position();
    in.skip(length);
    byte[] last = nameBytes[i];
    if (!Arrays.equals(bytes, from, from + length, last, 0, last.length)) {
      nameBytes[i] = Arrays.copyOfRange(bytes, from, from + length);
      names[i] = new String(nameBytes[i], StandardCharsets.UTF_8);
    }
  }

  /** {@return how many labels there are} They are in the order of names. */
  public int count() {
    return count;
  }

  /**
   * {@return the name of a label}
   *
   * @param label from 0 to {@link #count}
   */
  public String name(int label) {
    return names[label];
  }

  /** {@return what the values are in} */
  // Not copied: one array for many series.
  public byte[] bytes() {
    return bytes;
  }

  /**
   * {@return where the value of a label begins in {@link #bytes}}
   *
   * @param label from 0 to {@link #count}
   */
  public int valueOffset(int label) {
    return valueOffsets[label];
  }

  /**
   * {@return how many bytes of UTF-8 the value of a label has}
   *
   * @param label from 0 to {@link #count}
   */
  public int valueLength(int label) {
    return valueLengths[label];
  }

  /** {@return the same as strings} */
  public Labels toLabels() {
    String[] pairs = new String[2 * count];
    for (int i = 0; i < count; i++) {
      pairs[2 * i] = names[i];
      pairs[2 * i + 1] =
          new String(bytes, valueOffsets[i], valueLengths[i], StandardCharsets.UTF_8);
    }
    return Labels.ofStoredPairs(pairs);
  }
}
