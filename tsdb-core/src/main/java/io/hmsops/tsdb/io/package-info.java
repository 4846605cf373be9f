/** The one way to files: every write of the engine goes through {@link io.hmsops.tsdb.io.Disk}. */
package io.hmsops.tsdb.io;
