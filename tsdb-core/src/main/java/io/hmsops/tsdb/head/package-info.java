/** The newest samples, in memory: appended to, read by snapshot, cut into blocks. */
package io.hmsops.tsdb.head;
