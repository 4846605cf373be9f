package io.hmsops.tsdb.head;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.postings.LabelIndex;
import io.hmsops.tsdb.regex.TextPattern;
import io.hmsops.tsdb.wal.FloatSeriesEncoder;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.function.IntPredicate;
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

  /** The ids of each series' labels, behind how many they are. */
  private final Slabs slabs = new Slabs();

  private final LabelPairs pairs = new LabelPairs();

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

  LabelOrder order() {
    return order;
  }

  /** {@return how many series there are} */
  int count() {
    return count;
  }

  /** {@return the number of a series, −1 if there is none} */
  int find(Labels labels) {
    int[] ids = new int[labels.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = pairs.find(labels.name(i), labels.value(i));
      if (ids[i] == LabelPairs.NONE) {
        return -1;
      }
    }
    int hash = hash(ids);
    int mask = slots.length - 1;
    for (int slot = hash & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
      int number = slots[slot] - 1;
      if (hasLabels(number, ids)) {
        return number;
      }
    }
    return -1;
  }

  private static int hash(int[] ids) {
    long hash = ids.length;
    for (int id : ids) {
      hash = (hash ^ id) * 0x9E37_79B9_7F4A_7C15L;
      hash ^= hash >>> 32;
    }
    return (int) hash;
  }

  private boolean hasLabels(int number, int[] ids) {
    int handle = lines.high(number, SeriesLines.SLOTS);
    if (labelCount(handle) != ids.length) {
      return false;
    }
    for (int i = ids.length - 1; i >= 0; i--) {
      if (id(handle, i) != ids[i]) {
        return false;
      }
    }
    return true;
  }

  /** {@return how many labels a series has} */
  int labelCountOf(int number) {
    return labelCount(slot(number));
  }

  /** A slot holds how many labels there are, then their ids, two in a word. */
  private int labelCount(int handle) {
    return (int) slabs.get(handle, 0);
  }

  private int id(int handle, int index) {
    long word = slabs.get(handle, (index + 1) >>> 1);
    return (int) ((index & 1) == 0 ? word >>> Integer.SIZE : word);
  }

  private int store(int[] ids) {
    int words = ids.length / 2 + 1;
    if (words > Slabs.MAX_SLOT_WORDS) {
      throw new IllegalArgumentException(
          "series: %d labels (expected: at most %d)"
              .formatted(ids.length, 2 * Slabs.MAX_SLOT_WORDS - 1));
    }
    int handle = slabs.allocate(words);
    long word = ids.length;
    for (int i = 0; i < ids.length; i++) {
      if ((i & 1) == 0) {
        slabs.set(handle, i >>> 1, word | (long) ids[i] << Integer.SIZE);
      } else {
        word = ids[i];
      }
    }
    if ((ids.length & 1) == 0) {
      slabs.set(handle, ids.length >>> 1, word);
    }
    return handle;
  }

  boolean exists(int number) {
    return number >= 0 && number < lines.size() && lines.is(number, SeriesLines.EXISTS);
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
  void create(int number, Labels labels) {
    int[] ids = new int[labels.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = pairs.intern(labels.name(i), labels.value(i), !order.isBeingMade());
    }
    create(number, ids);
  }

  /**
   * Creates a series under a number that is free.
   *
   * @param ids its labels in the order of names
   */
  private void create(int number, int[] ids) {
    createUnplaced(number, ids);
    if (2 * count > slots.length) {
      rehash(2 * slots.length);
    } else {
      place(number, hash(ids));
    }
  }

  /**
   * Creates a series that is found by its labels after {@link #placeAll} only; while the head is
   * filled.
   *
   * @param number a number that is free
   * @param ids its labels in the order of names
   * @return its hash
   */
  int createUnplaced(int number, int[] ids) {
    lines.grow(number + 1);
    for (int id : ids) {
      pairs.addSeries(id, number);
    }
    lines.set(number, SeriesLines.NEWEST_MS, Long.MIN_VALUE);
    lines.setHigh(number, SeriesLines.SLOTS, store(ids));
    lines.setFlag(number, SeriesLines.EXISTS, true);
    order.created(number);
    count++;
    return hash(ids);
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
    lines.setFlag(number, SeriesLines.EXISTS, false);
    count--;
  }

  private void unplace(int number) {
    int mask = slots.length - 1;
    int hole = hash(ids(number)) & mask;
    while (slots[hole] != number + 1) {
      hole = (hole + 1) & mask;
    }
    for (int slot = (hole + 1) & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
      int wanted = hash(ids(slots[slot] - 1)) & mask;
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
    return pairs.seriesCount(labelId);
  }

  /** Frees the numbers of series that were taken out, after all labels have forgotten them. */
  void free(BitSet gone) {
    pairs.endRemoval();
    for (int number = gone.nextSetBit(0); number >= 0; number = gone.nextSetBit(number + 1)) {
      int handle = lines.high(number, SeriesLines.SLOTS);
      slabs.free(handle, labelCount(handle) / 2 + 1);
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
    int handle = lines.high(number, SeriesLines.SLOTS);
    int[] ids = new int[labelCount(handle)];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = id(handle, i);
    }
    return ids;
  }

  private void rehash(int length) {
    slots = new int[length];
    for (int number = 0; number < lines.size(); number++) {
      if (lines.is(number, SeriesLines.EXISTS)) {
        place(number, hash(ids(number)));
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

  /** Adds the labels of a series to what is encoded. */
  void encodeLabels(int number, FloatSeriesEncoder out) {
    int handle = slot(number);
    int labels = labelCount(handle);
    for (int i = 0; i < labels; i++) {
      int id = id(handle, i);
      if (!out.label(id)) {
        pairs.encode(id, out);
      }
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
    return labelsOf(slot(number));
  }

  /** {@return where the labels of a series are} */
  int slot(int number) {
    return lines.high(number, SeriesLines.SLOTS);
  }

  Labels labelsOf(int slot) {
    String[] texts = new String[2 * labelCount(slot)];
    for (int i = 0; i < texts.length; i += 2) {
      int id = id(slot, i / 2);
      texts[i] = pairs.name(id);
      texts[i + 1] = pairs.value(id);
    }
    return Labels.ofSortedPairs(texts);
  }

  /** {@return the id of the label of a name, {@link LabelPairs#NONE} if there is none} */
  int labelOf(int slot, int name) {
    int labels = labelCount(slot);
    for (int i = 0; i < labels; i++) {
      int id = id(slot, i);
      if (pairs.nameOf(id) == name) {
        return id;
      }
    }
    return LabelPairs.NONE;
  }

  /** A label's name that some label has had, to be asked for again and again. Thread-safe. */
  static final class Name {
    private final String text;
    private final int number;

    /** Where it stood last: most series that are looked at together have the same names. */
    private int place;

    private Name(String text, int number) {
      this.text = text;
      this.number = number;
    }

    String text() {
      return text;
    }
  }

  /** {@return a name, null if no series has had a label of it} */
  @Nullable Name name(String text) {
    int number = pairs.findName(text);
    return number == LabelPairs.NONE ? null : new Name(text, number);
  }

  /** {@return the value of a label, empty if there is none of that name} */
  String value(int slot, String name) {
    int number = pairs.findName(name);
    int id = number == LabelPairs.NONE ? LabelPairs.NONE : labelOf(slot, number);
    return id == LabelPairs.NONE ? "" : pairs.value(id);
  }

  /** {@return the value of a label, empty if there is none of that name} */
  String value(int slot, Name name) {
    int place = placeOf(slot, name);
    return place < 0 ? "" : pairs.value(id(slot, place));
  }

  /** {@return where the label of a name stands, −1 if there is none} */
  private int placeOf(int slot, Name name) {
    int labels = labelCount(slot);
    int likely = name.place;
    if (likely < labels && pairs.nameOf(id(slot, likely)) == name.number) {
      return likely;
    }
    for (int i = 0; i < labels; i++) {
      if (pairs.nameOf(id(slot, i)) == name.number) {
        name.place = i;
        return i;
      }
    }
    return -1;
  }

  /** {@return whether two slots have the same labels but for one, which both have} */
  boolean differOnlyIn(Name name, int slot, int other) {
    int labels = labelCount(slot);
    int place = placeOf(slot, name);
    if (place < 0 || labelCount(other) != labels || pairs.nameOf(id(other, place)) != name.number) {
      return false;
    }
    for (int i = 0; i < labels; i++) {
      if (i != place && id(slot, i) != id(other, i)) {
        return false;
      }
    }
    return true;
  }

  /** {@return whether a label is among those of a slot} */
  boolean hasLabel(int slot, int wanted) {
    int labels = labelCount(slot);
    for (int i = 0; i < labels; i++) {
      if (id(slot, i) == wanted) {
        return true;
      }
    }
    return false;
  }

  /** {@return whether a condition holds for the id of any label of a slot; asked one by one} */
  boolean anyLabel(int slot, IntPredicate condition) {
    int labels = labelCount(slot);
    for (int i = 0; i < labels; i++) {
      if (condition.test(id(slot, i))) {
        return true;
      }
    }
    return false;
  }

  /**
   * {@return the id of a label, {@link LabelPairs#NONE} behind the last}
   *
   * @param place of the label in the order of names, from 0
   */
  int labelAt(int slot, int place) {
    return place < labelCount(slot) ? id(slot, place) : LabelPairs.NONE;
  }

  /** {@return how many values each label has} */
  Map<String, Integer> valueCounts() {
    return pairs.valueCounts();
  }

  /** {@return how many series have a label} */
  int seriesCount(String name, String value) {
    int id = pairs.find(name, value);
    return id == LabelPairs.NONE ? 0 : pairs.seriesCount(id);
  }

  /** {@return how many series each value of a label has} */
  Map<String, Integer> seriesCounts(String name) {
    Map<String, Integer> counts = new HashMap<>();
    @Nullable IntColumn values = pairs.values(name);
    for (int i = 0; values != null && i < values.size(); i++) {
      if (pairs.isLive(values.get(i))) {
        counts.put(pairs.value(values.get(i)), pairs.seriesCount(values.get(i)));
      }
    }
    return counts;
  }

  /** Compares two series by their labels. */
  int compare(int leftNumber, int rightNumber) {
    int left = slot(leftNumber);
    int right = slot(rightNumber);
    int leftSize = labelCount(left);
    int rightSize = labelCount(right);
    for (int i = 0; i < Math.min(leftSize, rightSize); i++) {
      int order = pairs.compare(id(left, i), id(right, i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(leftSize, rightSize);
  }

  @Override
  public int seriesCount() {
    return lines.size();
  }

  @Override
  public void collect(String name, String value, BitSet into) {
    int id = pairs.find(name, value);
    if (id != LabelPairs.NONE) {
      pairs.collect(id, into);
    }
  }

  @Override
  public void collectAll(String name, BitSet into) {
    @Nullable IntColumn values = pairs.values(name);
    for (int i = 0; values != null && i < values.size(); i++) {
      pairs.collect(values.get(i), into);
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
    for (int i = selected.nextSetBit(0); i >= 0; i = selected.nextSetBit(i + 1)) {
      int id = exists(i) ? idOf(i, name) : LabelPairs.NONE;
      boolean stays = id == LabelPairs.NONE ? withoutLabel : pairs.matches(id, pattern) == wanted;
      if (!stays) {
        selected.clear(i);
      }
    }
  }

  /** {@return the id of a series' label of a name, {@link LabelPairs#NONE} if it has none} */
  private int idOf(int number, String name) {
    int handle = lines.high(number, SeriesLines.SLOTS);
    for (int i = labelCount(handle) - 1; i >= 0; i--) {
      int id = id(handle, i);
      if (pairs.name(id).equals(name)) {
        return id;
      }
    }
    return LabelPairs.NONE;
  }

  long memoryBytes() {
    return pairs.memoryBytes()
        + slabs.memoryBytes()
        + order.memoryBytes()
        + (long) slots.length * Integer.BYTES;
  }
}
