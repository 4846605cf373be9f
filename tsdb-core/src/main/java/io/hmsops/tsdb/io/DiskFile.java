package io.hmsops.tsdb.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file open for appending. Not thread-safe, but {@link #force} may run beside a write. */
public interface DiskFile extends Closeable {
  /**
   * Writes all bytes at the end of the file; returns after the write to the operating system.
   *
   * @param bytes what to write; consumed
   * @throws IOException if not everything could be written
   */
  void write(ByteBuffer bytes) throws IOException;

  /**
   * Forces what was written to the device.
   *
   * @throws IOException if that failed; what had been written is then in doubt
   */
  void force() throws IOException;

  /**
   * Cuts the file; the next write goes to its new end.
   *
   * @param lengthBytes its new length, not larger than the old one
   * @throws IOException if that failed
   */
  void truncate(long lengthBytes) throws IOException;
}
