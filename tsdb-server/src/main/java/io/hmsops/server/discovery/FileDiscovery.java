package io.hmsops.server.discovery;

import io.hmsops.server.config.ConfigException;
import io.hmsops.server.config.FilePatterns;
import io.hmsops.server.config.FileSdConfig;
import io.hmsops.server.config.TargetGroup;
import io.hmsops.server.config.TargetGroupReader;
import io.hmsops.tsdb.labels.Labels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The target groups of a job's {@code file_sd_configs}. {@link #poll} looks at names, times and
 * sizes only, and reads what has changed; so it may be called often. A file that cannot be read
 * keeps the groups it had and shows its error. Not thread-safe.
 */
public final class FileDiscovery {
  /** The label that names the file a target comes from. */
  public static final String PATH_LABEL = "__meta_filepath";

  private final FileSdConfig config;
  private final Map<Path, Content> contents = new TreeMap<>();
  private long nextFullReadMs = Long.MIN_VALUE;

  /** The problem is empty if the file could be read. */
  private record Content(
      long modifiedMs, long sizeBytes, List<TargetGroup> groups, String problem) {}

  /**
   * Creates a discovery that has read nothing yet.
   *
   * @param config the files
   */
  public FileDiscovery(FileSdConfig config) {
    this.config = config;
  }

  /**
   * Reads what has changed since the last call.
   *
   * @param nowMs the time, in milliseconds since the Unix epoch
   * @return whether {@link #groups} has changed
   */
  public boolean poll(long nowMs) {
    boolean all = nowMs >= nextFullReadMs;
    if (all) {
      nextFullReadMs = nowMs + config.refreshIntervalMs();
    }
    List<TargetGroup> before = groups();
    Map<Path, Boolean> found = new LinkedHashMap<>();
    for (String pattern : config.files()) {
      try {
        for (Path file : FilePatterns.find(pattern)) {
          if (found.put(file, true) == null) {
            refresh(file, all);
          }
        }
      } catch (IOException unreadable) {
        Path directory = Path.of(pattern);
        contents.put(directory, new Content(0, 0, List.of(), String.valueOf(unreadable)));
        found.put(directory, true);
      }
    }
    contents.keySet().retainAll(found.keySet());
    return !groups().equals(before);
  }

  private void refresh(Path file, boolean evenIfUnchanged) {
    Content old = contents.get(file);
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      long modifiedMs = attributes.lastModifiedTime().toMillis();
      boolean unchanged =
          old != null && old.modifiedMs == modifiedMs && old.sizeBytes == attributes.size();
      if (unchanged && !evenIfUnchanged) {
        return;
      }
      contents.put(file, read(file, modifiedMs, attributes.size(), old));
    } catch (IOException unreadable) {
      List<TargetGroup> kept = old == null ? List.of() : old.groups;
      contents.put(file, new Content(0, -1, kept, file + ": cannot be read: " + unreadable));
    }
  }

  private static Content read(Path file, long modifiedMs, long sizeBytes, @Nullable Content old)
      throws IOException {
    try {
      String text = Files.readString(file, StandardCharsets.UTF_8);
      List<TargetGroup> groups = new ArrayList<>();
      for (TargetGroup group : TargetGroupReader.readFile(file.toString(), text)) {
        Labels labels = group.labels().with(PATH_LABEL, file.toString());
        groups.add(new TargetGroup(group.source(), group.targets(), labels));
      }
      return new Content(modifiedMs, sizeBytes, List.copyOf(groups), "");
    } catch (ConfigException broken) {
      List<TargetGroup> kept = old == null ? List.of() : old.groups;
      return new Content(modifiedMs, sizeBytes, kept, String.valueOf(broken.getMessage()));
    }
  }

  /** {@return the groups of all files as last read} */
  public List<TargetGroup> groups() {
    return contents.values().stream().flatMap(content -> content.groups.stream()).toList();
  }

  /** {@return what is wrong with the files now, each with its place} */
  public List<String> problems() {
    return contents.values().stream()
        .map(Content::problem)
        .filter(problem -> !problem.isEmpty())
        .toList();
  }
}
