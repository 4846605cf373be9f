package io.hmsops.benchmarks.query;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.Queryable;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.Series;
import io.hmsops.tsdb.storage.SeriesExemplars;
import io.hmsops.tsdb.storage.SeriesSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Series in plain arrays with one column of timestamps, handed out by copying: what is measured on
 * it is the engine, not a store. The series are in the order of their labels.
 */
final class ArrayStore implements Queryable, Querier {
  private final List<Labels> labels;
  private final long[] timesMs;
  private final double[][] values;
  private final Histogram[][] histograms;

  /** The first series are those of floats. */
  ArrayStore(List<Labels> labels, long[] timesMs, double[][] values, Histogram[][] histograms) {
    this.labels = labels;
    this.timesMs = timesMs;
    this.values = values;
    this.histograms = histograms;
  }

  @Override
  public Querier querier(long minTimeMs, long maxTimeMs) {
    return this;
  }

  @Override
  public SeriesSet select(SelectHints hints, List<LabelMatcher> matchers) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      Labels series = labels.get(i);
      if (matchers.stream().allMatch(matcher -> matcher.matches(series))) {
        found.add(i);
      }
    }
    return new Found(found);
  }

  private final class Found implements SeriesSet {
    private final List<Integer> found;
    private int index = -1;

    Found(List<Integer> found) {
      this.found = found;
    }

    @Override
    public boolean next() {
      index++;
      return index < found.size();
    }

    @Override
    public Series series() {
      return new ArraySeries(found.get(index));
    }
  }

  private final class ArraySeries implements Series {
    private final int index;

    ArraySeries(int index) {
      this.index = index;
    }

    @Override
    public Labels labels() {
      return labels.get(index);
    }

    @Override
    public SampleCursor samples() {
      return index < values.length
          ? new OneBatch(values[index])
          : new OneHistogramBatch(histograms[index - values.length]);
    }
  }

  private final class OneHistogramBatch implements SampleCursor {
    private final Histogram[] samples;
    private boolean read;

    OneHistogramBatch(Histogram[] samples) {
      this.samples = samples;
    }

    @Override
    public boolean next(SampleBatch into) {
      into.clear();
      if (read) {
        return false;
      }
      read = true;
      for (int i = 0; i < samples.length; i++) {
        into.add(timesMs[i], samples[i]);
      }
      return true;
    }
  }

  private final class OneBatch implements SampleCursor {
    private final double[] samples;
    private boolean read;

    OneBatch(double[] samples) {
      this.samples = samples;
    }

    @Override
    public boolean next(SampleBatch into) {
      into.clear();
      if (read) {
        return false;
      }
      read = true;
      into.ensureCapacity(samples.length);
      System.arraycopy(timesMs, 0, into.timestampsMs(), 0, samples.length);
      System.arraycopy(samples, 0, into.values(), 0, samples.length);
      into.setFloatCount(samples.length);
      return true;
    }
  }

  @Override
  public List<String> labelNames(List<LabelMatcher> matchers) {
    throw new UnsupportedOperationException("labelNames");
  }

  @Override
  public List<String> labelValues(String name, List<LabelMatcher> matchers) {
    throw new UnsupportedOperationException("labelValues");
  }

  @Override
  public List<SeriesExemplars> exemplars(List<List<LabelMatcher>> matcherSets) {
    throw new UnsupportedOperationException("exemplars");
  }

  @Override
  public Map<String, List<Metadata>> metadata() {
    throw new UnsupportedOperationException("metadata");
  }

  @Override
  public void close() {}
}
