package io.hmsops.tsdb.head;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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

  /** Makes what is about to be appended visible to readers of a batch and later ones. */
  void publish(int number, long batch, ReaderStamps readers) {
    MemorySegment page = lines.page(number);
    long line = SeriesLines.start(number);
    long last = page.get(ValueLayout.JAVA_LONG, line + SeriesLines.VERSION_BATCH);
    if (last == batch) {
      return;
    }
    if (!readers.none() || !older.isEmpty()) {
      remember(number, last, readers.oldestBatch(Long.MAX_VALUE));
    }
    page.set(ValueLayout.JAVA_LONG, line + SeriesLines.VERSION_BATCH, batch);
    long total = page.get(ValueLayout.JAVA_LONG, line + SeriesLines.COUNTS) & 0xffff_ffffL;
    page.set(ValueLayout.JAVA_LONG, line + SeriesLines.COUNTS, total << Integer.SIZE | total);
  }

  private void remember(int number, long last, long oldestBatch) {
    if (oldestBatch >= neededUntil) {
      older.clear();
    }
    if (last > oldestBatch) {
      older
          .computeIfAbsent(number, _ -> new ArrayList<>(1))
          .add(new Version(last, lines.totalBefore(number)));
      neededUntil = last;
    }
  }

  long visible(int number, long batch) {
    if (lines.getLong(number, SeriesLines.VERSION_BATCH) <= batch) {
      return lines.total(number);
    }
    @Nullable List<Version> versions = older.isEmpty() ? null : older.get(number);
    if (versions != null) {
      for (Version version : versions) {
        if (version.untilBatch > batch) {
          return version.count;
        }
      }
    }
    return lines.totalBefore(number);
  }
}
