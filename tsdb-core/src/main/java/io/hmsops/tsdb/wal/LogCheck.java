package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.io.DiskFile;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.wal.FrameScanner.Frame;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads a log and its checkpoint from end to end and changes nothing. */
public final class LogCheck {
  private static final BatchVisitor READ_ONLY =
      new BatchVisitor() {
        @Override
        public void series(long ref, Labels labels) {}

        @Override
        public void sample(
            long ref,
            long timestampMs,
            double value,
            @Nullable Histogram histogram,
            long startMs) {}

        @Override
        public void exemplar(long ref, Exemplar exemplar) {}

        @Override
        public void metadata(String family, Metadata metadata) {}

        @Override
        public void deletion(long ref, long fromMs, long toMs) {}

        @Override
        public void gone(long ref) {}
      };

  private LogCheck() {}

  /**
   * Checks every segment of a log.
   *
   * @param disk where the files are
   * @param directory the log's directory
   * @param damages told of each damage, with file and offset
   * @throws IOException if a file cannot be read
   */
  public static void checkLog(Disk disk, Path directory, Consumer<TsdbException> damages)
      throws IOException {
    List<Path> segments = Wal.segments(disk, directory);
    for (int i = 0; i < segments.size(); i++) {
      Path segment = segments.get(i);
      byte[] bytes = disk.read(segment);
      if (bytes.length < FileHeader.LENGTH && i + 1 == segments.size()) {
        // Begun when the process died; nothing was in it.
        continue;
      }
      try {
        checkHeader(segment, bytes, damages);
        checkFrames(segment, bytes, damages);
      } catch (TsdbException e) {
        damages.accept(e);
      }
    }
  }

  private static void checkHeader(Path segment, byte[] bytes, Consumer<TsdbException> damages)
      throws TsdbException {
    try {
      FileHeader.check(segment, bytes, FileHeader.WAL);
    } catch (CorruptFileException e) {
      // The frames behind it carry checksums of their own.
      damages.accept(e);
    }
  }

  private static void checkFrames(Path segment, byte[] bytes, Consumer<TsdbException> damages)
      throws CorruptFileException {
    FrameReader frames =
        new FrameReader(segment, MemorySegment.ofArray(bytes), "", FileDamage.all(damages));
    for (Optional<Frame> next = frames.next(); next.isPresent(); next = frames.next()) {
      Frame frame = next.get();
      try {
        BatchEncoder.read(frame.payload(), new LabelTexts(), READ_ONLY);
      } catch (MalformedDataException | IllegalArgumentException e) {
        damages.accept(
            new CorruptFileException(
                segment, frame.startOffset(), "batch %d: %s".formatted(frame.lsn(), e)));
      }
    }
    frames.tellEnd();
  }

  /**
   * Checks the newest checkpoint.
   *
   * @param disk where the files are
   * @param directory the checkpoints' directory
   * @param damages told of each damage, with file and offset
   * @throws IOException if a file cannot be read
   */
  public static void checkCheckpoint(Disk disk, Path directory, Consumer<TsdbException> damages)
      throws IOException {
    try {
      var _ = CheckpointReader.read(disk, directory, new Discard(), FileDamage.all(damages));
    } catch (TsdbException e) {
      damages.accept(e);
    }
  }

  private static final class Discard implements CheckpointVisitor {
    @Override
    public void begin(long lsn) {}

    @Override
    public void series(CheckpointSeries series) {}

    @Override
    public void floats(FloatSeriesReader frame) {}
  }

  /**
   * Gives every segment whose header is damaged a right one; frames stay as they are.
   *
   * @param disk where the files are
   * @param directory the log's directory
   * @throws IOException if a file cannot be read or written
   */
  public static void repairHeaders(Disk disk, Path directory) throws IOException {
    for (Path segment : Wal.segments(disk, directory)) {
      byte[] bytes = disk.read(segment);
      try {
        FileHeader.check(segment, bytes, FileHeader.WAL);
      } catch (CorruptFileException e) {
        Path temporary = directory.resolve(segment.getFileName() + ".tmp");
        disk.delete(temporary);
        try (DiskFile file = disk.create(temporary)) {
          file.write(FileHeader.of(FileHeader.WAL));
          int from = Math.min(FileHeader.LENGTH, bytes.length);
          file.write(ByteBuffer.wrap(bytes, from, bytes.length - from));
          file.force();
        }
        disk.rename(temporary, segment);
        disk.forceDirectory(directory);
      }
    }
  }
}
