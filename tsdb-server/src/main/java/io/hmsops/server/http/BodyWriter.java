package io.hmsops.server.http;

import java.io.IOException;
import java.io.OutputStream;

/** Writes the body of an answer, as a stream, so that a large one never is in memory whole. */
@FunctionalInterface
public interface BodyWriter {
  /**
   * Writes the body.
   *
   * @param out where to write; need not be closed; blocks while the client does not read
   * @throws IOException if the client is gone or too slow, or the body cannot be made. Before 32
   *     KiB were written this still becomes an answer with status 500, later the connection is cut,
   *     so that the client sees a broken body and not a short one
   */
  void writeTo(OutputStream out) throws IOException;
}
