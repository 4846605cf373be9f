package io.hmsops.server.rules;

import io.hmsops.server.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Loads rule files. A file that cannot be used is set aside with its reason. */
public final class RuleFiles {
  /** How large a rule file may be, in bytes. */
  public static final long MAX_FILE_BYTES = 8 << 20;

  private RuleFiles() {}

  /**
   * {@return everything in the given files, in their order}
   *
   * @param files the rule files
   * @param defaults what they leave open
   */
  public static RuleSet load(List<Path> files, RuleDefaults defaults) {
    List<RuleGroup> groups = new ArrayList<>();
    List<RuleSet.QuarantinedFile> quarantined = new ArrayList<>();
    List<RuleSet.Lint> lints = new ArrayList<>();
    for (Path file : files) {
      try {
        RuleSet set = read(file, defaults);
        groups.addAll(set.groups());
        lints.addAll(set.lints());
      } catch (ConfigException e) {
        quarantined.add(new RuleSet.QuarantinedFile(file.toString(), message(e)));
      } catch (IOException e) {
        quarantined.add(
            new RuleSet.QuarantinedFile(
                file.toString(), "%s: cannot be read: %s".formatted(file, e)));
      }
    }
    return new RuleSet(groups, quarantined, lints);
  }

  /**
   * {@return the groups and remarks of one file}
   *
   * @param file the rule file
   * @param defaults what it leaves open
   * @throws ConfigException if it is not a valid rule file
   * @throws IOException if it cannot be read
   */
  public static RuleSet read(Path file, RuleDefaults defaults) throws ConfigException, IOException {
    long size = Files.size(file);
    if (size > MAX_FILE_BYTES) {
      throw new IOException("%d bytes (limit: %d)".formatted(size, MAX_FILE_BYTES));
    }
    return RuleFileReader.read(file.toString(), Files.readString(file), defaults);
  }

  /**
   * {@return the rule files of a directory and those below it, sorted: {@code *.yml} and {@code
   * *.yaml}}
   *
   * @param directory where to look; none are found if it does not exist
   * @throws IOException if it cannot be listed
   */
  public static List<Path> in(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(RuleFiles::looksLikeRules).sorted().toList();
    }
  }

  private static boolean looksLikeRules(Path file) {
    String name = file.getFileName().toString();
    return (name.endsWith(".yml") || name.endsWith(".yaml"))
        && !name.startsWith(".")
        && Files.isRegularFile(file);
  }

  private static String message(Exception e) {
    String message = e.getMessage();
    return message == null ? e.toString() : message;
  }
}
