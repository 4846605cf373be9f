/** The write-ahead log and the checkpoints that let it be cut. */
package io.hmsops.tsdb.wal;
