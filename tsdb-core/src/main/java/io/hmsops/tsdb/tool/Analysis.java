package io.hmsops.tsdb.tool;

import io.hmsops.tsdb.block.Block;
import io.hmsops.tsdb.block.ChunkSource;
import io.hmsops.tsdb.block.SelectedSeries;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What takes the room in the blocks of a data directory. What is only in the head and the log is
 * not counted.
 *
 * @param series how many series there are
 * @param metrics by number of series, the largest first
 * @param labels by number of values, the largest first
 * @param churn by time, for each block how many of its series are new or end
 */
public record Analysis(
    long series, List<MetricEntry> metrics, List<LabelEntry> labels, List<ChurnEntry> churn) {
  /**
   * A metric.
   *
   * @param name its name, empty for series without one
   * @param series how many series it has
   * @param chunks how many chunks
   * @param valueBytes how many bytes its values take in chunks; timestamps and index are shared
   */
  public record MetricEntry(String name, long series, long chunks, long valueBytes) {}

  /**
   * A label name.
   *
   * @param name the name
   * @param values how many values it has
   * @param series how many series have it
   */
  public record LabelEntry(String name, long values, long series) {}

  /**
   * A block beside the one before it.
   *
   * @param block its name
   * @param series how many series it has
   * @param appeared how many of them are not in the block before
   * @param disappeared how many of the block before are not in it
   */
  public record ChurnEntry(String block, long series, long appeared, long disappeared) {}

  /** Copies the lists. */
  public Analysis {
    metrics = List.copyOf(metrics);
    labels = List.copyOf(labels);
    churn = List.copyOf(churn);
  }

  /**
   * {@return what is found in a directory} Nothing is changed; the labels of all series are held in
   * memory meanwhile.
   *
   * @param directory a data directory that nobody has open
   * @throws io.hmsops.tsdb.storage.LockedException if it is open elsewhere
   * @throws io.hmsops.tsdb.storage.CorruptFileException if a block is damaged
   * @throws IOException if it is no data directory or cannot be read
   */
  public static Analysis of(Path directory) throws IOException {
    try (ClosedDirectory closed = ClosedDirectory.open(directory)) {
      List<Block> blocks = new ArrayList<>();
      try {
        for (Path path : closed.blocks()) {
          blocks.add(Block.open(closed.disk(), path));
        }
        blocks.sort(Comparator.comparingLong(Block::minTimeMs).thenComparing(Block::directory));
        Counts counts = new Counts();
        for (Block block : blocks) {
          counts.add(block);
        }
        return counts.analysis();
      } finally {
        blocks.forEach(Block::release);
      }
    }
  }

  private static final class Counts {
    private final Set<Labels> all = new HashSet<>();
    private final Map<String, long[]> metrics = new TreeMap<>();
    private final Map<String, Set<String>> values = new TreeMap<>();
    private final Map<String, Long> seriesOfLabel = new HashMap<>();
    private final List<ChurnEntry> churn = new ArrayList<>();
    private Set<Labels> before = Set.of();

    void add(Block block) throws IOException {
      Set<Labels> here = new HashSet<>();
      for (int page = 0; page < block.pageCount(); page++) {
        for (SelectedSeries series : block.seriesOfPage(page)) {
          here.add(series.labels());
          add(series);
        }
      }
      Set<Labels> last = before;
      churn.add(
          new ChurnEntry(
              String.valueOf(block.directory().getFileName()),
              here.size(),
              here.stream().filter(s -> !last.contains(s)).count(),
              last.stream().filter(s -> !here.contains(s)).count()));
      before = here;
    }

    private void add(SelectedSeries series) {
      long[] metric =
          metrics.computeIfAbsent(series.labels().get(Label.METRIC_NAME), _ -> new long[3]);
      for (ChunkSource chunk : series.chunks()) {
        metric[1]++;
        metric[2] += chunk.storedBytes();
      }
      if (all.add(series.labels())) {
        metric[0]++;
        for (Label label : series.labels()) {
          values.computeIfAbsent(label.name(), _ -> new HashSet<>()).add(label.value());
          seriesOfLabel.merge(label.name(), 1L, Long::sum);
        }
      }
    }

    Analysis analysis() {
      List<MetricEntry> metricEntries = new ArrayList<>();
      metrics.forEach((name, c) -> metricEntries.add(new MetricEntry(name, c[0], c[1], c[2])));
      metricEntries.sort(Comparator.comparingLong(MetricEntry::series).reversed());
      List<LabelEntry> labelEntries = new ArrayList<>();
      values.forEach(
          (name, found) ->
              labelEntries.add(
                  new LabelEntry(name, found.size(), seriesOfLabel.getOrDefault(name, 0L))));
      labelEntries.sort(Comparator.comparingLong(LabelEntry::values).reversed());
      return new Analysis(all.size(), metricEntries, labelEntries, churn);
    }
  }
}
