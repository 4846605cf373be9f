package io.hmsops.tsdb.testing;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.labels.LoneSurrogates;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.HistogramCheck;
import io.hmsops.tsdb.sample.HistogramContinuity;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.CommitResult;
import io.hmsops.tsdb.storage.CommitResult.Reason;
import io.hmsops.tsdb.storage.CommitResult.Rejection;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.Queryable;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The naive model of a store: lists in memory, plain locking. What the engine does must be what
 * this does. Thread-safe.
 */
public final class MemoryStore implements Queryable, SampleStore {
  /**
   * One stored sample.
   *
   * @param timestampMs milliseconds since the Unix epoch
   * @param value the value, if it is a float
   * @param histogram the histogram, if it is one
   * @param startTimestampMs when its counter started, or {@link SampleBatch#NO_START_TIMESTAMP}
   */
  record Point(
      long timestampMs, double value, @Nullable Histogram histogram, long startTimestampMs) {
    boolean hasSameValue(Point other) {
      if (histogram == null || other.histogram == null) {
        return (histogram == null) == (other.histogram == null)
            && Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(other.value);
      }
      return histogram.withResetHint(other.histogram.resetHint()).equals(other.histogram);
    }
  }

  /**
   * One series.
   *
   * @param labels its labels
   * @param points its samples, ascending by time
   * @param exemplars its exemplars, ascending by time
   */
  record Content(Labels labels, List<Point> points, List<Exemplar> exemplars) {}

  /** As the engine's default. */
  private static final Duration LATE_WINDOW = Duration.ofMinutes(30);

  private final long lateWindowMs;
  private long newestMs = Long.MIN_VALUE;
  private final List<Content> series = new ArrayList<>();
  private final Map<Labels, Long> refs = new HashMap<>();
  private final SortedMap<String, List<Metadata>> metadata = new TreeMap<>();
  private @Nullable SortedMap<Labels, Content> snapshot;

  /** Creates an empty store with the engine's default window for late samples. */
  public MemoryStore() {
    this(LATE_WINDOW);
  }

  /**
   * Creates an empty store.
   *
   * @param lateWindow how much older than the newest stored sample a late sample may be
   */
  public MemoryStore(Duration lateWindow) {
    lateWindowMs = lateWindow.toMillis();
  }

  @Override
  public synchronized Querier querier(long minTimeMs, long maxTimeMs) {
    if (snapshot == null) {
      snapshot = new TreeMap<>();
      for (Content content : series) {
        snapshot.put(
            content.labels,
            new Content(
                content.labels, List.copyOf(content.points), List.copyOf(content.exemplars)));
      }
    }
    return new MemoryQuerier(snapshot.values(), new TreeMap<>(metadata), minTimeMs, maxTimeMs);
  }

  @Override
  public Appender appender() {
    return new MemoryAppender();
  }

  private synchronized long refOf(Labels labels) {
    if (labels.isEmpty()) {
      throw new IllegalArgumentException("series: no labels (expected: at least one)");
    }
    return refs.computeIfAbsent(
        labels,
        l -> {
          LoneSurrogates.check(l);
          series.add(new Content(l, new ArrayList<>(), new ArrayList<>()));
          return (long) series.size();
        });
  }

  private synchronized Content content(long ref) {
    if (ref < 1 || ref > series.size()) {
      throw new IllegalArgumentException(
          "series reference: %d (expected: a known one)".formatted(ref));
    }
    return series.get((int) ref - 1);
  }

  /** {@return why a sample is refused; empty if it is stored or is there already} */
  private Optional<Reason> refusal(Content content, Point point) {
    if (point.histogram != null && HistogramCheck.problem(point.histogram).isPresent()) {
      return Optional.of(Reason.INVALID_HISTOGRAM);
    }
    if (content.points.isEmpty() || point.timestampMs > content.points.getLast().timestampMs) {
      return Optional.empty();
    }
    Optional<Point> stored = at(content, point.timestampMs);
    if (stored.isPresent()) {
      return point.hasSameValue(stored.get())
          ? Optional.empty()
          : Optional.of(Reason.DUPLICATE_TIMESTAMP);
    }
    long oldestMs = newestMs - lateWindowMs;
    return point.timestampMs
            < (lateWindowMs == Long.MAX_VALUE || oldestMs > newestMs ? Long.MIN_VALUE : oldestMs)
        ? Optional.of(Reason.OUT_OF_ORDER)
        : Optional.empty();
  }

  private static Optional<Point> at(Content content, long timestampMs) {
    return content.points.stream().filter(p -> p.timestampMs == timestampMs).findFirst();
  }

  /**
   * Deletes what is stored now.
   *
   * @param matchers which series
   * @param fromMs the first timestamp
   * @param toMs the last timestamp
   */
  public synchronized void delete(List<LabelMatcher> matchers, long fromMs, long toMs) {
    for (Content content : series) {
      if (matchers.stream().allMatch(m -> m.matches(content.labels.get(m.name())))) {
        content.points.removeIf(p -> p.timestampMs >= fromMs && p.timestampMs <= toMs);
      }
    }
    snapshot = null;
  }

  private static Point withReadHint(Content content, Point point) {
    Histogram histogram = point.histogram;
    if (histogram == null) {
      return point;
    }
    Histogram before = content.points.isEmpty() ? null : content.points.getLast().histogram;
    boolean continues = before != null && HistogramContinuity.continues(before, histogram);
    return new Point(
        point.timestampMs,
        0,
        HistogramContinuity.asRead(histogram, !continues),
        point.startTimestampMs);
  }

  /** Holds a batch until it is committed. */
  private final class MemoryAppender implements Appender {
    private record Addition(Content content, Point point) {}

    private record NewExemplar(Content content, Exemplar exemplar) {}

    private final List<Addition> additions = new ArrayList<>();
    private final List<NewExemplar> exemplars = new ArrayList<>();
    private final List<Map.Entry<String, Metadata>> said = new ArrayList<>();

    @Override
    public long series(Labels labels) {
      return refOf(labels);
    }

    @Override
    public void add(long ref, long timestampMs, double value) {
      additions.add(
          new Addition(
              content(ref), new Point(timestampMs, value, null, SampleBatch.NO_START_TIMESTAMP)));
    }

    @Override
    public void add(long ref, long timestampMs, Histogram histogram) {
      additions.add(
          new Addition(
              content(ref), new Point(timestampMs, 0, histogram, SampleBatch.NO_START_TIMESTAMP)));
    }

    @Override
    public void startTimestamp(long startTimestampMs) {
      if (additions.isEmpty()) {
        throw new IllegalStateException("a start timestamp without a sample");
      }
      Addition last = additions.removeLast();
      Point point = last.point;
      additions.add(
          new Addition(
              last.content,
              new Point(point.timestampMs, point.value, point.histogram, startTimestampMs)));
    }

    @Override
    public void add(long ref, Exemplar exemplar) {
      exemplars.add(new NewExemplar(content(ref), exemplar));
    }

    @Override
    public void metadata(String family, Metadata added) {
      said.add(Map.entry(family, added));
    }

    @Override
    public int size() {
      return additions.size();
    }

    @Override
    public CommitResult commit() {
      synchronized (MemoryStore.this) {
        int accepted = 0;
        int duplicates = 0;
        List<Rejection> rejections = new ArrayList<>();
        for (int i = 0; i < additions.size(); i++) {
          Content content = additions.get(i).content;
          Point point = additions.get(i).point;
          Optional<Reason> refusal = refusal(content, point);
          if (refusal.isPresent()) {
            String message =
                "%s at %d: %s".formatted(content.labels, point.timestampMs, refusal.get());
            rejections.add(new Rejection(i, refusal.get(), message));
          } else if (at(content, point.timestampMs).isPresent()) {
            duplicates++;
          } else {
            content.points.add(withReadHint(content, point));
            content.points.sort(Comparator.comparingLong(Point::timestampMs));
            newestMs = Math.max(newestMs, point.timestampMs);
            accepted++;
          }
        }
        for (NewExemplar added : exemplars) {
          List<Exemplar> stored = added.content.exemplars;
          if (!stored.contains(added.exemplar)) {
            stored.add(added.exemplar);
            stored.sort(Comparator.comparingLong(Exemplar::timestampMs));
          }
        }
        for (Map.Entry<String, Metadata> entry : said) {
          List<Metadata> known = metadata.computeIfAbsent(entry.getKey(), _ -> new ArrayList<>());
          if (!known.contains(entry.getValue())) {
            known.add(entry.getValue());
          }
        }
        snapshot = null;
        rollback();
        return new CommitResult(accepted, duplicates, rejections);
      }
    }

    @Override
    public void rollback() {
      additions.clear();
      exemplars.clear();
      said.clear();
    }
  }
}
