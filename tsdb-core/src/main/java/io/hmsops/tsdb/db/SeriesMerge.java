package io.hmsops.tsdb.db;

import io.hmsops.tsdb.block.ChunkSource;
import io.hmsops.tsdb.block.SelectedSeries;
import io.hmsops.tsdb.head.HeadSelection;
import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Merges series of several places, each in the order of labels: one of them for each label set,
 * with the chunks of all places by time. Not thread-safe.
 */
final class SeriesMerge {
  /** The series of a place that have not been handed out. */
  private static final class Rest {
    private final int size;
    private final IntFunction<Labels> labels;
    private final IntFunction<List<ChunkSource>> chunks;
    private int index;
    private Labels first;

    Rest(int size, IntFunction<Labels> labels, IntFunction<List<ChunkSource>> chunks) {
      this.size = size;
      this.labels = labels;
      this.chunks = chunks;
      this.first = labels.apply(0);
    }

    Labels first() {
      return first;
    }

    /** Takes the first series out, or {@return false} if there are no more. */
    boolean advance() {
      index++;
      if (index == size) {
        return false;
      }
      first = labels.apply(index);
      return true;
    }
  }

  private final PriorityQueue<Rest> rests = new PriorityQueue<>(Comparator.comparing(Rest::first));

  /** Creates a merge of nothing. */
  SeriesMerge() {}

  /** Adds the series of a block, in the order of labels. */
  void add(List<SelectedSeries> series) {
    if (!series.isEmpty()) {
      rests.add(new Rest(series.size(), i -> series.get(i).labels(), i -> series.get(i).chunks()));
    }
  }

  /** Adds the series of the head. */
  void add(HeadSelection selection) {
    if (selection.size() > 0) {
      rests.add(new Rest(selection.size(), selection::labels, selection::chunks));
    }
  }

  /** {@return the next series, null if there are no more} */
  @Nullable SelectedSeries next() {
    Rest rest = rests.poll();
    if (rest == null) {
      return null;
    }
    Labels labels = rest.first();
    List<ChunkSource> chunks = rest.chunks.apply(rest.index);
    goOn(rest);
    Rest other = rests.peek();
    if (other == null || !other.first().equals(labels)) {
      return new SelectedSeries(labels, chunks);
    }
    List<ChunkSource> all = new ArrayList<>(chunks);
    while (other != null && other.first().equals(labels)) {
      all.addAll(other.chunks.apply(other.index));
      rests.remove();
      goOn(other);
      other = rests.peek();
    }
    all.sort(Comparator.comparingLong(ChunkSource::minTimeMs));
    return new SelectedSeries(labels, all);
  }

  private void goOn(Rest rest) {
    if (rest.advance()) {
      rests.add(rest);
    }
  }
}
