/** Moves samples to where they are kept longer: from the head into blocks. */
package io.hmsops.tsdb.compaction;
