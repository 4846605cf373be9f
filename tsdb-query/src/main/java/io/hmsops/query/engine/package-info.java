/**
 * Runs queries: {@link Engine} takes text and a {@link io.hmsops.tsdb.storage.Queryable}, and
 * answers with a typed {@link QueryResult}. No server types here.
 */
package io.hmsops.query.engine;
