package io.hmsops.server.playbook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The allow-list of playbooks. A request's name is compared with the names of the files that are
 * there; it never becomes part of a path.
 */
final class PlaybookDirectory {
  private final Path directory;

  PlaybookDirectory(Path directory) {
    this.directory = directory.toAbsolutePath().normalize();
  }

  Path path() {
    return directory;
  }

  /** {@return the names of all playbooks, sorted} */
  List<String> names() throws IOException {
    return files().stream().map(file -> file.getFileName().toString()).toList();
  }

  /** {@return the playbook of exactly that name} */
  Optional<Path> find(String name) throws IOException {
    return files().stream().filter(file -> file.getFileName().toString().equals(name)).findFirst();
  }

  /** Links are not followed: what they point to was not put here. */
  private List<Path> files() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .sorted()
          .toList();
    }
  }

  /**
   * {@return the command that runs a playbook, without a shell}
   *
   * @throws IOException if there is no way to run it
   */
  static List<String> command(Path playbook) throws IOException {
    if (Files.isExecutable(playbook)) {
      return List.of(playbook.toString());
    }
    if (playbook.getFileName().toString().endsWith(".py")) {
      return List.of("python3", playbook.toString());
    }
    throw new IOException(
        "playbook %s is neither executable nor a .py file".formatted(playbook.getFileName()));
  }
}
