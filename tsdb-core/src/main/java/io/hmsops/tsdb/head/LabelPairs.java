package io.hmsops.tsdb.head;

import io.hmsops.tsdb.labels.Utf8Order;
import io.hmsops.tsdb.postings.MatchedValues;
import io.hmsops.tsdb.regex.TextPattern;
import io.hmsops.tsdb.wal.FloatSeriesEncoder;
import io.hmsops.tsdb.wal.FloatSeriesReader;
import io.hmsops.tsdb.wal.LoggedLabels;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.agrona.collections.IntArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The labels in use, each a name with a value under an id, and which series have them. Guarded by
 * the head's lock; but the name and the value of an id that is in use may be read beside anything
 * else.
 */
final class LabelPairs {
  /** The id of what is not there. */
  static final int NONE = -1;

  private static final long MAX_MATCHED_BYTES = 8L << 20;

  /** A label's name, and the ids of its values in the order in which they came. */
  private static final class Name {
    private final String text;
    private volatile NameValues values = new NameValues();

    /** How many of the ids are of labels that are forgotten. */
    private int forgotten;

    Name(String text) {
      this.text = text;
    }
  }

  private final Texts texts = new Texts();
  private final Map<String, Integer> nameIds = new ConcurrentHashMap<>();
  private volatile Name[] names = {};

  private final IntColumn nameOf = new IntColumn();
  private final IntColumn textOf = new IntColumn();
  private final IntColumn hashOf = new IntColumn();

  private final LabelSeries series = new LabelSeries();

  /** Ids of labels that no series has, which readers may still look at. */
  private final IntArrayList forgotten = new IntArrayList();

  private final IntArrayList freeIds = new IntArrayList();

  /** Values of several series as strings, and those too long for {@link Texts}. */
  private volatile @Nullable String[] strings = new @Nullable String[64];

  /** Open addressing; an id + 1, or 0. */
  private int[] slots = new int[128];

  /**
   * Which values patterns match. An id stands for one text as long as this lives; should that ever
   * change, this has to be cleared.
   */
  private final MatchedValues matched = new MatchedValues(MAX_MATCHED_BYTES);

  private final LabelHash hashing = new LabelHash();

  /** {@return behind the largest id} */
  int size() {
    return nameOf.size();
  }

  /** {@return how many labels there are} */
  private int count() {
    return nameOf.size() - freeIds.size() - forgotten.size();
  }

  /** {@return whether a label is in use} */
  boolean isLive(int id) {
    return !series.isEmpty(id);
  }

  /** {@return the id of a label, {@link #NONE} if no series has had it} */
  int find(String name, String value) {
    Integer nameId = nameIds.get(name);
    return nameId == null ? NONE : find(nameId, value, hashing.of(nameId, value));
  }

  private int find(int name, String value, int hash) {
    int mask = slots.length - 1;
    for (int slot = hash & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
      int id = slots[slot] - 1;
      if (hashOf.get(id) == hash && nameOf.get(id) == name && isValue(id, value)) {
        return id;
      }
    }
    return NONE;
  }

  private boolean isValue(int id, String value) {
    String string = strings[id];
    return string != null ? string.equals(value) : texts.is(textOf.get(id), value);
  }

  /**
   * {@return the id of a label, a new one if need be}
   *
   * @param reuse whether the place of a forgotten one may be taken
   */
  int intern(String name, String value, boolean reuse) {
    int nameId = internName(name);
    int hash = hashing.of(nameId, value);
    int known = find(nameId, value, hash);
    if (known != NONE) {
      return known;
    }
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    return add(nameId, hash, utf8, 0, utf8.length, reuse);
  }

  /** {@return the id of a label of the log, a new one if need be; while the head is filled} */
  int intern(LoggedLabels labels, int i) {
    int nameId = internName(labels.name(i));
    int from = labels.valueOffset(i);
    int length = labels.valueLength(i);
    int hash = hashing.of(nameId, labels.bytes(), from, length);
    return intern(nameId, hash, labels.bytes(), from, length);
  }

  /** {@return the number of a name, a new one if need be} */
  int internName(String name) {
    return nameIds.computeIfAbsent(name, this::addName);
  }

  private int intern(int nameId, int hash, byte[] utf8, int from, int length) {
    int mask = slots.length - 1;
    for (int slot = hash & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
      int id = slots[slot] - 1;
      if (hashOf.get(id) == hash && nameOf.get(id) == nameId && isValue(id, utf8, from, length)) {
        return id;
      }
    }
    return add(nameId, hash, utf8, from, length, true);
  }

  /**
   * Tells the ids of all labels of a checkpoint's frame, while the head is filled.
   *
   * @param ids gets them; as many as the frame has labels, or longer
   */
  void internAll(FloatSeriesReader frame, int[] ids) {
    int[] frameNames = new int[frame.nameCount()];
    for (int i = 0; i < frameNames.length; i++) {
      frameNames[i] = internName(frame.name(i));
    }
    int[] hashes = new int[frame.distinctLabels()];
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] =
          hashing.of(
              frameNames[frame.nameOf(i)],
              frame.bytes(),
              frame.valueOffset(i),
              frame.valueLength(i));
    }
    OpenAddressing.touch(slots, hashes, hashes.length);
    for (int i = 0; i < hashes.length; i++) {
      ids[i] =
          intern(
              frameNames[frame.nameOf(i)],
              hashes[i],
              frame.bytes(),
              frame.valueOffset(i),
              frame.valueLength(i));
    }
  }

  private boolean isValue(int id, byte[] utf8, int from, int length) {
    int text = textOf.get(id);
    return text != NONE
        ? texts.is(text, utf8, from, length)
        : value(id).equals(new String(utf8, from, length, StandardCharsets.UTF_8));
  }

  private int add(int nameId, int hash, byte[] utf8, int from, int length, boolean reuse) {
    boolean again = reuse && !freeIds.isEmpty();
    int id = again ? freeIds.removeAt(freeIds.size() - 1) : append();
    if (id >= strings.length) {
      strings = Arrays.copyOf(strings, id + Math.max(64, id / 2));
    }
    if (length > Texts.MAX_BYTES) {
      textOf.set(id, NONE);
      strings[id] = new String(utf8, from, length, StandardCharsets.UTF_8);
    } else {
      textOf.set(id, texts.add(utf8, from, length));
      strings[id] = null;
    }
    nameOf.set(id, nameId);
    hashOf.set(id, hash);
    names[nameId].values.add(id, textOf.get(id));
    if (2 * count() > slots.length) {
      rehash(2 * slots.length);
    }
    place(id, hash);
    return id;
  }

  private int append() {
    nameOf.add(0);
    textOf.add(NONE);
    hashOf.add(0);
    series.grow();
    return nameOf.size() - 1;
  }

  private int addName(String name) {
    Name[] grown = Arrays.copyOf(names, names.length + 1);
    grown[names.length] = new Name(name);
    names = grown;
    return grown.length - 1;
  }

  /** Makes room for labels that will come. */
  void expect(int labelCount) {
    int expected = Math.min(labelCount, SeriesIndex.MAX_EXPECTED);
    if (expected > strings.length) {
      strings = Arrays.copyOf(strings, expected);
    }
    int length = slots.length;
    while (length < 2 * expected) {
      length *= 2;
    }
    if (length > slots.length) {
      rehash(length);
    }
  }

  /** Adds a label to what is encoded. */
  void encode(int id, FloatSeriesEncoder out) {
    int text = textOf.get(id);
    if (text != NONE) {
      texts.encode(text, id, nameOf.get(id), name(id), out);
    } else {
      byte[] utf8 = value(id).getBytes(StandardCharsets.UTF_8);
      out.newLabel(id, nameOf.get(id), name(id), utf8, 0, utf8.length);
    }
  }

  private void rehash(int length) {
    int[] old = slots;
    slots = new int[length];
    for (int slot : old) {
      // Also those that no series has yet.
      if (slot != 0) {
        place(slot - 1, hashOf.get(slot - 1));
      }
    }
  }

  private void place(int id, int hash) {
    int mask = slots.length - 1;
    int slot = hash & mask;
    while (slots[slot] != 0) {
      if (slots[slot] == id + 1) {
        return;
      }
      slot = (slot + 1) & mask;
    }
    slots[slot] = id + 1;
  }

  String name(int id) {
    return names[nameOf.get(id)].text;
  }

  /** {@return the number of a label's name} */
  int nameOf(int id) {
    return nameOf.get(id);
  }

  /** {@return the number of a name, {@link #NONE} if no series has had it} */
  int findName(String name) {
    return nameIds.getOrDefault(name, NONE);
  }

  /** {@return the text of a name's number} */
  String nameText(int name) {
    return names[name].text;
  }

  /** {@return how many names there are; they are numbered from 0} */
  int nameCount() {
    return names.length;
  }

  /** Compares two labels by name, then by value. */
  int compare(int left, int right) {
    if (left == right) {
      return 0;
    }
    int byName =
        nameOf.get(left) == nameOf.get(right)
            ? 0
            : Utf8Order.INSTANCE.compare(name(left), name(right));
    if (byName != 0) {
      return byName;
    }
    int leftText = textOf.get(left);
    int rightText = textOf.get(right);
    return leftText == NONE || rightText == NONE
        ? Utf8Order.INSTANCE.compare(value(left), value(right))
        : texts.compare(leftText, rightText);
  }

  /** {@return four bytes of a value, the first in front, zero behind its end} */
  int valueBits(int id, int offset) {
    int text = textOf.get(id);
    if (text != NONE) {
      return texts.bits(text, offset);
    }
    byte[] utf8 = value(id).getBytes(StandardCharsets.UTF_8);
    return Texts.bits(utf8, 0, utf8.length, offset);
  }

  String value(int id) {
    String string = strings[id];
    if (string != null) {
      return string;
    }
    String read = texts.get(textOf.get(id));
    if (series.isShared(id)) {
      // Several threads may do this at once; each writes an equal string.
      strings[id] = read;
    }
    return read;
  }

  /** Notes that a series has a label. */
  void addSeries(int id, int number) {
    series.add(id, number);
  }

  /**
   * Takes series out of a label. If none is left, the label is forgotten; its id is used again
   * after {@link #reuseForgotten}.
   */
  void removeSeries(int id, BitSet gone) {
    if (series.isEmpty(id)) {
      return;
    }
    boolean wasShared = series.isShared(id);
    series.remove(id, gone);
    if (wasShared && !series.isShared(id) && textOf.get(id) != NONE) {
      strings[id] = null;
    }
    if (series.isEmpty(id)) {
      forget(id);
    }
  }

  /** {@return which series have each label} */
  LabelSeries series() {
    return series;
  }

  /** What it was can be read on until {@link #reuseForgotten}. */
  private void forget(int id) {
    unplace(id);
    names[nameOf.get(id)].forgotten++;
    forgotten.addInt(id);
  }

  /** Closes the gap, so that what stands behind is found. */
  private void unplace(int id) {
    int mask = slots.length - 1;
    int hole = hashOf.get(id) & mask;
    while (slots[hole] != id + 1) {
      hole = (hole + 1) & mask;
    }
    for (int slot = (hole + 1) & mask; slots[slot] != 0; slot = (slot + 1) & mask) {
      int wanted = hashOf.get(slots[slot] - 1) & mask;
      if (((slot - wanted) & mask) >= ((slot - hole) & mask)) {
        slots[hole] = slots[slot];
        hole = slot;
      }
    }
    slots[hole] = 0;
  }

  /** Takes what is forgotten out of the lists of values; readers keep the lists they have. */
  void endRemoval() {
    for (Name name : names) {
      if (name.forgotten > 0) {
        NameValues kept = new NameValues();
        for (int i = 0; i < name.values.size(); i++) {
          int id = name.values.get(i);
          if (isLive(id)) {
            kept.add(id, textOf.get(id));
          }
        }
        name.values = kept;
        name.forgotten = 0;
        // Its numbers are places in the lists.
        matched.clear();
      }
    }
  }

  /** Gives the place of what is forgotten to others, when no reader can know it any more. */
  void reuseForgotten() {
    forgotten.forEachInt(
        id -> {
          if (textOf.get(id) != NONE) {
            texts.free(textOf.get(id));
          }
          textOf.set(id, NONE);
          strings[id] = "";
        });
    freeIds.addAll(forgotten);
    forgotten.clear();
  }

  /** {@return the ids of all values of a name's number} */
  IntColumn values(int name) {
    return names[name].values.ids();
  }

  /** {@return whether a pattern matches a value} */
  boolean matches(int id, TextPattern pattern) {
    String string = strings[id];
    return string != null ? pattern.matches(string) : texts.matches(textOf.get(id), pattern);
  }

  /** Adds the series with a value that a pattern matches, or does not match. */
  void collectMatching(String name, TextPattern pattern, boolean wanted, BitSet into) {
    int nameNumber = findName(name);
    if (nameNumber == NONE) {
      return;
    }
    NameValues values = names[nameNumber].values;
    BitSet matching =
        matched.find(
            name,
            pattern,
            values.size(),
            new ValueScan(texts, textOf, values, pattern, id -> matches(id, pattern))::scan);
    int i = wanted ? matching.nextSetBit(0) : matching.nextClearBit(0);
    while (i >= 0 && i < values.size()) {
      series.collect(values.get(i), into);
      i = wanted ? matching.nextSetBit(i + 1) : matching.nextClearBit(i + 1);
    }
  }

  /** {@return the ids of all values of a name, null if no series has had it} */
  @Nullable IntColumn values(String name) {
    Integer id = nameIds.get(name);
    return id == null ? null : values(id);
  }

  /** {@return how many values each name has} */
  Map<String, Integer> valueCounts() {
    Map<String, Integer> counts = new HashMap<>();
    for (Name name : names) {
      counts.put(name.text, name.values.size() - name.forgotten);
    }
    return counts;
  }

  long memoryBytes() {
    long columns =
        nameOf.memoryBytes()
            + textOf.memoryBytes()
            + hashOf.memoryBytes()
            + Arrays.stream(names).mapToLong(n -> n.values.memoryBytes()).sum();
    return texts.memoryBytes()
        + columns
        + series.memoryBytes()
        + (long) Integer.BYTES * (slots.length + strings.length);
  }
}
