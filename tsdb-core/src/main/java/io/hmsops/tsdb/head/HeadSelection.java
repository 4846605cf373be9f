package io.hmsops.tsdb.head;

import io.hmsops.tsdb.block.ChunkCursor;
import io.hmsops.tsdb.block.ChunkSource;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.SampleCursor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Series of the head, in the order of their labels, with what a reader may see of them. Labels and
 * samples are read when they are asked for, without a lock. Valid until the reader is closed;
 * thread-safe once it is handed out.
 */
public final class HeadSelection {
  /*
   * Some numbers a series, no objects: where its labels are, and its chunks. What is not floats in order alone
   * (SeriesTable) is a list of chunks. If only newest samples are wanted, a series without chunks has one.
   */
  /** So many names are remembered. */
  private static final int MOST_NAMES = 8;

  /** The labels of so many series are brought near at once. */
  private static final int NEAR = 64;

  private final SeriesTable table;
  private final ChunkHandles chunks;
  private final Int2ObjectHashMap<List<ChunkSource>> others = new Int2ObjectHashMap<>();
  private final long[] newestMs;
  private final double[] newestValues;

  /** For each series where its labels are. */
  private int[] slots;

  /** For each series behind the last of its chunks. */
  private int[] chunkEnds;

  private int size;

  private volatile LabelSlots.Name[] names = {};

  /**
   * Creates an empty selection.
   *
   * @param capacity how many series there may be
   * @param newestOnly whether {@link #addNewest} is used
   */
  HeadSelection(SeriesTable table, int capacity, boolean newestOnly) {
    this.table = table;
    this.slots = new int[capacity];
    this.chunkEnds = new int[capacity];
    this.chunks = new ChunkHandles(newestOnly ? 0 : 2 * capacity);
    this.newestMs = new long[newestOnly ? capacity : 0];
    this.newestValues = new double[newestOnly ? capacity : 0];
  }

  /** {@return where the chunks of the series are put that is added next} */
  ChunkHandles chunks() {
    return chunks;
  }

  /**
   * Adds a series behind those before, unless it has no chunks.
   *
   * @param slot where its labels are
   * @param other its chunks, null if they have been put into {@link #chunks}
   */
  void add(int slot, @Nullable List<ChunkSource> other) {
    int before = size == 0 ? 0 : chunkEnds[size - 1];
    if (other == null ? chunks.size() == before : other.isEmpty()) {
      return;
    }
    if (other != null) {
      others.put(size, other);
    }
    slots[size] = slot;
    chunkEnds[size++] = chunks.size();
  }

  /**
   * Adds a series behind those before, of which only the newest sample is wanted.
   *
   * @param slot where its labels are
   * @param timestampMs the sample's timestamp
   * @param value its value
   */
  void addNewest(int slot, long timestampMs, double value) {
    newestMs[size] = timestampMs;
    newestValues[size] = value;
    slots[size] = slot;
    chunkEnds[size++] = chunks.size();
  }

  /** {@return how many series there are} */
  public int size() {
    return size;
  }

  /**
   * {@return the labels of a series}
   *
   * @param index from 0 to {@code size() - 1}
   */
  public Labels labels(int index) {
    return table.index().labels().of(slots[index]);
  }

  /**
   * {@return the value of a label of a series, empty if it has none; a value that several series
   * have is always the same object}
   *
   * @param index the series
   * @param name the label's name
   */
  public String label(int index, String name) {
    return table.index().labels().value(slots[index], known(name));
  }

  /**
   * Reads the values of a label of series that stand side by side, as {@link #label} does.
   *
   * @param name the label's name
   * @param from the first series
   * @param into gets the values
   * @param count how many
   */
  public void labels(String name, int from, String[] into, int count) {
    LabelSlots.Name known = known(name);
    LabelSlots labels = table.index().labels();
    for (int i = 0; i < count; i += NEAR) {
      int end = Math.min(i + NEAR, count);
      labels.touch(slots, from + i, from + end);
      for (int j = i; j < end; j++) {
        into[j] = labels.value(slots[from + j], known);
      }
    }
  }

  /**
   * Brings the samples of some series into the processor's caches.
   *
   * @param indexes the series
   * @param count how many
   */
  public void approach(int[] indexes, int count) {
    Touch touch = new Touch();
    for (int i = 0; i < count; i++) {
      for (int chunk = chunkStart(indexes[i]); chunk < chunkEnds[indexes[i]]; chunk++) {
        chunks.touch(chunk, table.samples().slabs(), touch);
      }
    }
    touch.end();
  }

  /** Finds a name once: labels are asked for by the same few names, series after series. */
  private LabelSlots.Name known(String text) {
    LabelSlots.Name[] known = names;
    for (LabelSlots.Name name : known) {
      if (name.text().equals(text)) {
        return name;
      }
    }
    LabelSlots.Name found = table.index().labels().name(text);
    if (known.length < MOST_NAMES) {
      LabelSlots.Name[] grown = Arrays.copyOf(known, known.length + 1);
      grown[known.length] = found;
      // Two threads at once: one of the names is found again later.
      names = grown;
    }
    return found;
  }

  /**
   * {@return whether two series have the same labels but for one, which both have}
   *
   * @param name the name of the one label
   * @param index one series
   * @param other the other series
   */
  public boolean differOnlyIn(String name, int index, int other) {
    return table.index().labels().differOnlyIn(known(name), slots[index], slots[other]);
  }

  int slot(int index) {
    return slots[index];
  }

  /**
   * {@return a new cursor over a series}
   *
   * @param index the series
   * @param minTimeMs the first timestamp wanted
   * @param maxTimeMs the last timestamp wanted
   * @param cancellation asked before each chunk
   */
  public SampleCursor samples(
      int index, long minTimeMs, long maxTimeMs, Cancellation cancellation) {
    List<ChunkSource> other = others.isEmpty() ? null : others.get(index);
    if (other != null) {
      return new ChunkCursor(other, minTimeMs, maxTimeMs, cancellation);
    }
    int start = chunkStart(index);
    int end = chunkEnds[index];
    return start == end
        ? new NewestCursor(newestMs[index], newestValues[index])
        : new HeadCursor(
            table.samples().slabs(), chunks, start, end, minTimeMs, maxTimeMs, cancellation);
  }

  /**
   * {@return the chunks of a series, by time; of a selection of all samples}
   *
   * @param index the series
   */
  public List<ChunkSource> chunks(int index) {
    List<ChunkSource> other = others.isEmpty() ? null : others.get(index);
    if (other != null) {
      return other;
    }
    List<ChunkSource> list = new ArrayList<>(chunkEnds[index] - chunkStart(index));
    for (int i = chunkStart(index); i < chunkEnds[index]; i++) {
      list.add(PlainSeries.chunk(table.samples().slabs(), chunks, i));
    }
    return list;
  }

  private int chunkStart(int index) {
    return index == 0 ? 0 : chunkEnds[index - 1];
  }

  /** Gives back room that is not needed. */
  void trim() {
    if (size < slots.length / 2) {
      slots = Arrays.copyOf(slots, size);
      chunkEnds = Arrays.copyOf(chunkEnds, size);
    }
  }
}
