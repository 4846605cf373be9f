package io.hmsops.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A kind of server that takes part: how it is started and what it calls things. */
interface Contestant {

  /** {@return the name on the command line} */
  String name();

  /** {@return the name in tables} */
  String title();

  /** {@return its version, or nothing if it is not installed} */
  Optional<String> version();

  /**
   * {@return the command that starts it}
   *
   * @param port the loopback port to listen on
   * @param directory an empty directory, its own, that exists
   * @param config a {@code prometheus.yml} to scrape by, if there is something to scrape
   */
  List<String> command(int port, Path directory, @Nullable Path config) throws IOException;

  /** {@return a path that answers 200 once the server is up} */
  String readyPath();

  /** {@return what is added to the parameters of a query so that no cache of results answers} */
  String queryParameters();

  /** {@return whether its {@code rate} and quantiles follow Prometheus} */
  boolean followsPrometheus();

  /** Makes what was written visible to queries and lasting, where that needs to be asked for. */
  void flush(RunningServer server) throws IOException;

  /**
   * Brings the data into its smallest form.
   *
   * @param server a server at rest
   * @return the bytes of data and index
   */
  long compactedBytes(RunningServer server) throws IOException;
}
