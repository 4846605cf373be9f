package io.hmsops.server.playbook;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** One process of a playbook: started, fed, listened to, and killed if need be. */
final class PlaybookProcess {
  /** What a playbook sees of the server's environment: no secrets that happen to be there. */
  private static final Set<String> PASSED_ON =
      Set.of("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "USER", "SYSTEMROOT");

  /** How long the reader of the output may lag behind the end of the process. */
  private static final long OUTPUT_GRACE_MS = 1_000;

  private final Process process;
  private final OutputTail tail;
  private final Thread reader;

  /** How a process ended. */
  record End(boolean timedOut, int exitCode, String output) {}

  private PlaybookProcess(Process process, int maxOutputBytes) {
    this.process = process;
    this.tail = new OutputTail(maxOutputBytes);
    this.reader = Thread.ofVirtual().name("playbook-output").start(this::readOutput);
  }

  static PlaybookProcess start(
      List<String> command, Path directory, Map<String, String> variables, int maxOutputBytes)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(directory.toFile());
    builder.redirectErrorStream(true);
    Map<String, String> environment = new TreeMap<>(builder.environment());
    environment.keySet().retainAll(PASSED_ON);
    environment.putAll(variables);
    builder.environment().clear();
    builder.environment().putAll(environment);
    return new PlaybookProcess(builder.start(), maxOutputBytes);
  }

  /** Writes the input, waits for the end, and kills the process at the time limit. */
  End run(String input, long timeLimitMs) throws InterruptedException {
    // Fed from a thread of its own: a playbook that never reads must not hold us up.
    Thread.ofVirtual().name("playbook-input").start(() -> feed(input));
    boolean ended = process.waitFor(timeLimitMs, TimeUnit.MILLISECONDS);
    if (!ended) {
      kill();
      process.waitFor();
    }
    // A service that the playbook left running may still hold the pipe.
    reader.join(OUTPUT_GRACE_MS);
    return new End(!ended, ended ? process.exitValue() : -1, tail.text());
  }

  void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private void feed(String input) {
    try (OutputStream out = process.getOutputStream()) {
      out.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      tail.add("[standard input was not read: %s]%n".formatted(e.getMessage()));
    }
  }

  private void readOutput() {
    byte[] buffer = new byte[8192];
    try (InputStream in = process.getInputStream()) {
      int count = in.read(buffer);
      while (count >= 0) {
        tail.add(buffer, count);
        count = in.read(buffer);
      }
    } catch (IOException e) {
      tail.add("[output was cut: %s]%n".formatted(e.getMessage()));
    }
  }
}
