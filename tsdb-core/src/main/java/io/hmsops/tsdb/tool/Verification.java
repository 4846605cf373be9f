package io.hmsops.tsdb.tool;

import io.hmsops.tsdb.block.BlockCheck;
import io.hmsops.tsdb.io.Disk;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.wal.ExtrasReader;
import io.hmsops.tsdb.wal.LogCheck;
import io.hmsops.tsdb.wal.LogGaps;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What was found by reading every byte of a data directory: all checksums, and all chunks decoded.
 * A file that is missing as a whole is found if another one tells: the checkpoint, and segments of
 * the log but the newest, by the batches in the others.
 *
 * @param blocks how many blocks were read
 * @param damages what is damaged, each with file and offset; empty if all is well
 */
public record Verification(int blocks, List<String> damages) {
  private static final String VERSION_TEXT = "hms-tsdb 1\n";

  /** Copies the list. */
  public Verification {
    damages = List.copyOf(damages);
  }

  /**
   * {@return what is found in a directory} Nothing is changed.
   *
   * @param directory a data directory that nobody has open
   * @throws io.hmsops.tsdb.storage.LockedException if it is open elsewhere
   * @throws IOException if it is no data directory or a file cannot be read
   */
  public static Verification of(Path directory) throws IOException {
    try (ClosedDirectory closed = ClosedDirectory.open(directory)) {
      return of(closed);
    }
  }

  static Verification of(ClosedDirectory closed) throws IOException {
    List<String> damages = new ArrayList<>();
    Disk disk = closed.disk();
    String version = new String(disk.read(closed.version()), StandardCharsets.ISO_8859_1);
    if (!version.equals(VERSION_TEXT)) {
      damages.add(
          new CorruptFileException(
                  closed.version(),
                  0,
                  "\"%s\" (expected: \"%s\")".formatted(version.strip(), VERSION_TEXT.strip()))
              .getMessage());
    }
    LogCheck.checkCheckpoint(disk, closed.checkpoints(), e -> damages.add(text(e)));
    ExtrasReader.check(disk, closed.extras(), e -> damages.add(text(e)));
    LogCheck.checkLog(disk, closed.wal(), e -> damages.add(text(e)));
    LogGaps.check(
        disk, closed.wal(), closed.checkpoints(), closed::isKnown, e -> damages.add(text(e)));
    List<Path> blocks = closed.blocks();
    for (Path block : blocks) {
      damages.addAll(damagesOf(disk, block));
    }
    return new Verification(blocks.size(), damages);
  }

  /** {@return what is damaged of a block} */
  static List<String> damagesOf(Disk disk, Path block) throws IOException {
    List<String> damages = new ArrayList<>();
    try {
      BlockCheck.check(disk, block, e -> damages.add(text(e)));
    } catch (NoSuchFileException e) {
      damages.add("%s at 0: missing".formatted(e.getFile()));
    }
    return damages;
  }

  private static String text(TsdbException e) {
    return String.valueOf(e.getMessage());
  }
}
