package io.hmsops.tsdb.head;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.wal.FloatSeriesEncoder;
import java.util.function.IntPredicate;

/**
 * The labels of series, each set in a slot of its own, as ids of {@link LabelPairs} in the order of
 * names. Changed under the head's state lock; the labels of a slot that a reader may know can be
 * read beside anything else.
 */
final class LabelSlots {
  /** A slot holds how many labels there are, then their ids, two in a word. */
  private final Slabs slabs = new Slabs();

  private final LabelPairs pairs;

  LabelSlots(LabelPairs pairs) {
    this.pairs = pairs;
  }

  /** {@return how many labels there are} */
  int count(int slot) {
    return (int) slabs.get(slot, 0);
  }

  /** Brings the labels of some slots near. */
  void touch(int[] slots, int from, int to) {
    Touch touch = new Touch();
    for (int i = from; i < to; i++) {
      touch.take(slabs.get(slots[i], 0));
    }
    touch.end();
  }

  private int id(int slot, int index) {
    long word = slabs.get(slot, (index + 1) >>> 1);
    return (int) ((index & 1) == 0 ? word >>> Integer.SIZE : word);
  }

  /** {@return the ids of all labels} */
  int[] ids(int slot) {
    int[] ids = new int[count(slot)];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = id(slot, i);
    }
    return ids;
  }

  /** {@return the hash of a slot's labels, as {@link #hash(int[], int)} has it} */
  int hash(int slot) {
    int count = count(slot);
    long hash = count;
    for (int i = 0; i < count; i++) {
      hash = mix(hash, id(slot, i));
    }
    return (int) hash;
  }

  /** {@return the hash of the first of some ids} */
  static int hash(int[] ids, int count) {
    long hash = count;
    for (int i = 0; i < count; i++) {
      hash = mix(hash, ids[i]);
    }
    return (int) hash;
  }

  private static long mix(long hash, int id) {
    long mixed = (hash ^ id) * 0x9E37_79B9_7F4A_7C15L;
    return mixed ^ mixed >>> 32;
  }

  /** {@return whether a slot has just these labels} */
  boolean are(int slot, int[] ids) {
    if (count(slot) != ids.length) {
      return false;
    }
    for (int i = ids.length - 1; i >= 0; i--) {
      if (id(slot, i) != ids[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * {@return the slot of new labels}
   *
   * @param ids the labels, and perhaps others behind them
   * @param count how many there are
   */
  int store(int[] ids, int count) {
    int words = count / 2 + 1;
    if (words > Slabs.MAX_SLOT_WORDS) {
      throw new IllegalArgumentException(
          "series: %d labels (expected: at most %d)"
              .formatted(count, 2 * Slabs.MAX_SLOT_WORDS - 1));
    }
    int slot = slabs.allocate(words);
    long word = count;
    for (int i = 0; i < count; i++) {
      if ((i & 1) == 0) {
        slabs.set(slot, i >>> 1, word | (long) ids[i] << Integer.SIZE);
      } else {
        word = ids[i];
      }
    }
    if ((count & 1) == 0) {
      slabs.set(slot, count >>> 1, word);
    }
    return slot;
  }

  void free(int slot) {
    slabs.free(slot, count(slot) / 2 + 1);
  }

  /** Adds labels to what is encoded. */
  void encode(int slot, FloatSeriesEncoder out) {
    int labels = count(slot);
    for (int i = 0; i < labels; i++) {
      int id = id(slot, i);
      if (!out.label(id)) {
        pairs.encode(id, out);
      }
    }
  }

  /** {@return the labels as texts} */
  Labels of(int slot) {
    String[] texts = new String[2 * count(slot)];
    for (int i = 0; i < texts.length; i += 2) {
      int id = id(slot, i / 2);
      texts[i] = pairs.name(id);
      texts[i + 1] = pairs.value(id);
    }
    return Labels.ofStoredPairs(texts);
  }

  /** {@return the id of the label of a name, {@link LabelPairs#NONE} if there is none} */
  int idOf(int slot, int name) {
    int labels = count(slot);
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

  /** {@return a name, as of now: of series that come later it may find no label} */
  Name name(String text) {
    return new Name(text, pairs.findName(text));
  }

  /** {@return the value of a label, empty if there is none of that name} */
  String value(int slot, String name) {
    int number = pairs.findName(name);
    int id = number == LabelPairs.NONE ? LabelPairs.NONE : idOf(slot, number);
    return id == LabelPairs.NONE ? "" : pairs.value(id);
  }

  /** {@return the value of a label, empty if there is none of that name} */
  String value(int slot, Name name) {
    int place = placeOf(slot, name);
    return place < 0 ? "" : pairs.value(id(slot, place));
  }

  /** {@return where the label of a name stands, −1 if there is none} */
  private int placeOf(int slot, Name name) {
    if (name.number == LabelPairs.NONE) {
      return -1;
    }
    int labels = count(slot);
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
    int labels = count(slot);
    int place = placeOf(slot, name);
    if (place < 0 || count(other) != labels || pairs.nameOf(id(other, place)) != name.number) {
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
  boolean has(int slot, int wanted) {
    int labels = count(slot);
    for (int i = 0; i < labels; i++) {
      if (id(slot, i) == wanted) {
        return true;
      }
    }
    return false;
  }

  /** {@return whether a condition holds for the id of any label of a slot; asked one by one} */
  boolean any(int slot, IntPredicate condition) {
    int labels = count(slot);
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
  int at(int slot, int place) {
    return place < count(slot) ? id(slot, place) : LabelPairs.NONE;
  }

  /** Compares the labels of two slots. */
  int compare(int left, int right) {
    int leftSize = count(left);
    int rightSize = count(right);
    for (int i = 0; i < Math.min(leftSize, rightSize); i++) {
      int order = pairs.compare(id(left, i), id(right, i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(leftSize, rightSize);
  }

  long memoryBytes() {
    return slabs.memoryBytes();
  }
}
