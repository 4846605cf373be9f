package io.hmsops.tsdb.wal;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.wal.FrameScanner.Frame;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads the file of exemplars and metadata. Specified in {@code docs/format/extras.md}. */
public final class ExtrasReader {
  private static final ExtrasVisitor NOBODY =
      new ExtrasVisitor() {
        @Override
        public void exemplar(Labels series, Exemplar exemplar) {}

        @Override
        public void metadata(String family, Metadata metadata) {}
      };

  private ExtrasReader() {}

  private static FileDamage ignored() {
    return FileDamage.all(_ -> {});
  }

  static Path temporary(Path file) {
    return file.resolveSibling(file.getFileName() + ".tmp");
  }

  /**
   * {@return whether there is such a file}
   *
   * @param disk where it would be
   * @param file the file
   * @throws IOException if its directory cannot be read
   */
  public static boolean exists(Disk disk, Path file) throws IOException {
    Path directory = file.getParent();
    return directory != null && disk.list(directory).contains(file);
  }

  /**
   * {@return up to which batch everything is in the file, 0 if there is none}
   *
   * @param disk where the file is
   * @param file the file
   * @throws IOException if it cannot be read, or a newer version wrote it
   */
  public static long lsn(Disk disk, Path file) throws IOException {
    return read(disk, file, NOBODY, ignored());
  }

  /**
   * {@return up to which batch everything is in the file, 0 if there is none} What is damaged is
   * mended, or passed over.
   *
   * @param disk where the file is
   * @param file the file
   * @param visitor is told the content
   * @param damages is told what is damaged
   * @throws IOException if it cannot be read, or a newer version wrote it
   */
  public static long read(Disk disk, Path file, ExtrasVisitor visitor, FileDamage damages)
      throws IOException {
    if (!exists(disk, file)) {
      return 0;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = disk.map(file, arena);
      try {
        FileHeader.check(file, FileHeader.read(bytes), FileHeader.EXTRAS);
      } catch (CorruptFileException e) {
        // The frames carry checksums of their own.
        damages.mended(e);
      }
      return readFrames(file, bytes, visitor, damages);
    }
  }

  private static long readFrames(
      Path file, MemorySegment bytes, ExtrasVisitor visitor, FileDamage damages)
      throws IOException {
    FrameReader frames =
        new FrameReader(file, bytes, ", their exemplars and metadata are lost", damages);
    LabelTexts texts = new LabelTexts();
    long lsn = 0;
    long count = 0;
    boolean ended = false;
    for (Optional<Frame> next = frames.next(); next.isPresent(); next = frames.next()) {
      Frame frame = next.get();
      lsn = frame.lsn();
      try {
        if (frame.type() == FrameType.END) {
          ended = true;
          checkCount(file, frame, count, damages);
        } else {
          count += readEntries(frame.payload(), texts, visitor);
        }
      } catch (MalformedDataException e) {
        // The checksum is right, so this is no damage: it was written wrongly.
        throw new CorruptFileException(file, frame.startOffset(), "entry: " + e.getMessage());
      }
    }
    if (ended) {
      frames.tellEnd();
    } else {
      damages.lost(
          new CorruptFileException(
              file,
              frames.end(),
              "no end (expected: one), further exemplars and metadata are lost"));
    }
    return lsn;
  }

  private static void checkCount(Path file, Frame end, long count, FileDamage damages)
      throws MalformedDataException {
    long expected = end.payload().getVarint();
    if (expected != count) {
      damages.lost(
          new CorruptFileException(
              file,
              end.startOffset(),
              "%d exemplars and metadata (expected: %d), the others are lost"
                  .formatted(count, expected)));
    }
  }

  private static long readEntries(ByteReader in, LabelTexts texts, ExtrasVisitor visitor)
      throws MalformedDataException {
    long count = 0;
    for (; !in.atEnd(); count++) {
      int kind = in.getByte();
      switch (kind) {
        case ExtrasWriter.METADATA ->
            visitor.metadata(in.getText(), new Metadata(in.getText(), in.getText(), in.getText()));
        case ExtrasWriter.EXEMPLAR -> {
          Labels series = texts.read(in);
          long time = in.getZigzag();
          double value = in.getDouble();
          visitor.exemplar(series, new Exemplar(texts.read(in), value, time));
        }
        default -> throw new MalformedDataException("kind %d (expected: 0 or 1)".formatted(kind));
      }
    }
    return count;
  }

  /**
   * Checks the file; changes nothing.
   *
   * @param disk where it is
   * @param file the file, which may be missing
   * @param damages told of each damage, with file and offset
   * @throws IOException if it cannot be read
   */
  public static void check(Disk disk, Path file, Consumer<TsdbException> damages)
      throws IOException {
    try {
      var _ = read(disk, file, NOBODY, FileDamage.all(damages));
    } catch (TsdbException e) {
      damages.accept(e);
    }
  }

  /**
   * Replaces the file by one of what can still be read of it.
   *
   * @param disk where it is
   * @param file the file
   * @return how many exemplars and metadata were saved
   * @throws IOException if it cannot be read or written
   */
  public static long salvage(Disk disk, Path file) throws IOException {
    MemorySegment bytes = MemorySegment.ofArray(disk.read(file));
    long lsn = readFrames(file, bytes, NOBODY, ignored());
    long[] saved = {0};
    try (ExtrasWriter writer = new ExtrasWriter(disk, file, lsn)) {
      ExtrasVisitor counted =
          new ExtrasVisitor() {
            @Override
            public void exemplar(Labels series, Exemplar exemplar) {
              writer.exemplar(series, exemplar);
              saved[0]++;
            }

            @Override
            public void metadata(String family, Metadata metadata) {
              writer.metadata(family, metadata);
              saved[0]++;
            }
          };
      var _ = readFrames(file, bytes, counted, ignored());
      writer.complete();
      writer.finish();
    }
    return saved[0];
  }
}
