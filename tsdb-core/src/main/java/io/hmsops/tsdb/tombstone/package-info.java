/** What has been deleted without being rewritten yet. */
package io.hmsops.tsdb.tombstone;
