/** The database: {@link io.hmsops.tsdb.db.Tsdb#open} a directory, append, query, close. */
package io.hmsops.tsdb.db;
