package io.hmsops.benchmarks.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server's process in a temporary directory of its own, listening on a free port of loopback.
 * Closing ends the process, and only it, and removes the directory; so does the end of this JVM.
 */
final class RunningServer implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final long POLL_MS = 20;
  private static final long QUIET_STEP_MS = 500;
  private static final int QUIET_STEPS = 4;
  private static final double QUIET_CPU_SECONDS = 0.03;
  private static final Set<RunningServer> RUNNING = ConcurrentHashMap.newKeySet();

  /** The JVM is ending: what is started from now on nobody would end. */
  private static volatile boolean ending;

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(RunningServer::closeAll));
  }

  private final Contestant contestant;
  private final Settings settings;
  private final Path directory;
  private final int port;
  private final @Nullable Path config;
  private Process process;
  private ProcessFigures figures;
  private HttpConnection connection;
  private double startSeconds;

  private RunningServer(
      Contestant contestant, Settings settings, Path directory, int port, @Nullable Path config)
      throws IOException {
    this.contestant = contestant;
    this.settings = settings;
    this.directory = directory;
    this.port = port;
    this.config = config;
    connection = new HttpConnection(port);
    synchronized (RUNNING) {
      if (ending) {
        throw new IOException(contestant.title() + ": not started, the run is being stopped");
      }
      process = spawn();
      RUNNING.add(this);
    }
    figures = new ProcessFigures(process.pid());
  }

  /**
   * Starts a server on empty data and waits until it is ready.
   *
   * @param config what it scrapes, if anything
   * @throws IOException if it cannot be started, ends, or is not ready in time
   */
  static RunningServer start(Contestant contestant, Settings settings, @Nullable Path config)
      throws IOException {
    Path directory =
        Files.createTempDirectory(settings.workDirectory(), "hms-bench-" + contestant.name() + "-");
    RunningServer server = null;
    try {
      server = new RunningServer(contestant, settings, directory, freePort(), config);
      long begin = System.nanoTime();
      server.awaitReady();
      server.startSeconds = (System.nanoTime() - begin) / 1e9;
      return server;
    } catch (IOException e) {
      if (server == null) {
        Commands.remove(directory);
      } else {
        server.close();
      }
      throw e;
    }
  }

  private Process spawn() throws IOException {
    List<String> command = contestant.command(port, directory, config);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    Map<String, String> environment = builder.environment();
    if (contestant instanceof HmsContestant && !settings.serverJavaOptions().isEmpty()) {
      environment.put("JDK_JAVA_OPTIONS", settings.serverJavaOptions());
    }
    return builder.start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitReady() throws IOException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (System.nanoTime() < deadline) {
      try {
        if (connection.get(contestant.readyPath()).ok()) {
          return;
        }
      } catch (IOException e) {
        // Not listening yet.
        connection.close();
      }
      requireAlive();
      pause(POLL_MS);
    }
    throw new IOException(
        "%s: not ready within %s%s".formatted(contestant.title(), START_LIMIT, lastLines()));
  }

  /** Fails if the process has ended. */
  void requireAlive() throws IOException {
    if (!process.isAlive()) {
      throw new IOException(
          "%s ended with status %d%s"
              .formatted(contestant.title(), process.exitValue(), lastLines()));
    }
  }

  private Path log() {
    return directory.resolve("output.log");
  }

  private String lastLines() throws IOException {
    if (!Files.exists(log())) {
      return "";
    }
    List<String> lines = Files.readAllLines(log());
    return ":\n  "
        + String.join("\n  ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
  }

  /**
   * Kills the process as {@code kill -9} does and starts it again on what it left; does not wait.
   */
  void killAndStartAgain() throws IOException {
    process.destroyForcibly();
    awaitEnd();
    connection.close();
    synchronized (RUNNING) {
      if (ending) {
        throw new IOException(contestant.title() + ": not started again, the run is being stopped");
      }
      process = spawn();
    }
    figures = new ProcessFigures(process.pid());
    connection = new HttpConnection(port);
  }

  /** Waits until the process does next to nothing, for so long at most. */
  void awaitQuiet(Duration limit) throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    int quiet = 0;
    double before = figures.cpuSeconds();
    while (quiet < QUIET_STEPS && System.nanoTime() < deadline) {
      pause(QUIET_STEP_MS);
      double now = figures.cpuSeconds();
      quiet = now - before <= QUIET_CPU_SECONDS ? quiet + 1 : 0;
      before = now;
    }
  }

  static void pause(long milliseconds) throws IOException {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  Contestant contestant() {
    return contestant;
  }

  ProcessFigures figures() {
    return figures;
  }

  int port() {
    return port;
  }

  Path directory() {
    return directory;
  }

  /** {@return the time from starting the process to its first 200, in seconds} */
  double startSeconds() {
    return startSeconds;
  }

  /** {@return the answer, whatever its status} */
  HttpConnection.Response ask(String path) throws IOException {
    return connection.get(path);
  }

  /** {@return the answer's text, if it was a success} */
  String get(String path) throws IOException {
    return require("GET", path, connection.get(path));
  }

  /** {@return the answer's text, if it was a success} */
  String post(String path) throws IOException {
    return require("POST", path, connection.post(path, "", new byte[0], 0));
  }

  private String require(String method, String path, HttpConnection.Response response)
      throws IOException {
    if (!response.ok()) {
      throw new IOException(
          "%s: %s %s: status %d: %s"
              .formatted(contestant.title(), method, path, response.status(), response.excerpt()));
    }
    return response.text();
  }

  private void awaitEnd() throws IOException {
    try {
      if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  @Override
  public void close() throws IOException {
    if (!RUNNING.remove(this)) {
      return;
    }
    connection.close();
    process.destroy();
    try {
      awaitEnd();
    } finally {
      Commands.remove(directory);
    }
  }

  private static void closeAll() {
    synchronized (RUNNING) {
      ending = true;
    }
    RUNNING.forEach(RunningServer::closeAtExit);
  }

  private void closeAtExit() {
    process.destroyForcibly();
    try {
      close();
    } catch (IOException e) {
      System.err.println("bench: " + directory + " is left: " + e.getMessage());
    }
  }
}
