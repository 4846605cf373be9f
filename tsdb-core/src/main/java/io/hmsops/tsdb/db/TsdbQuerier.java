package io.hmsops.tsdb.db;

import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.block.ChunkCursor;
import io.hmsops.tsdb.block.ChunkSource;
import io.hmsops.tsdb.block.SelectedSeries;
import io.hmsops.tsdb.head.HeadReader;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.labels.Utf8Order;
import io.hmsops.tsdb.storage.Cancellation;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.Series;
import io.hmsops.tsdb.storage.SeriesExemplars;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.storage.UnreadableFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;

/** A view over head and blocks. The chunks of one series never overlap, wherever they are. */
final class TsdbQuerier implements Querier {
  private final HeadReader head;
  private final List<Block> blocks;
  private final long minTimeMs;
  private final long maxTimeMs;
  private final Set<String> warnings = Collections.synchronizedSet(new LinkedHashSet<>());
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Takes over the reader and one retention of each block. */
  TsdbQuerier(HeadReader head, List<Block> blocks, long minTimeMs, long maxTimeMs) {
    this.head = head;
    this.blocks = blocks;
    this.minTimeMs = minTimeMs;
    this.maxTimeMs = maxTimeMs;
  }

  @Override
  public SeriesSet select(SelectHints hints, List<LabelMatcher> matchers) throws TsdbException {
    hints.cancellation().check();
    long from = Math.max(minTimeMs, hints.minTimeMs());
    long to = Math.min(maxTimeMs, hints.maxTimeMs());
    List<Series> selected = new ArrayList<>();
    for (SelectedSeries series : selectAll(matchers, from, to)) {
      selected.add(
          new ChunkSeries(
              series.labels(), series.chunks(), from, to, hints.cancellation(), this::missing));
    }
    selected.sort(Comparator.comparing(Series::labels));
    return new ListedSeriesSet(selected, hints.cancellation(), warnings);
  }

  private List<SelectedSeries> selectAll(List<LabelMatcher> matchers, long from, long to)
      throws TsdbException {
    if (closed.get()) {
      throw new IllegalStateException("the querier is closed");
    }
    if (from > to) {
      return List.of();
    }
    List<SelectedSeries> fromHead = head.select(matchers, from, to);
    List<Block> overlapping = blocks.stream().filter(b -> b.overlaps(from, to)).toList();
    if (overlapping.isEmpty()) {
      return fromHead;
    }
    Map<Labels, List<ChunkSource>> chunks = new HashMap<>();
    for (Block block : overlapping) {
      try {
        addTo(chunks, block.select(matchers, from, to, e -> warn(e, "series left out")));
      } catch (UnreadableFileException e) {
        throw e;
      } catch (CorruptFileException e) {
        warn(e, "block left out");
      }
    }
    addTo(chunks, fromHead);
    List<SelectedSeries> all = new ArrayList<>(chunks.size());
    chunks.forEach(
        (labels, sources) -> {
          sources.sort(Comparator.comparingLong(ChunkSource::minTimeMs));
          all.add(new SelectedSeries(labels, sources));
        });
    return all;
  }

  /** A damaged chunk is left out with a warning; a file that cannot be read ends the query. */
  private void missing(CorruptFileException damage) throws CorruptFileException {
    if (damage instanceof UnreadableFileException) {
      throw damage;
    }
    warn(damage, "chunk left out");
  }

  private void warn(CorruptFileException damage, String consequence) {
    warnings.add("data is missing, %s: %s".formatted(consequence, damage.getMessage()));
  }

  private static void addTo(Map<Labels, List<ChunkSource>> chunks, List<SelectedSeries> added) {
    for (SelectedSeries series : added) {
      chunks.computeIfAbsent(series.labels(), _ -> new ArrayList<>()).addAll(series.chunks());
    }
  }

  @Override
  public List<String> labelNames(List<LabelMatcher> matchers) throws TsdbException {
    SortedSet<String> names = new TreeSet<>(Utf8Order.INSTANCE);
    for (SelectedSeries series : selectAll(matchers, minTimeMs, maxTimeMs)) {
      for (int i = 0; i < series.labels().size(); i++) {
        names.add(series.labels().name(i));
      }
    }
    return List.copyOf(names);
  }

  @Override
  public List<String> labelValues(String name, List<LabelMatcher> matchers) throws TsdbException {
    SortedSet<String> values = new TreeSet<>(Utf8Order.INSTANCE);
    for (SelectedSeries series : selectAll(matchers, minTimeMs, maxTimeMs)) {
      values.add(series.labels().get(name));
    }
    values.remove("");
    return List.copyOf(values);
  }

  @Override
  public List<SeriesExemplars> exemplars(List<List<LabelMatcher>> matcherSets) {
    List<SeriesExemplars> found =
        new ArrayList<>(head.exemplars(matcherSets, minTimeMs, maxTimeMs));
    found.sort(Comparator.comparing(SeriesExemplars::labels));
    return found;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      head.close();
      blocks.forEach(Block::release);
    }
  }

  private record ChunkSeries(
      Labels labels,
      List<ChunkSource> chunks,
      long minTimeMs,
      long maxTimeMs,
      Cancellation cancellation,
      ChunkCursor.Damage damage)
      implements Series {
    @Override
    public SampleCursor samples() {
      return new ChunkCursor(chunks, minTimeMs, maxTimeMs, cancellation, damage);
    }
  }

  private static final class ListedSeriesSet implements SeriesSet {
    private final List<Series> series;
    private final Cancellation cancellation;
    private final Set<String> warnings;
    private int index = -1;

    ListedSeriesSet(List<Series> series, Cancellation cancellation, Set<String> warnings) {
      this.series = series;
      this.cancellation = cancellation;
      this.warnings = warnings;
    }

    @Override
    public List<String> warnings() {
      synchronized (warnings) {
        return List.copyOf(warnings);
      }
    }

    @Override
    public boolean next() throws TsdbException {
      cancellation.check();
      index = Math.min(index + 1, series.size());
      return index < series.size();
    }

    @Override
    public Series series() {
      if (index < 0 || index >= series.size()) {
        throw new IllegalStateException("series() without a next() that was true");
      }
      return series.get(index);
    }
  }
}
