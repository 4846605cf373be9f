package io.hmsops.benchmarks.compare;

import java.io.IOException;
import java.util.List;

/** One kind of work and its figures. */
interface Row {

  /** {@return its names on the command line; more than one if one load serves for several} */
  List<String> names();

  /**
   * Does the work with one server.
   *
   * @throws IOException if the server fails, refuses the work, or answers wrongly
   */
  void run(Contestant contestant, Settings settings, Report report) throws IOException;

  /** Compares what the servers have answered, once all have had their turn. */
  default void compare(Report report) {}
}
