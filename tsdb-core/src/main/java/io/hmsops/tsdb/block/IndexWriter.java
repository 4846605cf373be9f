package io.hmsops.tsdb.block;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.io.DiskFile;
import io.hmsops.tsdb.labels.Labels;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.agrona.collections.IntArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Collects the series of a block, in the order of their labels, and writes the sections of its
 * index. Specified in {@code docs/format/block.md}. Not thread-safe.
 */
final class IndexWriter implements Closeable {
  /*
   * Memory does not grow with the series, but for 4 bytes a text and half a byte a series. Series come in runs, which
   * end when they have so many texts or labels; of a run only its texts are in memory. What is written of series, of
   * texts and of postings goes to files beside those of the block when it is more than some 100 KB.
   *
   * When all series have come the texts of the runs are merged and numbered; then the series are read once more, run
   * by run, and written with the numbers of their texts, and the postings of each run are sorted; then these are merged.
   */
  /**
   * What may be in memory.
   *
   * @param memoryBytes of each kind of entries that can be in a file
   * @param texts of a run
   * @param labels of all series of a run
   */
  record Limits(int memoryBytes, int texts, int labels) {
    static final Limits DEFAULT = new Limits(1 << 18, 1 << 16, 1 << 20);
  }

  /** Where the chunks of a series are: the first one's place, and of each what stands beside it. */
  // Never compared.
  @SuppressWarnings("ArrayRecordComponent")
  record Directory(long chunksOffset, long[] timesOffsets, int[] kinds, int[] lengths) {}

  /** A section: what stands at its start and is checked when the block is opened, and the rest. */
  record Section(ByteWriter head, @Nullable Spill body) {
    long length() {
      return head.length() + (body == null ? 0 : body.length());
    }

    void writeTo(DiskFile file) throws IOException {
      file.write(head.toBuffer());
      if (body != null) {
        body.copyTo(file);
      }
    }
  }

  private final Limits limits;
  private final TextRuns texts;
  private final PostingRuns postings;

  /** The series, with the numbers that their texts have in their run. */
  private final Spill collected;

  private final Spill body;

  /** Where the chunks of the runs end, and how many series the runs have. */
  private final IntArrayList ends = new IntArrayList();

  private final IntArrayList counts = new IntArrayList();

  private int runSeries;
  private int runLabels;
  private int seriesCount;

  /**
   * Creates an empty index.
   *
   * @param disk where files are written
   * @param directory where files may be in the meantime
   * @param limits what may be in memory
   */
  IndexWriter(Disk disk, Path directory, Limits limits) {
    this.limits = limits;
    this.texts = new TextRuns(disk, directory, limits);
    this.postings = new PostingRuns(disk, directory, limits);
    this.collected = new Spill(disk, directory.resolve("collected.tmp"), limits.memoryBytes());
    this.body = new Spill(disk, directory.resolve("series.tmp"), limits.memoryBytes());
  }

  int seriesCount() {
    return seriesCount;
  }

  void add(Labels labels, Directory chunks) throws IOException {
    ByteWriter out = collected.out();
    out.putVarint(labels.size());
    for (int i = 0; i < labels.size(); i++) {
      out.putVarint(texts.add(labels.name(i)));
      out.putVarint(texts.add(labels.value(i)));
    }
    out.putVarint(chunks.kinds.length);
    out.putVarint(chunks.chunksOffset);
    for (int i = 0; i < chunks.kinds.length; i++) {
      out.putVarint(chunks.timesOffsets[i]);
      out.putVarint(chunks.kinds[i]);
      out.putVarint(chunks.lengths[i]);
    }
    collected.endEntry();
    seriesCount++;
    runSeries++;
    runLabels += labels.size();
    if (texts.isFull() || runLabels >= limits.labels()) {
      endRun();
    }
  }

  private void endRun() throws IOException {
    texts.endRun();
    ends.addInt(collected.endChunk());
    counts.addInt(runSeries);
    runSeries = 0;
    runLabels = 0;
  }

  /** {@return the sections, in the order of their numbers} Nothing can be added afterwards. */
  List<Section> finish() throws IOException {
    endRun();
    try {
      Section symbols = texts.finish();
      Section series = seriesSection();
      List<Section> labels = postings.finish();
      return List.of(symbols, series, labels.getFirst(), labels.getLast());
    } catch (MalformedDataException e) {
      throw new AssertionError("what was collected here does not decode", e);
    }
  }

  private Section seriesSection() throws IOException, MalformedDataException {
    SeriesEntries entries = new SeriesEntries();
    int chunk = 0;
    for (int run = 0; run < ends.size(); run++) {
      int[] numbers = texts.numbers(run);
      Spill.Reader reader = collected.reader(chunk, ends.getInt(run));
      for (int i = 0; i < counts.getInt(run) && reader.hasNext(); i++) {
        entries.write(reader.in(), numbers);
      }
      entries.endRun();
      chunk = ends.getInt(run);
    }
    return new Section(entries.pages.finish(), body);
  }

  /** The series as they stand in the file. */
  private final class SeriesEntries {
    private final PageWriter pages = new PageWriter(body);
    private int[] last = {};
    private long timesOffset;

    /** The labels of the series before, in this run, and the series that have them. */
    private int[] labelled = {};

    private IntArrayList[] postingsOf = {};

    /** Writes a series and notes its labels. */
    void write(ByteReader in, int[] numbers) throws IOException, MalformedDataException {
      int[] labels = new int[2 * in.getCount()];
      for (int i = 0; i < labels.length; i++) {
        labels[i] = numbers[(int) in.getVarint()];
      }
      int chunks = in.getCount();
      long chunksOffset = in.getVarint();
      int series = pages.count();
      if (pages.begin()) {
        body.out().putVarint(chunksOffset);
        last = new int[0];
        timesOffset = 0;
      }
      putPostings(labels, series);
      putLabels(labels);
      putChunks(chunks, in);
    }

    private void putPostings(int[] labels, int series) {
      IntArrayList[] lists = new IntArrayList[labels.length / 2];
      for (int i = 0; i < labels.length; i += 2) {
        // Most labels stand where they stood in the series before.
        boolean same =
            i < labelled.length && labelled[i] == labels[i] && labelled[i + 1] == labels[i + 1];
        lists[i / 2] = same ? postingsOf[i / 2] : postings.seriesOf(labels[i], labels[i + 1]);
        lists[i / 2].addInt(series);
      }
      labelled = labels;
      postingsOf = lists;
    }

    /** Ends a run. */
    void endRun() throws IOException {
      postings.endRun();
      labelled = new int[0];
    }

    private void putLabels(int[] labels) {
      ByteWriter out = body.out();
      int shared = 0;
      while (shared < Math.min(labels.length, last.length)
          && labels[shared] == last[shared]
          && labels[shared + 1] == last[shared + 1]) {
        shared += 2;
      }
      out.putVarint(shared / 2);
      out.putVarint((labels.length - shared) / 2);
      for (int i = shared; i < labels.length; i++) {
        out.putVarint(labels[i]);
      }
      last = labels;
    }

    private void putChunks(int chunks, ByteReader in) throws MalformedDataException {
      ByteWriter out = body.out();
      out.putVarint(chunks);
      for (int i = 0; i < chunks; i++) {
        long offset = in.getVarint();
        long step = offset - timesOffset;
        out.putVarint((step << 1 ^ step >> 63) << BlockLayout.KIND_BITS | in.getVarint());
        out.putVarint(in.getVarint());
        timesOffset = offset;
      }
    }
  }

  /** Deletes what was needed in the meantime only. */
  @Override
  public void close() throws IOException {
    try (texts;
        postings;
        body) {
      collected.close();
    }
  }
}
