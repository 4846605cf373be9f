package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.chunk.Chunk;
import io.hmsops.tsdb.chunk.HistogramBytes;
import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.tombstone.Intervals;
import io.hmsops.tsdb.wal.FrameScanner.Frame;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the newest checkpoint. Specified in {@code docs/format/checkpoint.md}. */
public final class CheckpointReader {
  static final String TEMPORARY_SUFFIX = ".tmp";
  private static final String SUFFIX = ".ckpt";

  private final Path file;
  private final MemorySegment bytes;
  private final CheckpointVisitor visitor;
  private final FileDamage damages;
  private final LabelTexts texts = new LabelTexts();
  private final FloatSeriesReader floats;
  private long seriesCount;

  private boolean ended;

  private CheckpointReader(
      Path file, MemorySegment bytes, CheckpointVisitor visitor, FileDamage damages)
      throws CorruptFileException {
    this.file = file;
    this.floats = new FloatSeriesReader(lsn(file));
    this.bytes = bytes;
    this.visitor = visitor;
    this.damages = damages;
  }

  static Path file(Path directory, long lsn) {
    return directory.resolve("%016d%s".formatted(lsn, SUFFIX));
  }

  /**
   * {@return the newest batch in the newest checkpoint, 0 if there is none} What is damaged is
   * mended, or passed over.
   *
   * @param disk where the files are
   * @param directory the checkpoints' directory
   * @param visitor is told the content
   * @param damages is told what is damaged
   * @throws IOException if it cannot be read, or a newer version wrote it
   */
  public static long read(Disk disk, Path directory, CheckpointVisitor visitor, FileDamage damages)
      throws IOException {
    Optional<Path> newest = newest(disk, directory);
    if (newest.isEmpty()) {
      return 0;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = disk.map(newest.get(), arena);
      new CheckpointReader(newest.get(), bytes, visitor, damages).read();
    }
    return lsn(newest.get());
  }

  private void read() throws IOException {
    try {
      FileHeader.check(file, FileHeader.read(bytes), FileHeader.CHECKPOINT);
    } catch (CorruptFileException e) {
      // The frames carry checksums of their own.
      damages.mended(e);
    }
    FrameReader frames =
        new FrameReader(file, bytes, ", the newest samples of their series are lost", damages);
    visitor.begin(lsn(file));
    for (Optional<Frame> next = frames.next(); next.isPresent(); next = frames.next()) {
      read(next.get());
    }
    if (ended) {
      frames.tellEnd();
    } else {
      damages.lost(
          new CorruptFileException(
              file,
              frames.end(),
              "no end (expected: one), the newest samples of further series are lost"));
    }
  }

  private void read(Frame frame) throws CorruptFileException {
    try {
      switch (frame.type()) {
        case FrameType.END -> {
          ended = true;
          checkCount(frame.startOffset(), frame.payload().getVarint());
        }
        case FrameType.FLOATS -> {
          floats.begin(frame.payload());
          visitor.floats(floats);
          floats.readAll();
          seriesCount += floats.count();
        }
        default -> seriesCount += readSeries(frame.payload(), texts, lsn(file), visitor);
      }
    } catch (MalformedDataException e) {
      // The checksum is right, so this is no damage: it was written wrongly.
      throw new CorruptFileException(file, frame.startOffset(), "series: " + e.getMessage());
    }
  }

  private void checkCount(long offset, long expected) {
    if (expected != seriesCount) {
      damages.lost(
          new CorruptFileException(
              file,
              offset,
              "%d series (expected: %d), the newest samples of the others are lost"
                  .formatted(seriesCount, expected)));
    }
  }

  static long lsn(Path file) throws CorruptFileException {
    String name = String.valueOf(file.getFileName());
    try {
      return Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
    } catch (NumberFormatException e) {
      throw new CorruptFileException(
          file, 0, "name: %s (expected: a number and %s)".formatted(name, SUFFIX));
    }
  }

  static Optional<Path> newest(Disk disk, Path directory) throws IOException {
    return disk.list(directory).stream()
        .filter(f -> f.toString().endsWith(SUFFIX))
        .reduce((_, later) -> later);
  }

  static long readSeries(ByteReader in, LabelTexts texts, long lsn, CheckpointVisitor visitor)
      throws MalformedDataException {
    long seriesCount = 0;
    while (!in.atEnd()) {
      long ref = in.getVarint();
      long batch = lsn + in.getVarint();
      Labels labels = texts.read(in);
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
      visitor.series(new CheckpointSeries(ref, batch, labels, newestMs, chunks, deleted, late));
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
}
