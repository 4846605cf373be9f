package io.hmsops.server.app.demo;

import io.hmsops.server.notify.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A photo-validation process, known by the file that the playbook works on. */
final class PhotoService implements AutoCloseable {
  private final Path file;
  private final int port;
  private final long firstPid;

  private PhotoService(Path file, int port, long firstPid) {
    this.file = file;
    this.port = port;
    this.firstPid = firstPid;
  }

  static PhotoService start(Path script, Path services, String pod) throws IOException {
    int port = FreePort.find();
    List<String> command = List.of("python3", script.toString(), Integer.toString(port));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("pid", process.pid());
    content.put("command", command);
    content.put("url", "http://127.0.0.1:" + port);
    Path file = services.resolve(pod + ".json");
    Files.writeString(file, Json.write(content));
    return new PhotoService(file, port, process.pid());
  }

  int port() {
    return port;
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  long firstPid() {
    return firstPid;
  }

  /** {@return the process id now, another one after a restart} */
  long pid() throws IOException {
    if (Json.parse(Files.readString(file)) instanceof Map<?, ?> content
        && content.get("pid") instanceof Long pid) {
      return pid;
    }
    throw new IOException(file + ": no pid");
  }

  @Override
  public void close() throws IOException {
    ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroyForcibly);
  }
}
