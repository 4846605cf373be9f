package io.hmsops.tsdb.testing;

import io.hmsops.tsdb.labels.LabelMatcher;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.CommitResult;
import io.hmsops.tsdb.storage.Querier;
import io.hmsops.tsdb.storage.Queryable;
import io.hmsops.tsdb.storage.SampleBatch;
import io.hmsops.tsdb.storage.SampleCursor;
import io.hmsops.tsdb.storage.SampleStore;
import io.hmsops.tsdb.storage.SelectHints;
import io.hmsops.tsdb.storage.SeriesSet;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes to and reads from a store the way tests want to: whole answers as lists.
 *
 * @param reads the store's reading side
 * @param writes the store's writing side
 */
public record StoreProbe(Queryable reads, SampleStore writes) implements Queryable, SampleStore {
  /**
   * A float sample whose equality is that of the bits.
   *
   * @param timestampMs milliseconds since the Unix epoch
   * @param bits the value's raw bits
   */
  public record BitPoint(long timestampMs, long bits) {
    @Override
    public String toString() {
      return timestampMs + "=" + Double.longBitsToDouble(bits);
    }
  }

  /**
   * One sample as it was read.
   *
   * @param timestampMs milliseconds since the Unix epoch
   * @param bits the raw bits of a float
   * @param histogram the histogram, null for a float
   * @param startTimestampMs its start timestamp, 0 if it has none
   */
  public record ReadSample(
      long timestampMs, long bits, @Nullable Histogram histogram, long startTimestampMs) {}

  /**
   * {@return a float sample}
   *
   * @param timestampMs milliseconds since the Unix epoch
   * @param value its value
   */
  public static BitPoint point(long timestampMs, double value) {
    return new BitPoint(timestampMs, Double.doubleToRawLongBits(value));
  }

  @Override
  public Appender appender() {
    return writes.appender();
  }

  @Override
  public Querier querier(long minTimeMs, long maxTimeMs) throws TsdbException {
    return reads.querier(minTimeMs, maxTimeMs);
  }

  /**
   * Adds floats one second apart and commits them.
   *
   * @param labels the series
   * @param startMs the first timestamp
   * @param values the values
   * @return what became of them
   * @throws TsdbException if the store fails
   */
  public CommitResult addFloats(Labels labels, long startMs, double... values)
      throws TsdbException {
    Appender appender = appender();
    long ref = appender.series(labels);
    for (int i = 0; i < values.length; i++) {
      appender.add(ref, startMs + 1000L * i, values[i]);
    }
    return appender.commit();
  }

  /**
   * {@return everything of a range by series; series without samples in it are left out}
   *
   * @param minTimeMs the first timestamp
   * @param maxTimeMs the last timestamp
   * @param matchers which series
   * @throws TsdbException if the store fails
   */
  public Map<Labels, List<ReadSample>> select(
      long minTimeMs, long maxTimeMs, LabelMatcher... matchers) throws TsdbException {
    try (Querier querier = querier(minTimeMs, maxTimeMs)) {
      return select(querier, minTimeMs, maxTimeMs, Arrays.asList(matchers));
    }
  }

  /**
   * {@return everything of a range by series; series without samples in it are left out}
   *
   * @param querier an open view
   * @param minTimeMs the first timestamp
   * @param maxTimeMs the last timestamp
   * @param matchers which series
   * @throws TsdbException if the store fails
   */
  public static Map<Labels, List<ReadSample>> select(
      Querier querier, long minTimeMs, long maxTimeMs, List<LabelMatcher> matchers)
      throws TsdbException {
    Map<Labels, List<ReadSample>> found = new LinkedHashMap<>();
    SeriesSet set = querier.select(SelectHints.range(minTimeMs, maxTimeMs), matchers);
    while (set.next()) {
      List<ReadSample> samples = read(set.series().samples());
      if (!samples.isEmpty() && found.put(set.series().labels(), samples) != null) {
        throw new AssertionError("series twice: " + set.series().labels());
      }
    }
    return found;
  }

  private static List<ReadSample> read(SampleCursor cursor) throws TsdbException {
    List<ReadSample> samples = new ArrayList<>();
    SampleBatch batch = new SampleBatch();
    long last = Long.MIN_VALUE;
    while (cursor.next(batch)) {
      if (batch.count() == 0) {
        throw new AssertionError("a batch without samples");
      }
      for (int i = 0; i < batch.count(); i++) {
        long time = batch.timestampsMs()[i];
        if (time <= last && !(last == Long.MIN_VALUE && samples.isEmpty())) {
          throw new AssertionError("timestamp %d after %d".formatted(time, last));
        }
        last = time;
        samples.add(
            new ReadSample(
                time,
                batch.holdsHistograms() ? 0 : Double.doubleToRawLongBits(batch.values()[i]),
                batch.holdsHistograms() ? batch.histograms()[i] : null,
                batch.startTimestampMs(i)));
      }
    }
    return samples;
  }

  private List<ReadSample> samples(long minTimeMs, long maxTimeMs, Labels labels)
      throws TsdbException {
    return select(minTimeMs, maxTimeMs, exactly(labels)).getOrDefault(labels, List.of());
  }

  private static LabelMatcher[] exactly(Labels labels) {
    LabelMatcher[] matchers = new LabelMatcher[labels.size()];
    for (int i = 0; i < matchers.length; i++) {
      matchers[i] = LabelMatcher.equal(labels.name(i), labels.value(i));
    }
    return matchers;
  }

  /**
   * {@return the floats of one series}
   *
   * @param minTimeMs the first timestamp
   * @param maxTimeMs the last timestamp
   * @param labels the series
   * @throws TsdbException if the store fails
   */
  public List<BitPoint> floats(long minTimeMs, long maxTimeMs, Labels labels) throws TsdbException {
    return floatsOf(samples(minTimeMs, maxTimeMs, labels));
  }

  /**
   * {@return the floats of one series in the whole range of a view}
   *
   * @param querier an open view
   * @param labels the series
   * @throws TsdbException if the store fails
   */
  public static List<BitPoint> floats(Querier querier, Labels labels) throws TsdbException {
    return floatsOf(
        select(querier, Long.MIN_VALUE, Long.MAX_VALUE, List.of(exactly(labels)))
            .getOrDefault(labels, List.of()));
  }

  private static List<BitPoint> floatsOf(List<ReadSample> samples) {
    return samples.stream()
        .filter(s -> s.histogram == null)
        .map(s -> new BitPoint(s.timestampMs, s.bits))
        .toList();
  }

  /**
   * {@return the histograms of one series}
   *
   * @param minTimeMs the first timestamp
   * @param maxTimeMs the last timestamp
   * @param labels the series
   * @throws TsdbException if the store fails
   */
  public List<Histogram> histograms(long minTimeMs, long maxTimeMs, Labels labels)
      throws TsdbException {
    List<Histogram> histograms = new ArrayList<>();
    for (ReadSample sample : samples(minTimeMs, maxTimeMs, labels)) {
      if (sample.histogram != null) {
        histograms.add(Objects.requireNonNull(sample.histogram));
      }
    }
    return histograms;
  }

  /**
   * {@return the start timestamps of one series' samples, 0 where there is none}
   *
   * @param minTimeMs the first timestamp
   * @param maxTimeMs the last timestamp
   * @param labels the series
   * @throws TsdbException if the store fails
   */
  public List<Long> startTimestamps(long minTimeMs, long maxTimeMs, Labels labels)
      throws TsdbException {
    return samples(minTimeMs, maxTimeMs, labels).stream()
        .map(ReadSample::startTimestampMs)
        .toList();
  }
}
