package io.hmsops.tsdb.block;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.postings.LabelIndex;
import io.hmsops.tsdb.postings.MatchedValues;
import io.hmsops.tsdb.regex.TextPattern;
import io.hmsops.tsdb.storage.CorruptFileException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The label index of a block, read where it is mapped; checked page by page as it is read. The
 * methods of {@link LabelIndex} report damage as an {@link UncheckedIOException} with a {@link
 * CorruptFileException} in it. Thread-safe.
 */
final class BlockIndex implements LabelIndex {
  /** There may be hundreds of blocks. */
  private static final long MAX_MATCHED_BYTES = 256 << 10;

  /** A name's values: where they are, how many, their checksum. */
  private record Name(String text, long values, int count, int crc) {}

  private final MappedFile file;
  private final PagedTexts symbols;
  private final PagedEntries series;
  private final long lists;
  private final Name[] names;

  private final MatchedValues matched = new MatchedValues(MAX_MATCHED_BYTES);

  /** For each name whether its values have been checked. */
  private final AtomicReferenceArray<Boolean> checked;

  BlockIndex(MappedFile file, BlockFooter footer) throws CorruptFileException {
    this.file = file;
    this.symbols = new PagedTexts(new PagedEntries(file, footer, BlockLayout.SYMBOLS));
    this.series = new PagedEntries(file, footer, BlockLayout.SERIES);
    this.lists = footer.offset(BlockLayout.POSTINGS);
    long head = footer.checkedHead(file, BlockLayout.LABELS);
    long body = head + footer.headLength(BlockLayout.LABELS);
    this.names = new Name[file.getInt(head)];
    for (int i = 0; i < names.length; i++) {
      long entry = head + Integer.BYTES + (long) i * BlockLayout.NAME_ENTRY_LENGTH;
      names[i] =
          new Name(
              symbols.get(file.getInt(entry)),
              body + file.getLong(entry + 2 * Integer.BYTES),
              file.getInt(entry + Integer.BYTES),
              file.getInt(entry + 2 * Integer.BYTES + Long.BYTES));
    }
    this.checked = new AtomicReferenceArray<>(names.length);
  }

  PagedTexts symbols() {
    return symbols;
  }

  PagedEntries series() {
    return series;
  }

  @Override
  public int seriesCount() {
    return series.count();
  }

  /** {@return the number of a name, −1 if it does not occur} */
  private int name(String text) throws CorruptFileException {
    for (int i = 0; i < names.length; i++) {
      if (names[i].text.equals(text)) {
        if (checked.get(i) == null) {
          long length = (long) names[i].count * BlockLayout.VALUE_ENTRY_LENGTH;
          var _ = file.readChecked(names[i].values, length, names[i].crc);
          checked.set(i, Boolean.TRUE);
        }
        return i;
      }
    }
    return -1;
  }

  String[] names() {
    return Arrays.stream(names).map(Name::text).toArray(String[]::new);
  }

  /** {@return the values of a name, in the order of their bytes} */
  List<String> values(String name) throws CorruptFileException {
    int number = name(name);
    if (number < 0) {
      return List.of();
    }
    List<String> values = new ArrayList<>(names[number].count);
    PagedTexts.Walk walk = symbols.walk();
    for (int i = 0; i < names[number].count; i++) {
      values.add(walk.get(text(names[number], i)));
    }
    return values;
  }

  @Override
  public void collect(String name, String value, BitSet into) {
    try {
      int number = name(name);
      int wanted = number < 0 ? -1 : symbols.find(value);
      if (wanted < 0) {
        return;
      }
      int low = 0;
      int high = names[number].count - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        long entry = names[number].values + (long) middle * BlockLayout.VALUE_ENTRY_LENGTH;
        int found = file.getInt(entry);
        if (found == wanted) {
          collectPostings(file.getLong(entry + Integer.BYTES), into);
          return;
        }
        if (found < wanted) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
    } catch (CorruptFileException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void collectPostings(long place, BitSet into) throws CorruptFileException {
    if ((place & BlockLayout.ONE_SERIES) != 0) {
      into.set((int) place);
      return;
    }
    ByteReader in = file.readSized(lists + place, 1);
    try {
      long header = new ByteReader(in.array(), 0, in.position()).getVarint();
      PostingList.read(in, header, seriesCount(), into);
    } catch (MalformedDataException e) {
      throw file.damaged(lists + place, e.getMessage());
    }
  }

  @Override
  public void collectAll(String name, BitSet into) {
    try {
      int number = name(name);
      for (int i = 0; number >= 0 && i < names[number].count; i++) {
        collectPostings(postings(names[number], i), into);
      }
    } catch (CorruptFileException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void collectMatching(String name, TextPattern pattern, boolean wanted, BitSet into) {
    try {
      int number = name(name);
      if (number < 0) {
        return;
      }
      Name label = names[number];
      BitSet matching =
          matched.find(name, pattern, label.count, (_, _, found) -> scan(label, pattern, found));
      int i = wanted ? matching.nextSetBit(0) : matching.nextClearBit(0);
      while (i >= 0 && i < label.count) {
        collectPostings(postings(label, i), into);
        i = wanted ? matching.nextSetBit(i + 1) : matching.nextClearBit(i + 1);
      }
    } catch (CorruptFileException e) {
      throw new UncheckedIOException(e);
    }
  }

  private int text(Name label, int value) {
    return file.getInt(label.values + (long) value * BlockLayout.VALUE_ENTRY_LENGTH);
  }

  private long postings(Name label, int value) {
    return file.getLong(
        label.values + (long) value * BlockLayout.VALUE_ENTRY_LENGTH + Integer.BYTES);
  }

  /** Looks at the values from the first on that is not before the pattern's prefix. */
  private void scan(Name label, TextPattern pattern, BitSet found) {
    try {
      PagedTexts.Walk walk = symbols.walk();
      byte[] prefix = pattern.prefix();
      for (int i = firstFrom(label, prefix, walk); i < label.count; i++) {
        byte[] value = walk.utf8(text(label, i));
        if (pattern.matches(value, 0, value.length)) {
          found.set(i);
        } else if (!startsWith(value, prefix)) {
          return;
        }
      }
    } catch (CorruptFileException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Values ascend by their bytes. */
  private int firstFrom(Name label, byte[] prefix, PagedTexts.Walk walk)
      throws CorruptFileException {
    int low = 0;
    int high = prefix.length == 0 ? 0 : label.count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Arrays.compareUnsigned(walk.utf8(text(label, middle)), prefix) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static boolean startsWith(byte[] value, byte[] prefix) {
    return value.length >= prefix.length
        && Arrays.equals(value, 0, prefix.length, prefix, 0, prefix.length);
  }
}
