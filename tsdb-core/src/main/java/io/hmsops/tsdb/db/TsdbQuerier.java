package io.hmsops.tsdb.db;

import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.block.BucketValues;
import io.hmsops.tsdb.block.SelectedSeries;
import io.hmsops.tsdb.head.HeadRange;
import io.hmsops.tsdb.head.HeadReader;
import io.hmsops.tsdb.head.HeadSelection;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Utf8Order;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.CorruptFileException;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.SeriesExemplars;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.storage.UnreadableFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;

/** A view over head and blocks. The chunks of one series never overlap, wherever they are. */
final class TsdbQuerier implements Querier {
  private final HeadReader head;
  private final List<Block> blocks;
  private final long minTimeMs;
  private final long maxTimeMs;
  private final Set<String> warnings = Collections.synchronizedSet(new LinkedHashSet<>());
  private final BucketValues buckets = new BucketValues();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Runnable databaseCheck;

  /**
   * Takes over the reader and one retention of each block.
   *
   * @param databaseCheck throws if the database is closed
   */
  TsdbQuerier(
      HeadReader head,
      List<Block> blocks,
      long minTimeMs,
      long maxTimeMs,
      List<String> losses,
      Runnable databaseCheck) {
    this.databaseCheck = databaseCheck;
    this.head = head;
    this.blocks = blocks;
    this.minTimeMs = minTimeMs;
    this.maxTimeMs = maxTimeMs;
    warnings.addAll(losses);
  }

  @Override
  public List<String> warnings() {
    synchronized (warnings) {
      return List.copyOf(warnings);
    }
  }

  @Override
  public SeriesSet select(SelectHints hints, List<LabelMatcher> matchers) throws TsdbException {
    checkOpen();
    hints.cancellation().check();
    long from = Math.max(minTimeMs, hints.minTimeMs());
    long to = Math.min(maxTimeMs, hints.maxTimeMs());
    if (from > to) {
      return SeriesSet.EMPTY;
    }
    return StoppableMatching.run(
        matchers, hints.cancellation(), asking -> find(hints, asking, from, to));
  }

  private SeriesSet find(SelectHints hints, List<LabelMatcher> matchers, long from, long to)
      throws TsdbException {
    List<Block> overlapping = overlapping(from, to);
    // Blocks have their series in order, so they are merged in order.
    boolean sorted = !hints.anyOrder() || !overlapping.isEmpty();
    // Where blocks have samples, too, all of a series is merged.
    HeadRange wanted = new HeadRange(from, to, sorted, hints.newestOnly() && overlapping.isEmpty());
    HeadSelection fromHead = head.select(matchers, wanted, hints.found());
    SelectedRange range =
        new SelectedRange(from, to, hints.cancellation(), this::missing, warnings);
    if (overlapping.isEmpty()) {
      return new HeadSeriesSet(fromHead, range);
    }
    SeriesMerge merge = new SeriesMerge();
    for (Block block : overlapping) {
      merge.add(select(block, matchers, from, to));
    }
    merge.add(fromHead);
    return new MergedSeriesSet(merge, range);
  }

  private List<Block> overlapping(long from, long to) {
    return blocks.stream().filter(b -> b.overlaps(from, to)).toList();
  }

  private void checkOpen() {
    if (closed.get()) {
      throw new IllegalStateException("the querier is closed");
    }
    databaseCheck.run();
  }

  /** {@return the series of a block; none, with a warning, if it is damaged} */
  private List<SelectedSeries> select(Block block, List<LabelMatcher> matchers, long from, long to)
      throws TsdbException {
    try {
      return block.select(matchers, from, to, buckets, e -> warn(e, "series left out"));
    } catch (UnreadableFileException e) {
      throw e;
    } catch (CorruptFileException e) {
      warn(e, "block left out");
      return List.of();
    }
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

  /** Whether all series of a block are meant, so that none of them has to be looked at. */
  private static boolean isListedByIndex(Block block, List<LabelMatcher> matchers) {
    return matchers.isEmpty() && !block.hasTombstones();
  }

  private List<String> values(Block block, String name) throws TsdbException {
    try {
      return block.labelValues(name);
    } catch (UnreadableFileException e) {
      throw e;
    } catch (CorruptFileException e) {
      warn(e, "block left out");
      return List.of();
    }
  }

  @Override
  public List<String> labelNames(List<LabelMatcher> matchers) throws TsdbException {
    checkOpen();
    NavigableSet<String> names = new TreeSet<>(Utf8Order.INSTANCE);
    if (minTimeMs <= maxTimeMs) {
      head.labelNames(matchers, minTimeMs, maxTimeMs, names::add);
      for (Block block : overlapping(minTimeMs, maxTimeMs)) {
        if (isListedByIndex(block, matchers)) {
          names.addAll(block.labelNames());
          continue;
        }
        for (SelectedSeries series : select(block, matchers, minTimeMs, maxTimeMs)) {
          for (int i = 0; i < series.labels().size(); i++) {
            names.add(series.labels().name(i));
          }
        }
      }
    }
    return List.copyOf(names);
  }

  @Override
  public List<String> labelValues(String name, List<LabelMatcher> matchers) throws TsdbException {
    checkOpen();
    NavigableSet<String> values = new TreeSet<>(Utf8Order.INSTANCE);
    if (minTimeMs <= maxTimeMs) {
      head.labelValues(name, matchers, minTimeMs, maxTimeMs, values::add);
      for (Block block : overlapping(minTimeMs, maxTimeMs)) {
        if (isListedByIndex(block, matchers)) {
          values.addAll(values(block, name));
          continue;
        }
        for (SelectedSeries series : select(block, matchers, minTimeMs, maxTimeMs)) {
          values.add(series.labels().get(name));
        }
      }
    }
    values.remove("");
    return List.copyOf(values);
  }

  @Override
  public List<SeriesExemplars> exemplars(List<List<LabelMatcher>> matcherSets) {
    checkOpen();
    List<SeriesExemplars> found =
        new ArrayList<>(head.exemplars(matcherSets, minTimeMs, maxTimeMs));
    found.sort(Comparator.comparing(SeriesExemplars::labels));
    return found;
  }

  @Override
  public Map<String, List<Metadata>> metadata() {
    checkOpen();
    return head.metadata();
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      head.close();
      blocks.forEach(Block::release);
    }
  }
}
