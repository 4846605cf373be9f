package io.hmsops.tsdb.storage;

import io.hmsops.tsdb.sample.Histogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Samples of one series as columns, ascending by time: entries 0 to {@link #count()} − 1 of each
 * column are defined. All samples of a batch are floats, or all are histograms. The arrays are
 * reused by the next fill and may be replaced by larger ones, so ask for them after each {@link
 * SampleCursor#next} and copy what must outlive it. Not thread-safe.
 */
public final class SampleBatch {
  /** The start timestamp of a sample that has none. */
  public static final long NO_START_TIMESTAMP = 0;

  private static final int INITIAL_CAPACITY = 128;

  private long[] timestampsMs = new long[INITIAL_CAPACITY];
  private double[] values = new double[INITIAL_CAPACITY];
  private Histogram @Nullable [] histograms;
  private long @Nullable [] startTimestampsMs;
  private boolean holdsHistograms;
  private boolean holdsStartTimestamps;
  private int count;

  /** Creates an empty batch. */
  public SampleBatch() {}

  /** {@return how many samples are defined} */
  public int count() {
    return count;
  }

  /** {@return the timestamps, in milliseconds since the Unix epoch} */
  public long[] timestampsMs() {
    return timestampsMs;
  }

  /** {@return whether the samples are histograms, not floats} */
  public boolean holdsHistograms() {
    return holdsHistograms;
  }

  /** {@return the values, defined if this holds floats} */
  public double[] values() {
    return values;
  }

  /**
   * {@return the histograms}
   *
   * @throws IllegalStateException if this holds floats
   */
  public Histogram[] histograms() {
    if (!holdsHistograms || histograms == null) {
      throw new IllegalStateException("histograms() of a batch of floats");
    }
    return histograms;
  }

  /** {@return whether any sample has a start timestamp} */
  public boolean hasStartTimestamps() {
    return holdsStartTimestamps;
  }

  /**
   * {@return the start timestamp of a sample, {@link #NO_START_TIMESTAMP} if it has none}
   *
   * @param index the sample, from 0
   */
  public long startTimestampMs(int index) {
    return holdsStartTimestamps && startTimestampsMs != null
        ? startTimestampsMs[index]
        : NO_START_TIMESTAMP;
  }

  /** Empties the batch. The next sample added decides its kind. */
  public void clear() {
    count = 0;
    holdsHistograms = false;
    holdsStartTimestamps = false;
  }

  /**
   * Adds a float.
   *
   * @param timestampMs its timestamp, larger than the last one
   * @param value its value
   */
  public void add(long timestampMs, double value) {
    if (holdsHistograms && count > 0) {
      throw new IllegalStateException("a float for a batch of histograms");
    }
    ensureCapacity(count + 1);
    timestampsMs[count] = timestampMs;
    values[count] = value;
    clearStartTimestamp();
    count++;
  }

  /**
   * Adds a histogram.
   *
   * @param timestampMs its timestamp, larger than the last one
   * @param histogram its value
   */
  public void add(long timestampMs, Histogram histogram) {
    if (!holdsHistograms && count > 0) {
      throw new IllegalStateException("a histogram for a batch of floats");
    }
    holdsHistograms = true;
    ensureCapacity(count + 1);
    if (histograms == null) {
      histograms = new Histogram[timestampsMs.length];
    }
    timestampsMs[count] = timestampMs;
    histograms[count] = histogram;
    clearStartTimestamp();
    count++;
  }

  private void clearStartTimestamp() {
    if (holdsStartTimestamps && startTimestampsMs != null) {
      startTimestampsMs[count] = NO_START_TIMESTAMP;
    }
  }

  /**
   * Gives the sample added last a start timestamp.
   *
   * @param startTimestampMs when the counter behind the sample started
   */
  public void setLastStartTimestamp(long startTimestampMs) {
    if (count == 0) {
      throw new IllegalStateException("a start timestamp without a sample");
    }
    if (startTimestampsMs == null) {
      startTimestampsMs = new long[timestampsMs.length];
    }
    if (!holdsStartTimestamps) {
      Arrays.fill(startTimestampsMs, 0, count, NO_START_TIMESTAMP);
      holdsStartTimestamps = true;
    }
    startTimestampsMs[count - 1] = startTimestampMs;
  }

  /**
   * Makes room for floats that a decoder writes straight into the arrays. Follow with {@link
   * #setFloatCount}.
   *
   * @param capacity how many samples must fit
   */
  public void ensureCapacity(int capacity) {
    if (capacity > timestampsMs.length) {
      int grown = Math.max(capacity, 2 * timestampsMs.length);
      timestampsMs = Arrays.copyOf(timestampsMs, grown);
      values = Arrays.copyOf(values, grown);
      if (histograms != null) {
        histograms = Arrays.copyOf(histograms, grown);
      }
      if (startTimestampsMs != null) {
        startTimestampsMs = Arrays.copyOf(startTimestampsMs, grown);
      }
    }
  }

  /**
   * Declares how many floats a decoder has written into {@link #timestampsMs} and {@link #values};
   * none of them has a start timestamp.
   *
   * @param newCount the number of samples
   */
  public void setFloatCount(int newCount) {
    clear();
    count = newCount;
  }

  /**
   * Declares how many floats a decoder has written into {@link #timestampsMs} and {@link #values},
   * with their start timestamps.
   *
   * @param startsMs the start timestamps, {@link #NO_START_TIMESTAMP} where there is none; copied
   * @param newCount the number of samples
   */
  public void setFloatCount(long[] startsMs, int newCount) {
    setFloatCount(newCount);
    setStartTimestamps(startsMs);
  }

  /**
   * Gives all samples their start timestamps.
   *
   * @param startsMs one for each sample, {@link #NO_START_TIMESTAMP} where there is none; copied
   */
  public void setStartTimestamps(long[] startsMs) {
    boolean any = false;
    for (int i = 0; i < count; i++) {
      any |= startsMs[i] != NO_START_TIMESTAMP;
    }
    holdsStartTimestamps = any;
    if (any) {
      if (startTimestampsMs == null) {
        startTimestampsMs = new long[timestampsMs.length];
      }
      System.arraycopy(startsMs, 0, startTimestampsMs, 0, count);
    }
  }

  /**
   * Drops the samples outside a time range.
   *
   * @param minTimeMs the first timestamp that stays
   * @param maxTimeMs the last timestamp that stays
   */
  public void retain(long minTimeMs, long maxTimeMs) {
    int from = 0;
    int to = count;
    while (from < to && timestampsMs[from] < minTimeMs) {
      from++;
    }
    while (from < to && timestampsMs[to - 1] > maxTimeMs) {
      to--;
    }
    move(from, 0, to - from);
    count = to - from;
  }

  /**
   * Drops the samples within a time range.
   *
   * @param minTimeMs the first timestamp that goes
   * @param maxTimeMs the last timestamp that goes
   */
  public void removeWithin(long minTimeMs, long maxTimeMs) {
    int from = 0;
    while (from < count && timestampsMs[from] < minTimeMs) {
      from++;
    }
    int to = from;
    while (to < count && timestampsMs[to] <= maxTimeMs) {
      to++;
    }
    move(to, from, count - to);
    count -= to - from;
  }

  private void move(int from, int to, int length) {
    if (from == to || length == 0) {
      return;
    }
    System.arraycopy(timestampsMs, from, timestampsMs, to, length);
    System.arraycopy(values, from, values, to, length);
    if (holdsHistograms && histograms != null) {
      System.arraycopy(histograms, from, histograms, to, length);
    }
    if (holdsStartTimestamps && startTimestampsMs != null) {
      System.arraycopy(startTimestampsMs, from, startTimestampsMs, to, length);
    }
  }

  /**
   * Appends one sample of another batch.
   *
   * @param other a batch of the same kind, or of any kind if this is empty
   * @param index the sample
   */
  public void addFrom(SampleBatch other, int index) {
    if (other.holdsHistograms()) {
      add(other.timestampsMs[index], other.histograms()[index]);
    } else {
      add(other.timestampsMs[index], other.values[index]);
    }
    if (other.startTimestampMs(index) != NO_START_TIMESTAMP) {
      setLastStartTimestamp(other.startTimestampMs(index));
    }
  }
}
