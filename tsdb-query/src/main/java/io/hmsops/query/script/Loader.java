package io.hmsops.query.script;

import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.CommitResult;
import io.hmsops.tsdb.storage.SampleStore;
import io.hmsops.tsdb.storage.TsdbException;
import java.util.Map;
import java.util.NavigableMap;

/** Writes the samples of a {@code load} to a store. */
final class Loader {
  private Loader() {}

  static void load(Command.Load load, SampleStore store) throws ScriptException {
    try {
      Appender appender = store.appender();
      for (SeriesLine series : load.series()) {
        append(appender, series, load.stepMs());
      }
      if (load.withCustomBuckets()) {
        for (Map.Entry<Labels, NavigableMap<Long, Histogram>> derived :
            CustomBuckets.of(load).entrySet()) {
          long ref = appender.series(derived.getKey());
          derived.getValue().forEach((timestampMs, h) -> appender.add(ref, timestampMs, h));
        }
      }
      CommitResult result = appender.commit();
      if (!result.rejections().isEmpty()) {
        throw new ScriptException(
            load.line(), "load: " + result.rejections().getFirst().message(), null);
      }
    } catch (TsdbException | IllegalArgumentException e) {
      throw new ScriptException(load.line(), "load: " + e.getMessage(), e);
    }
  }

  private static void append(Appender appender, SeriesLine series, long stepMs)
      throws TsdbException, ScriptException {
    long ref = appender.series(series.labels());
    for (int i = 0; i < series.items().size(); i++) {
      long timestampMs = i * stepMs;
      long startOffset =
          series.startOffsetsMs().isEmpty() ? SeriesLine.NO_START : series.startOffsetsMs().get(i);
      switch (series.items().get(i)) {
        case Item.Missing _ -> {
          if (startOffset != SeriesLine.NO_START) {
            throw new ScriptException(
                series.line(), "@st for step %d, which has no sample".formatted(i), null);
          }
          continue;
        }
        case Item.Value(var value) -> appender.add(ref, timestampMs, value);
        case Item.Hist(var histogram, _) -> appender.add(ref, timestampMs, histogram);
      }
      if (startOffset != SeriesLine.NO_START) {
        appender.startTimestamp(timestampMs + startOffset);
      }
    }
  }
}
