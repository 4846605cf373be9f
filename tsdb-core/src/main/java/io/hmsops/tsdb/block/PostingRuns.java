package io.hmsops.tsdb.block;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.io.Disk;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.agrona.collections.IntArrayList;

/**
 * Which series have which label. Series come in runs that fit into memory; when all have come, the
 * lists of the runs are put together, one label at a time. Not thread-safe.
 */
final class PostingRuns implements Closeable {
  /** Of this run: the series by name, then value, both as numbers of texts. */
  private final Map<Integer, Map<Integer, IntArrayList>> run = new TreeMap<>();

  /** The labels of each run in their order: name, value, how many series, their distances. */
  private final Spill sorted;

  private final Spill values;
  private final Spill lists;

  /** Where the chunks of the runs end. */
  private final IntArrayList ends = new IntArrayList();

  PostingRuns(Disk disk, Path directory, IndexWriter.Limits limits) {
    this.sorted = new Spill(disk, directory.resolve("postings.tmp"), limits.memoryBytes());
    this.values = new Spill(disk, directory.resolve("values.tmp"), limits.memoryBytes());
    this.lists = new Spill(disk, directory.resolve("lists.tmp"), limits.memoryBytes());
  }

  /** {@return the series of this run with a label} Their numbers are to be added, ascending. */
  IntArrayList seriesOf(int name, int value) {
    return run.computeIfAbsent(name, _ -> new TreeMap<>())
        .computeIfAbsent(value, _ -> new IntArrayList(1, IntArrayList.DEFAULT_NULL_VALUE));
  }

  void endRun() throws IOException {
    for (Map.Entry<Integer, Map<Integer, IntArrayList>> name : run.entrySet()) {
      for (Map.Entry<Integer, IntArrayList> value : name.getValue().entrySet()) {
        write(name.getKey(), value.getKey(), value.getValue());
      }
    }
    ends.addInt(sorted.endChunk());
    run.clear();
  }

  private void write(int name, int value, IntArrayList numbers) throws IOException {
    ByteWriter out = sorted.out();
    out.putVarint(name);
    out.putVarint(value);
    out.putVarint(numbers.size());
    int last = 0;
    for (int i = 0; i < numbers.size(); i++) {
      out.putVarint(numbers.getInt(i) - last);
      last = numbers.getInt(i);
    }
    sorted.endEntry();
  }

  /** Walks the labels of one run. */
  private final class Walk implements Comparable<Walk> {
    private final int run;
    private final Spill.Reader reader;
    private int name;
    private int value;

    Walk(int run) {
      this.run = run;
      this.reader = sorted.reader(run == 0 ? 0 : ends.getInt(run - 1), ends.getInt(run));
    }

    boolean next() throws IOException, MalformedDataException {
      if (!reader.hasNext()) {
        return false;
      }
      name = (int) reader.in().getVarint();
      value = (int) reader.in().getVarint();
      return true;
    }

    /** Reads the series of the label; once, before the next one. */
    void addTo(IntArrayList numbers) throws MalformedDataException {
      ByteReader in = reader.in();
      int count = (int) in.getVarint();
      int number = 0;
      for (int i = 0; i < count; i++) {
        number += (int) in.getVarint();
        numbers.addInt(number);
      }
    }

    boolean isOf(int wantedName, int wantedValue) {
      return name == wantedName && value == wantedValue;
    }

    @Override
    public int compareTo(Walk other) {
      int byName = Integer.compare(name, other.name);
      int byLabel = byName != 0 ? byName : Integer.compare(value, other.value);
      return byLabel != 0 ? byLabel : Integer.compare(run, other.run);
    }
  }

  /** {@return the sections of labels and of lists} */
  List<IndexWriter.Section> finish() throws IOException, MalformedDataException {
    PriorityQueue<Walk> walks = new PriorityQueue<>();
    for (int i = 0; i < ends.size(); i++) {
      Walk walk = new Walk(i);
      if (walk.next()) {
        walks.add(walk);
      }
    }
    LabelHead head = new LabelHead();
    IntArrayList numbers = new IntArrayList();
    while (!walks.isEmpty()) {
      int name = walks.element().name;
      int value = walks.element().value;
      numbers.clear();
      while (!walks.isEmpty() && walks.element().isOf(name, value)) {
        Walk walk = walks.remove();
        walk.addTo(numbers);
        if (walk.next()) {
          walks.add(walk);
        }
      }
      head.begin(name);
      writeValue(value, numbers, head);
    }
    return List.of(
        new IndexWriter.Section(head.finish(), values),
        new IndexWriter.Section(new ByteWriter(1), lists));
  }

  private void writeValue(int value, IntArrayList numbers, LabelHead head) throws IOException {
    ByteWriter out = values.out();
    int start = out.length();
    out.putInt(value);
    if (numbers.size() == 1) {
      out.putLong(BlockLayout.ONE_SERIES | numbers.getInt(0));
    } else {
      out.putLong(lists.length());
      PostingList.write(numbers, lists.out());
      lists.endEntry();
    }
    head.add(out.array(), start, out.length() - start);
    values.endEntry();
  }

  /** What stands in front of the values: each name, with a checksum of its values. */
  private final class LabelHead {
    private final ByteWriter head = new ByteWriter(1024);
    private final CRC32C crc = new CRC32C();
    private int names;
    private int name;
    private int valueCount;
    private long start;

    LabelHead() {
      head.putInt(0);
    }

    void begin(int newName) {
      if (valueCount == 0 || newName != name) {
        end();
        name = newName;
        start = values.length();
      }
    }

    void add(byte[] bytes, int from, int length) {
      crc.update(bytes, from, length);
      valueCount++;
    }

    private void end() {
      if (valueCount > 0) {
        head.putInt(name);
        head.putInt(valueCount);
        head.putLong(start);
        head.putInt((int) crc.getValue());
        head.putInt(0);
        names++;
      }
      crc.reset();
      valueCount = 0;
    }

    ByteWriter finish() {
      end();
      head.setInt(0, names);
      return head;
    }
  }

  @Override
  public void close() throws IOException {
    try (values;
        lists) {
      sorted.close();
    }
  }
}
