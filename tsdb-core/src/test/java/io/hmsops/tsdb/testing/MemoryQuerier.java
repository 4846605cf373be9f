package io.hmsops.tsdb.testing;

import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.labels.Utf8Order;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.CancelledException;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.Series;
import io.hmsops.tsdb.storage.SeriesExemplars;
import io.hmsops.tsdb.storage.SeriesSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A view of the model's snapshot. Batches are small on purpose, so that readers meet several. */
final class MemoryQuerier implements Querier {
  private static final int SAMPLES_PER_BATCH = 50;

  private final Collection<MemoryStore.Content> sorted;
  private final Map<String, List<Metadata>> metadata;
  private final long minTimeMs;
  private final long maxTimeMs;

  MemoryQuerier(
      Collection<MemoryStore.Content> sorted,
      Map<String, List<Metadata>> metadata,
      long minTimeMs,
      long maxTimeMs) {
    this.sorted = sorted;
    this.metadata = metadata;
    this.minTimeMs = minTimeMs;
    this.maxTimeMs = maxTimeMs;
  }

  @Override
  public SeriesSet select(SelectHints hints, List<LabelMatcher> matchers)
      throws CancelledException {
    hints.cancellation().check();
    long from = Math.max(minTimeMs, hints.minTimeMs());
    long to = Math.min(maxTimeMs, hints.maxTimeMs());
    List<Series> selected = new ArrayList<>();
    matching(matchers)
        .forEach(
            content -> {
              List<MemoryStore.Point> points =
                  content.points().stream()
                      .filter(p -> p.timestampMs() >= from && p.timestampMs() <= to)
                      .toList();
              if (!points.isEmpty()) {
                selected.add(new ListedSeries(content.labels(), points, hints.cancellation()));
              }
            });
    return new ListedSeriesSet(selected, hints.cancellation());
  }

  private Stream<MemoryStore.Content> matching(List<LabelMatcher> matchers) {
    return sorted.stream()
        .filter(content -> passes(content.labels(), matchers))
        .filter(
            content ->
                content.points().stream()
                    .anyMatch(p -> p.timestampMs() >= minTimeMs && p.timestampMs() <= maxTimeMs));
  }

  private static boolean passes(Labels labels, List<LabelMatcher> matchers) {
    return matchers.stream().allMatch(matcher -> matcher.matches(labels));
  }

  @Override
  public List<String> labelNames(List<LabelMatcher> matchers) {
    SortedSet<String> names = new TreeSet<>(Utf8Order.INSTANCE);
    matching(matchers)
        .forEach(
            content -> {
              for (Label label : content.labels()) {
                names.add(label.name());
              }
            });
    return List.copyOf(names);
  }

  @Override
  public List<String> labelValues(String name, List<LabelMatcher> matchers) {
    SortedSet<String> values = new TreeSet<>(Utf8Order.INSTANCE);
    matching(matchers).forEach(content -> values.add(content.labels().get(name)));
    values.remove("");
    return List.copyOf(values);
  }

  @Override
  public List<SeriesExemplars> exemplars(List<List<LabelMatcher>> matcherSets) {
    List<SeriesExemplars> found = new ArrayList<>();
    for (MemoryStore.Content content : sorted) {
      if (matcherSets.stream().anyMatch(set -> passes(content.labels(), set))) {
        List<Exemplar> exemplars =
            content.exemplars().stream()
                .filter(e -> e.timestampMs() >= minTimeMs && e.timestampMs() <= maxTimeMs)
                .toList();
        if (!exemplars.isEmpty()) {
          found.add(new SeriesExemplars(content.labels(), exemplars));
        }
      }
    }
    return found;
  }

  @Override
  public Map<String, List<Metadata>> metadata() {
    return metadata;
  }

  @Override
  public void close() {}

  private record ListedSeries(
      Labels labels, List<MemoryStore.Point> points, Cancellation cancellation) implements Series {
    @Override
    public SampleCursor samples() {
      return new PointCursor(points, cancellation);
    }
  }

  private static final class ListedSeriesSet implements SeriesSet {
    private final List<Series> series;
    private final Cancellation cancellation;
    private int index = -1;

    ListedSeriesSet(List<Series> series, Cancellation cancellation) {
      this.series = series;
      this.cancellation = cancellation;
    }

    @Override
    public boolean next() throws CancelledException {
      cancellation.check();
      if (index + 1 >= series.size()) {
        index = series.size();
        return false;
      }
      index++;
      return true;
    }

    @Override
    public Series series() {
      if (index < 0 || index >= series.size()) {
        throw new IllegalStateException("series() without a next() that was true");
      }
      return series.get(index);
    }
  }

  private static final class PointCursor implements SampleCursor {
    private final List<MemoryStore.Point> points;
    private final Cancellation cancellation;
    private int next;

    PointCursor(List<MemoryStore.Point> points, Cancellation cancellation) {
      this.points = points;
      this.cancellation = cancellation;
    }

    @Override
    public boolean next(SampleBatch into) throws CancelledException {
      cancellation.check();
      into.clear();
      int end = Math.min(points.size(), next + SAMPLES_PER_BATCH);
      while (next < end) {
        MemoryStore.Point point = points.get(next);
        if (into.count() > 0 && into.holdsHistograms() != (point.histogram() != null)) {
          break;
        }
        if (point.histogram() != null) {
          into.add(point.timestampMs(), point.histogram());
        } else {
          into.add(point.timestampMs(), point.value());
        }
        if (point.startTimestampMs() != SampleBatch.NO_START_TIMESTAMP) {
          into.setLastStartTimestamp(point.startTimestampMs());
        }
        next++;
      }
      return into.count() > 0;
    }
  }
}
