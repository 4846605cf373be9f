/**
 * What a query engine sees of stored samples. {@link Queryable} opens a {@link Querier} over a time
 * range, which selects a {@link SeriesSet}; each {@link Series} hands out its samples as column
 * batches ({@link SampleBatch}) through a {@link SampleCursor}. The storage engine, the in-memory
 * model of the tests, and later the archive implement these.
 */
package io.hmsops.tsdb.storage;
