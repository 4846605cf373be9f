package io.hmsops.server.alerting;

import io.hmsops.query.engine.Engine;
import io.hmsops.tsdb.storage.Queryable;
import io.hmsops.tsdb.storage.SampleStore;

/**
 * What rules read from and write to.
 *
 * @param engine evaluates the expressions
 * @param queryable where samples are read
 * @param store where recorded series and {@code ALERTS} are written
 */
public record RuleSource(Engine engine, Queryable queryable, SampleStore store) {}
