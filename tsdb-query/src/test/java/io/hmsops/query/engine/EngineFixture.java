package io.hmsops.query.engine;

import io.hmsops.query.ast.Feature;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.storage.Appender;
import io.hmsops.tsdb.storage.TsdbException;
import io.hmsops.tsdb.testing.MemoryStore;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** An engine over a memory store: load a few series, ask, compare. */
final class EngineFixture {
  private final MemoryStore store = new MemoryStore();
  private final Engine engine;

  EngineFixture(Feature... features) {
    this(EngineOptions.defaults().maxSamples(), features);
  }

  EngineFixture(long maxSamples, Feature... features) {
    Set<Feature> enabled = EnumSet.noneOf(Feature.class);
    enabled.addAll(Set.of(features));
    engine = new Engine(new EngineOptions(enabled, maxSamples, 60_000));
  }

  /** Loads one sample per minute from time 0; NaN leaves a minute out. */
  EngineFixture load(Labels labels, double... values) throws TsdbException {
    Appender appender = store.appender();
    long ref = appender.series(labels);
    for (int i = 0; i < values.length; i++) {
      if (!Double.isNaN(values[i])) {
        appender.add(ref, i * 60_000L, values[i]);
      }
    }
    appender.commit();
    return this;
  }

  QueryResult query(QueryRequest request) throws QueryException {
    return engine.query(store, request);
  }

  /** The samples of an instant query, by labels. */
  Map<String, Double> instant(String query, long minute) throws QueryException {
    Map<String, Double> samples = new TreeMap<>();
    switch (query(QueryRequest.instant(query, minute * 60_000)).value()) {
      case QueryResult.Vector(var vector) ->
          vector.forEach(sample -> samples.put(sample.labels().toString(), sample.value()));
      case QueryResult.Scalar(_, var value) -> samples.put("scalar", value);
      case QueryResult.Text _, QueryResult.Matrix _ ->
          throw new AssertionError(query + " is not a vector or scalar");
    }
    return samples;
  }
}
