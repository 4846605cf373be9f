package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.chunk.HistogramBytes;
import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.tombstone.Intervals;
import io.hmsops.tsdb.wal.FrameScanner.Frame;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the newest checkpoint. Specified in {@code docs/format/checkpoint.md}. */
public final class CheckpointReader {
  static final String TEMPORARY_SUFFIX = ".tmp";
  private static final String SUFFIX = ".ckpt";

  private CheckpointReader() {}

  static Path file(Path directory, long lsn) {
    return directory.resolve("%016d%s".formatted(lsn, SUFFIX));
  }

  /**
   * {@return the newest batch in the newest checkpoint, 0 if there is none}
   *
   * @param disk where the files are
   * @param directory the checkpoints' directory
   * @param visitor is told the content
   * @throws CorruptFileException if the checkpoint is damaged
   * @throws IOException if it cannot be read
   */
  public static long read(Disk disk, Path directory, CheckpointVisitor visitor) throws IOException {
    Optional<Path> newest = newest(disk, directory);
    if (newest.isEmpty()) {
      return 0;
    }
    Path file = newest.get();
    byte[] bytes = disk.read(file);
    FileHeader.check(file, bytes, FileHeader.CHECKPOINT);
    FrameScanner scanner = new FrameScanner(bytes, FileHeader.LENGTH);
    int end = FileHeader.LENGTH;
    long seriesCount = 0;
    while (true) {
      Optional<Frame> next = scanner.next();
      if (next.isEmpty() || next.get().startOffset() != end) {
        throw new CorruptFileException(
            file, end, "no valid frame (expected: one, or the end frame)");
      }
      Frame frame = next.get();
      ByteReader in = new ByteReader(frame.payload(), 0, frame.payload().length);
      try {
        if (frame.type() == FrameType.END) {
          long expected = in.getVarint();
          if (expected != seriesCount) {
            throw new MalformedDataException(
                "%d series (expected: %d)".formatted(seriesCount, expected));
          }
          return frame.lsn();
        }
        visitor.begin(frame.lsn());
        seriesCount += readSeries(in, visitor);
      } catch (MalformedDataException e) {
        throw new CorruptFileException(file, end, "series: %s".formatted(e.getMessage()));
      }
      end = frame.endOffset();
    }
  }

  static Optional<Path> newest(Disk disk, Path directory) throws IOException {
    return disk.list(directory).stream()
        .filter(f -> f.toString().endsWith(SUFFIX))
        .reduce((_, later) -> later);
  }

  static long lsn(Path file) {
    String name = String.valueOf(file.getFileName());
    return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
  }

  static long readSeries(ByteReader in, CheckpointVisitor visitor) throws MalformedDataException {
    long seriesCount = 0;
    while (!in.atEnd()) {
      long ref = in.getVarint();
      Labels labels = BatchEncoder.readLabels(in);
      long newestMs = in.getZigzag();
      int chunkCount = in.getCount();
      List<Chunk> chunks = new ArrayList<>(chunkCount);
      for (int i = 0; i < chunkCount; i++) {
        int codec = in.getByte();
        long minTimeMs = in.getZigzag();
        long maxTimeMs = in.getZigzag();
        int count = (int) in.getVarint();
        int length = in.getCount();
        byte[] data = in.getBytes(length, Chunk.SLACK_BYTES);
        chunks.add(new Chunk(codec, minTimeMs, maxTimeMs, count, data, length));
      }
      Intervals deleted = Intervals.NONE;
      for (int left = in.getCount(); left > 0; left--) {
        deleted = deleted.with(in.getZigzag(), in.getZigzag());
      }
      List<CheckpointSeries.Sample> late = readLate(in);
      List<Exemplar> exemplars = readExemplars(in);
      visitor.series(new CheckpointSeries(ref, labels, newestMs, chunks, deleted, late, exemplars));
      seriesCount++;
    }
    return seriesCount;
  }

  private static List<CheckpointSeries.Sample> readLate(ByteReader in)
      throws MalformedDataException {
    int count = in.getCount();
    List<CheckpointSeries.Sample> late = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long timestampMs = in.getZigzag();
      long startMs = in.getZigzag();
      late.add(
          in.getByte() == CheckpointWriter.HISTOGRAM
              ? new CheckpointSeries.Sample(timestampMs, 0, HistogramBytes.read(in, null), startMs)
              : new CheckpointSeries.Sample(timestampMs, in.getDouble(), null, startMs));
    }
    return late;
  }

  private static List<Exemplar> readExemplars(ByteReader in) throws MalformedDataException {
    int count = in.getCount();
    List<Exemplar> exemplars = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      long time = in.getZigzag();
      double value = in.getDouble();
      exemplars.add(new Exemplar(BatchEncoder.readLabels(in), value, time));
    }
    return exemplars;
  }
}
