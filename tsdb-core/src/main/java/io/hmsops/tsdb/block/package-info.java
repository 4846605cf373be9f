/** Immutable blocks on disk, and the walk over chunks wherever they are. */
package io.hmsops.tsdb.block;
