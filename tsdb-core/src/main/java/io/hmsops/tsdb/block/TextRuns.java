package io.hmsops.tsdb.block;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.labels.Utf8Order;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import org.agrona.collections.IntArrayList;

/**
 * The texts of the series of a block. Series come in runs, each with texts of its own that fit into
 * memory; when all have come, the runs are merged, and then it is known which number each text of a
 * run has among all of them, in the order of their bytes. Not thread-safe.
 */
final class TextRuns implements Closeable {
  private static final int MOST_CHARS = 1 << 22;

  private final Map<String, Integer> known = new HashMap<>();
  private final List<String> texts = new ArrayList<>();
  private final int mostTexts;
  private int chars;

  /** The texts of each run in their order: length, bytes, number in the run. */
  private final Spill sorted;

  private final Spill body;

  /** Where the chunks of the runs end. */
  private final IntArrayList ends = new IntArrayList();

  private final IntArrayList counts = new IntArrayList();

  /** For each run the numbers of its texts. */
  private int[][] numbers = {};

  TextRuns(Disk disk, Path directory, IndexWriter.Limits limits) {
    this.mostTexts = limits.texts();
    this.sorted = new Spill(disk, directory.resolve("texts.tmp"), limits.memoryBytes());
    this.body = new Spill(disk, directory.resolve("symbols.tmp"), limits.memoryBytes());
  }

  /** {@return the number of a text in its run} */
  int add(String text) {
    Integer number = known.putIfAbsent(text, texts.size());
    if (number != null) {
      return number;
    }
    texts.add(text);
    chars += text.length();
    return texts.size() - 1;
  }

  /** {@return whether the run should end} */
  boolean isFull() {
    return texts.size() >= mostTexts || chars >= MOST_CHARS;
  }

  void endRun() throws IOException {
    counts.addInt(texts.size());
    texts.sort(Utf8Order.INSTANCE);
    for (String text : texts) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      sorted.out().putVarint(utf8.length);
      sorted.out().putBytes(utf8, 0, utf8.length);
      sorted.out().putVarint(Objects.requireNonNull(known.get(text)));
      sorted.endEntry();
    }
    ends.addInt(sorted.endChunk());
    known.clear();
    texts.clear();
    chars = 0;
  }

  /** Walks the texts of one run. */
  private final class Walk implements Comparable<Walk> {
    private final int run;
    private final Spill.Reader reader;
    private byte[] utf8 = {};
    private int number;

    Walk(int run) {
      this.run = run;
      this.reader = sorted.reader(run == 0 ? 0 : ends.getInt(run - 1), ends.getInt(run));
    }

    boolean next() throws IOException, MalformedDataException {
      if (!reader.hasNext()) {
        return false;
      }
      ByteReader in = reader.in();
      utf8 = in.getBytes(in.getCount(), 0);
      number = (int) in.getVarint();
      return true;
    }

    @Override
    public int compareTo(Walk other) {
      int order = Arrays.compareUnsigned(utf8, other.utf8);
      return order != 0 ? order : Integer.compare(run, other.run);
    }
  }

  /** {@return the section of all texts} Then their numbers are known. */
  IndexWriter.Section finish() throws IOException, MalformedDataException {
    PriorityQueue<Walk> walks = new PriorityQueue<>();
    numbers = new int[ends.size()][];
    for (int run = 0; run < numbers.length; run++) {
      numbers[run] = new int[counts.getInt(run)];
      Walk walk = new Walk(run);
      if (walk.next()) {
        walks.add(walk);
      }
    }
    PageWriter pages = new PageWriter(body);
    byte[] last = {};
    while (!walks.isEmpty()) {
      byte[] utf8 = walks.element().utf8;
      boolean firstOfPage = pages.begin();
      write(utf8, firstOfPage ? new byte[0] : last, firstOfPage);
      last = utf8;
      while (!walks.isEmpty() && Arrays.equals(walks.element().utf8, utf8)) {
        Walk walk = walks.remove();
        numbers[walk.run][walk.number] = pages.count() - 1;
        if (walk.next()) {
          walks.add(walk);
        }
      }
    }
    return new IndexWriter.Section(pages.finish(), body);
  }

  private void write(byte[] utf8, byte[] last, boolean firstOfPage) {
    ByteWriter out = body.out();
    int shared = 0;
    if (!firstOfPage) {
      while (shared < Math.min(last.length, utf8.length) && last[shared] == utf8[shared]) {
        shared++;
      }
      out.putVarint(shared);
    }
    out.putVarint(utf8.length - shared);
    out.putBytes(utf8, shared, utf8.length - shared);
  }

  int runCount() {
    return ends.size();
  }

  /** {@return for each text of a run its number among all texts} After {@link #finish}. */
  int[] numbers(int run) {
    return numbers[run];
  }

  @Override
  public void close() throws IOException {
    try (body) {
      sorted.close();
    }
  }
}
