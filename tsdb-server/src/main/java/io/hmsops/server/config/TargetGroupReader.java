package io.hmsops.server.config;

import io.hmsops.tsdb.labels.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads groups of targets, in {@code static_configs} and in the files of {@code file_sd}. */
public final class TargetGroupReader {
  private TargetGroupReader() {}

  /**
   * {@return the groups of a file, YAML or JSON}
   *
   * @param file the file's name for messages
   * @param text its content
   * @throws ConfigException if it is not a list of target groups
   */
  public static List<TargetGroup> readFile(String file, String text) throws ConfigException {
    List<TargetGroup> groups = new ArrayList<>();
    for (YamlNode item : YamlDocument.parse(file, text).asSequence()) {
      if (item.isNull()) {
        throw item.error("nil target group item found");
      }
      groups.add(read(item.asMapping(), file + ":" + groups.size()));
    }
    return groups;
  }

  static TargetGroup read(YamlMapping node, String source) throws ConfigException {
    node.rejectUnknown("struct", Set.of("targets", "labels"));
    List<String> targets = new ArrayList<>();
    for (YamlNode target : node.list("targets")) {
      String address = target.asText();
      if (address.contains("/")) {
        throw target.error("\"%s\" is not a valid hostname".formatted(address));
      }
      targets.add(address);
    }
    YamlNode labels = node.get("labels");
    return new TargetGroup(
        source,
        targets,
        labels == null ? Labels.EMPTY : ScrapeConfigReader.labels(labels.asMapping()));
  }
}
