package io.hmsops.tsdb.db;

import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.wal.FileDamage;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What could not be read when the database was opened. Answers that may miss something say so.
 *
 * @param minTimeMs nothing older is concerned
 * @param maxTimeMs nothing newer is concerned
 * @param message the file, where in it, and what was found
 */
record DataLoss(long minTimeMs, long maxTimeMs, String message) {
  /** A block is called by its range: start, exclusive end. */
  private static final Pattern BLOCK_NAME = Pattern.compile("(-?\\d{1,19})-(-?\\d{1,19})-.*");

  static DataLoss ofUnknownTime(String message) {
    return new DataLoss(Long.MIN_VALUE, Long.MAX_VALUE, message);
  }

  static DataLoss ofBlock(Path block, String message) {
    Matcher name = BLOCK_NAME.matcher(block.getFileName().toString());
    if (!name.matches()) {
      return ofUnknownTime(message);
    }
    try {
      return new DataLoss(Long.parseLong(name.group(1)), Long.parseLong(name.group(2)), message);
    } catch (NumberFormatException _) {
      // Nobody of us called it that.
      return ofUnknownTime(message);
    }
  }

  /** {@return what adds the damages of a file to the losses, or to what is only told} */
  static FileDamage ofFile(List<DataLoss> losses, List<String> told) {
    return new FileDamage() {
      @Override
      public void lost(CorruptFileException damage) {
        losses.add(ofUnknownTime(String.valueOf(damage.getMessage())));
      }

      @Override
      public void mended(CorruptFileException damage) {
        told.add(String.valueOf(damage.getMessage()));
      }
    };
  }

  /** {@return the messages about a range} */
  static List<String> warnings(List<DataLoss> losses, long fromMs, long toMs) {
    return losses.stream()
        .filter(loss -> loss.minTimeMs <= toMs && loss.maxTimeMs >= fromMs)
        .map(loss -> "data is missing: " + loss.message)
        .toList();
  }
}
