package io.hmsops.query.eval;

import io.hmsops.query.plan.Plan;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.SeriesList;
import org.jspecify.annotations.Nullable;

/** The series that a selector finds in the store. */
final class StoredSeries implements SampleSource {
  private final SeriesReader reader;
  private final SeriesList series;
  private final Plan.Select select;
  private final WindowFrame frame;
  private final boolean withStaleMarkers;

  /** The name of every series, null if the selector does not tell. */
  private final @Nullable String name;

  private final PlanProfile.@Nullable Node profile;

  /**
   * Finds the series.
   *
   * @param function the name of the operation above the selector
   * @param needless what of the series is not looked at
   * @param withStaleMarkers whether staleness markers are kept
   * @param profile where to note what is read, null if nobody asks
   */
  StoredSeries(
      SeriesReader reader,
      Plan.Select select,
      WindowFrame frame,
      long rangeMs,
      String function,
      SeriesReader.Needless needless,
      boolean withStaleMarkers,
      PlanProfile.@Nullable Node profile) {
    long beginNanos = profile == null ? 0 : System.nanoTime();
    this.profile = profile;
    this.reader = reader;
    this.select = select;
    this.frame = frame;
    this.withStaleMarkers = withStaleMarkers;
    this.name =
        select.matchers().stream()
            .filter(StoredSeries::namesMetric)
            .findFirst()
            .map(LabelMatcher::value)
            .orElse(null);
    this.series =
        reader.select(
            select.matchers(),
            new SeriesReader.Purpose(
                frame.minMs(), frame.maxMs(), frame.grid().stepMs(), rangeMs, function, needless));
    if (profile != null) {
      profile.selected(System.nanoTime() - beginNanos, series.size());
    }
  }

  private static boolean namesMetric(LabelMatcher matcher) {
    return matcher.type() == LabelMatcher.Type.EQUAL && matcher.name().equals(Label.METRIC_NAME);
  }

  @Override
  public int count() {
    return series.size();
  }

  @Override
  public void read(int index, Scratch scratch) {
    if (profile == null) {
      readSeries(index, scratch);
      return;
    }
    long beginNanos = System.nanoTime();
    long batches = scratch.readBatches();
    readSeries(index, scratch);
    profile.read(
        System.nanoTime() - beginNanos,
        scratch.readBatches() - batches,
        0,
        scratch.samples().count());
  }

  private void readSeries(int index, Scratch scratch) {
    reader.read(series, index, frame.minMs(), frame.maxMs(), withStaleMarkers, scratch);
    if (select.countsOnly() && scratch.samples().hasHistograms()) {
      SeriesReader.resolveResets(scratch.samples());
    }
  }

  @Override
  public boolean readCondensed(int index, Condensation condensation, Scratch scratch) {
    if (profile == null) {
      return reader.readCondensed(series, index, frame, condensation, scratch);
    }
    long beginNanos = System.nanoTime();
    long batches = scratch.readBatches();
    long skips = scratch.skips();
    boolean whole = reader.readCondensed(series, index, frame, condensation, scratch);
    profile.read(
        System.nanoTime() - beginNanos,
        scratch.readBatches() - batches,
        scratch.skips() - skips,
        scratch.samples().count());
    return whole;
  }

  @Override
  public Labels labels(int index) {
    return series.labels(index);
  }

  @Override
  public String label(int index, String label) {
    String known = name;
    return known != null && label.equals(Label.METRIC_NAME) ? known : series.label(index, label);
  }

  @Override
  public boolean differOnlyIn(String label, int index, int other) {
    return series.differOnlyIn(label, index, other);
  }

  @Override
  public void labels(String label, int from, String[] into, int count) {
    series.labels(label, from, into, count);
  }

  @Override
  public void approach(int[] indexes, int count) {
    series.approach(indexes, count);
  }

  @Override
  public boolean dropName(int index) {
    return false;
  }

  @Override
  public boolean differsWithoutNames(int index) {
    return name != null
        && label(index, Label.METRIC_TYPE).isEmpty()
        && label(index, Label.METRIC_UNIT).isEmpty();
  }
}
