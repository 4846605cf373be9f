package io.hmsops.server.api;

import java.io.IOException;

/** Reads the configuration again. Thread-safe. */
@FunctionalInterface
public interface Reloader {
  /**
   * Reads the configuration and puts it to work, or changes nothing.
   *
   * @throws IOException if a file is missing or broken; the message says which and where
   */
  void reload() throws IOException;
}
