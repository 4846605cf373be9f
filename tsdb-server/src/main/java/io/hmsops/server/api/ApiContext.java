package io.hmsops.server.api;

import io.hmsops.query.engine.Engine;
import io.hmsops.tsdb.storage.Queryable;
import io.hmsops.tsdb.storage.SampleStore;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.InstantSource;

/**
 * What the API stands on.
 *
 * @param storage where samples are read
 * @param store where remote write puts samples
 * @param engine evaluates queries
 * @param clock the time of day
 * @param registry the process's own metrics, shown at {@code /metrics}
 * @param options settings
 * @param services the rest of the process, as far as it runs
 */
public record ApiContext(
    Queryable storage,
    SampleStore store,
    Engine engine,
    InstantSource clock,
    PrometheusRegistry registry,
    ApiOptions options,
    ApiServices services) {}
