package io.hmsops.tsdb.head;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.postings.LabelIndex;
import io.hmsops.tsdb.regex.TextPattern;
import io.hmsops.tsdb.wal.LoggedLabels;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import org.agrona.collections.IntArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * All series by labels and by label. Guarded by the head's lock; but the labels of a slot that a
 * reader may know can be read beside anything else.
 */
final class SeriesIndex implements LabelIndex {
  /** Looking at a label of a series costs more than looking at the next value of a label. */
  private static final int SERIES_PER_VALUE = 8;

  /** More are not believed. */
  static final int MAX_EXPECTED = 1 << 24;

  private final SeriesLines lines;

  private final LabelPairs pairs = new LabelPairs();
  private final LabelSlots labels = new LabelSlots(pairs);

  /** Open addressing; a number + 1, or 0. */
  private int[] slots = new int[128];

  private final LabelOrder order;
  private int count;

  /** Numbers of series that are gone, each run of them ascending. */
  private final IntArrayQueue free = new IntArrayQueue();

  SeriesIndex(SeriesLines lines, Lock stateReadLock) {
    this.lines = lines;
    this.order = new LabelOrder(this, stateReadLock);
  }

  LabelPairs pairs() {
    return pairs;
  }

  /** {@return the labels of each series, by {@link #slot}} */
  LabelSlots labels() {
    return labels;
  }

  LabelOrder order() {
    return order;
  }

  /** {@return how many series there are} */
  int count() {
    return count;
  }

  /** {@return the number of a series, −1 if there is none} */
  int find(Labels wanted) {
    int[] ids = new int[wanted.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = pairs.find(wanted.name(i), wanted.value(i));
      if (ids[i] == LabelPairs.NONE) {
        return -1;
      }
    }
    int mask = slots.length - 1;
    for (int slot = LabelSlots.hash(ids, ids.length) & mask;
        slots[slot] != 0;
        slot = (slot + 1) & mask) {
      int number = slots[slot] - 1;
      if (labels.are(slot(number), ids)) {
        return number;
      }
    }
    return -1;
  }

  private int hash(int number) {
    return labels.hash(slot(number));
  }

  boolean exists(int number) {
    return number >= 0 && number < lines.size() && lines.exists(number);
  }

  /** {@return a number that is free} It stays so until it is given to {@link #create}. */
  int freeNumber() {
    return free.isEmpty() ? lines.size() : free.pollInt();
  }

  /** Finds all numbers that no series has. */
  void findFree() {
    free.clear();
    for (int number = 0; number < lines.size(); number++) {
      if (!exists(number)) {
        free.addInt(number);
      }
    }
  }

  /** Creates a series under a number that is free. */
  void create(int number, Labels created) {
    int[] ids = new int[created.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = pairs.intern(created.name(i), created.value(i), !order.isBeingMade());
    }
    create(number, ids);
  }

  /** Creates a series under a number that is free, while the head is filled. */
  void create(int number, LoggedLabels created) {
    int[] ids = new int[created.count()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = pairs.intern(created, i);
    }
    create(number, ids);
  }

  /**
   * Creates a series under a number that is free.
   *
   * @param ids its labels in the order of names
   */
  private void create(int number, int[] ids) {
    int hash = createUnplaced(number, ids, ids.length);
    if (2 * count > slots.length) {
      rehash(2 * slots.length);
    } else {
      place(number, hash);
    }
  }

  /**
   * Creates a series that is found by its labels after {@link #placeAll} only; while the head is
   * filled.
   *
   * @param number a number that is free
   * @param ids its labels in the order of names, and perhaps others behind them
   * @param labelCount how many labels it has
   * @return its hash
   */
  int createUnplaced(int number, int[] ids, int labelCount) {
    lines.grow(number + 1);
    for (int i = 0; i < labelCount; i++) {
      pairs.addSeries(ids[i], number);
    }
    lines.set(number, SeriesLines.NEWEST_MS, Long.MIN_VALUE);
    lines.setHigh(number, SeriesLines.SLOTS, labels.store(ids, labelCount));
    lines.setExists(number, true);
    order.created(number);
    count++;
    return LabelSlots.hash(ids, labelCount);
  }

  /** Makes series found by their labels. */
  void placeAll(int[] numbers, int[] hashes, int placed) {
    if (2 * count > slots.length) {
      rehash(Math.max(2 * slots.length, Integer.highestOneBit(count) * 4));
      return;
    }
    OpenAddressing.touch(slots, hashes, placed);
    for (int i = 0; i < placed; i++) {
      place(numbers[i], hashes[i]);
    }
  }

  /**
   * Takes a series out: it is no longer found. Its number is not free yet, and its labels still
   * know it.
   */
  void remove(int number) {
    unplace(number);
    lines.setExists(number, false);
    count--;
  }

  private void unplace(int number) {
    int mask = slots.length - 1;
    int hole = hash(number) & mask;
    while (slots[hole] != number + 1) {
      hole = (hole + 1) & mask;
    }
    for (int slot = (hole + 1) & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
      int wanted = hash(slots[slot] - 1) & mask;
      if (((slot - wanted) & mask) >= ((slot - hole) & mask)) {
        slots[hole] = slots[slot];
        hole = slot;
      }
    }
    slots[hole] = 0;
  }

  /** Adds the ids of a series' labels, also of one that was taken out. */
  void addLabelIds(int number, BitSet into) {
    for (int id : ids(number)) {
      into.set(id);
    }
  }

  /** Makes one label forget series that were taken out. */
  void forgetIn(int labelId, BitSet gone) {
    pairs.removeSeries(labelId, gone);
  }

  /** {@return how many series a label knows, also those that were taken out} */
  int seriesCount(int labelId) {
    return pairs.series().count(labelId);
  }

  /** Frees the numbers of series that were taken out, after all labels have forgotten them. */
  void free(BitSet gone) {
    pairs.endRemoval();
    for (int number = gone.nextSetBit(0); number >= 0; number = gone.nextSetBit(number + 1)) {
      labels.free(slot(number));
      int generation = lines.generation(number);
      lines.reset(number);
      lines.setGeneration(number, generation + 1);
      free.addInt(number);
    }
  }

  /** Gives the place of forgotten labels to others, when no reader can know them any more. */
  void reuseForgotten() {
    pairs.reuseForgotten();
  }

  private int[] ids(int number) {
    return labels.ids(slot(number));
  }

  private void rehash(int length) {
    slots = new int[length];
    for (int number = 0; number < lines.size(); number++) {
      if (lines.is(number, SeriesLines.EXISTS)) {
        place(number, hash(number));
      }
    }
  }

  /** Makes room for series that will come. */
  void expect(int seriesCount, int labelCount) {
    pairs.expect(labelCount);
    int length = slots.length;
    while (length < 2 * Math.min(seriesCount, MAX_EXPECTED)) {
      length *= 2;
    }
    if (length > slots.length) {
      rehash(length);
    }
  }

  private void place(int number, int hash) {
    int mask = slots.length - 1;
    int slot = hash & mask;
    while (slots[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    slots[slot] = number + 1;
  }

  Labels labels(int number) {
    return labels.of(slot(number));
  }

  /** {@return where the labels of a series are} */
  int slot(int number) {
    return lines.high(number, SeriesLines.SLOTS);
  }

  /** {@return how many values each label has} */
  Map<String, Integer> valueCounts() {
    return pairs.valueCounts();
  }

  /** {@return how many series have a label} */
  int seriesCount(String name, String value) {
    int id = pairs.find(name, value);
    return id == LabelPairs.NONE ? 0 : pairs.series().count(id);
  }

  /** {@return how many series each value of a label has} */
  Map<String, Integer> seriesCounts(String name) {
    Map<String, Integer> counts = new HashMap<>();
    @Nullable IntColumn values = pairs.values(name);
    for (int i = 0; values != null && i < values.size(); i++) {
      if (pairs.isLive(values.get(i))) {
        counts.put(pairs.value(values.get(i)), pairs.series().count(values.get(i)));
      }
    }
    return counts;
  }

  /** Compares two series by their labels. */
  int compare(int leftNumber, int rightNumber) {
    return labels.compare(slot(leftNumber), slot(rightNumber));
  }

  @Override
  public int seriesCount() {
    return lines.size();
  }

  @Override
  public void collect(String name, String value, BitSet into) {
    int id = pairs.find(name, value);
    if (id != LabelPairs.NONE) {
      pairs.series().collect(id, into);
    }
  }

  @Override
  public void collectAll(String name, BitSet into) {
    @Nullable IntColumn values = pairs.values(name);
    for (int i = 0; values != null && i < values.size(); i++) {
      pairs.series().collect(values.get(i), into);
    }
  }

  @Override
  public void collectMatching(String name, TextPattern pattern, boolean wanted, BitSet into) {
    pairs.collectMatching(name, pattern, wanted, into);
  }

  @Override
  public void retainMatching(String name, TextPattern pattern, boolean wanted, BitSet selected) {
    @Nullable IntColumn values = pairs.values(name);
    if (values == null || selected.cardinality() > values.size() / SERIES_PER_VALUE) {
      LabelIndex.super.retainMatching(name, pattern, wanted, selected);
      return;
    }
    boolean withoutLabel = pattern.matches("") == wanted;
    int nameNumber = pairs.findName(name);
    for (int i = selected.nextSetBit(0); i >= 0; i = selected.nextSetBit(i + 1)) {
      int id = exists(i) ? labels.idOf(slot(i), nameNumber) : LabelPairs.NONE;
      boolean stays = id == LabelPairs.NONE ? withoutLabel : pairs.matches(id, pattern) == wanted;
      if (!stays) {
        selected.clear(i);
      }
    }
  }

  long memoryBytes() {
    return pairs.memoryBytes()
        + labels.memoryBytes()
        + order.memoryBytes()
        + (long) slots.length * Integer.BYTES;
  }
}
