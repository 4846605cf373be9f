package io.hmsops.tsdb.head;

import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * How many samples of a series the readers of a batch may see. The line holds the last two answers;
 * older ones are remembered only while a reader needs them. Guarded by the head's lock.
 */
final class SampleVersions {
  /**
   * An answer for readers of older batches than the next one.
   *
   * @param untilBatch the batch that appended next
   * @param count how many samples there were
   */
  private record Version(long untilBatch, int count) {}

  private final SeriesLines lines;
  private final Int2ObjectHashMap<List<Version>> older = new Int2ObjectHashMap<>();

  /** Readers of this batch or later need nothing of {@link #older}. */
  private long neededUntil;

  SampleVersions(SeriesLines lines) {
    this.lines = lines;
  }

  /** {@return whether nothing is remembered for a reader} */
  boolean keepsNothing() {
    return older.isEmpty();
  }

  /** Makes what is about to be appended visible to readers of a batch and later ones. */
  void publish(int number, long batch, ReaderStamps readers) {
    long last = lines.version(number);
    if (last == batch) {
      return;
    }
    if (!readers.none() || !older.isEmpty()) {
      remember(number, last, readers.oldestBatch(Long.MAX_VALUE));
    }
    lines.setVersion(number, batch);
    long total = lines.low(number, SeriesLines.COUNTS) & 0xffff_ffffL;
    lines.set(number, SeriesLines.COUNTS, total << Integer.SIZE | total);
  }

  private void remember(int number, long last, long oldestBatch) {
    if (oldestBatch >= neededUntil) {
      older.clear();
    }
    if (last > oldestBatch) {
      older
          .computeIfAbsent(number, _ -> new ArrayList<>(1))
          .add(new Version(last, lines.high(number, SeriesLines.COUNTS)));
      neededUntil = last;
    }
  }

  /** Forgets a series, whose number may be another's afterwards. */
  void forget(int number) {
    if (!older.isEmpty()) {
      older.remove(number);
    }
  }

  long visible(int number, long batch) {
    if (lines.version(number) <= batch) {
      return lines.low(number, SeriesLines.COUNTS);
    }
    @Nullable List<Version> versions = older.isEmpty() ? null : older.get(number);
    if (versions != null) {
      for (Version version : versions) {
        if (version.untilBatch > batch) {
          return version.count;
        }
      }
    }
    return lines.high(number, SeriesLines.COUNTS);
  }
}
