package io.hmsops.server.config;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.PatternSyntaxException;

/** Paths whose last part may be a pattern, such as {@code rules/*.yml}. */
public final class FilePatterns {
  private FilePatterns() {}

  /**
   * {@return the existing files that a path names, sorted} A path without pattern names itself if
   * it exists.
   *
   * @param pattern an absolute path, a pattern at most in its last part
   * @throws IOException if a directory cannot be read
   */
  public static List<Path> find(String pattern) throws IOException {
    Path path = Path.of(pattern);
    Path directory = path.getParent();
    Path last = path.getFileName();
    if (directory == null || last == null || !hasPattern(last.toString())) {
      return Files.exists(path) ? List.of(path) : List.of();
    }
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, last.toString())) {
        stream.forEach(found::add);
      } catch (PatternSyntaxException invalid) {
        throw new IOException("%s: not a valid file pattern".formatted(pattern), invalid);
      }
    }
    found.sort(null);
    return found;
  }

  static boolean hasPattern(String name) {
    return name.indexOf('*') >= 0 || name.indexOf('?') >= 0 || name.indexOf('[') >= 0;
  }

  /** {@return the absolute form of a path with a pattern at most in its last part} */
  static String checked(YamlNode node, Path directory, String what) throws ConfigException {
    String text = node.asText();
    int slash = text.lastIndexOf('/');
    if (text.isEmpty() || hasPattern(text.substring(0, Math.max(slash, 0)))) {
      throw node.error("invalid %s file path \"%s\"".formatted(what, text));
    }
    return directory.resolve(text).toAbsolutePath().normalize().toString();
  }

  static String checkedSdFile(YamlNode node, Path directory) throws ConfigException {
    String text = node.asText();
    if (!text.matches(".*\\.(json|yml|yaml)") || text.replaceAll("[^*]", "").length() > 1) {
      throw node.error("path name \"%s\" is not valid for file discovery".formatted(text));
    }
    return checked(node, directory, "file discovery");
  }
}
