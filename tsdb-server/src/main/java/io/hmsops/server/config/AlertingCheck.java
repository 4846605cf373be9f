package io.hmsops.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Reads {@code alerting}: rules for alerts' labels; other Alertmanagers are not used. */
final class AlertingCheck {
  private final Path directory;
  private final List<String> warnings;

  AlertingCheck(Path directory, List<String> warnings) {
    this.directory = directory;
    this.warnings = warnings;
  }

  List<RelabelConfig> read(YamlMapping root, GlobalConfig global) throws ConfigException {
    YamlNode value = root.get("alerting");
    if (value == null) {
      return List.of();
    }
    YamlMapping alerting = value.asMapping();
    alerting.rejectUnknown(
        "config.AlertingConfig", Set.of("alert_relabel_configs", "alertmanagers"));
    RelabelConfigReader relabel = new RelabelConfigReader(global.scrape().nameValidation());
    for (YamlNode item : alerting.list("alertmanagers")) {
      if (item.isNull()) {
        throw item.error("empty or null Alertmanager config section");
      }
      alertmanager(item.asMapping(), relabel);
      warnings.add(
          "%s: not supported: alertmanagers; alerts are routed and sent by this server itself"
              .formatted(item.place()));
    }
    return relabel.list(
        alerting.list("alert_relabel_configs"), "empty or null alert relabeling rule");
  }

  private void alertmanager(YamlMapping node, RelabelConfigReader relabel) throws ConfigException {
    String version = node.text("api_version", "v2");
    if (!version.equals("v2")) {
      throw node.key("api_version")
          .error("expected Alertmanager api version to be one of [v2] but got " + version);
    }
    for (String name : List.of("relabel_configs", "alert_relabel_configs")) {
      var _ = relabel.list(node.list(name), "empty or null Alertmanager target relabeling rule");
    }
    for (YamlNode group : node.list("static_configs")) {
      if (group.isNull()) {
        throw group.error("empty or null section in static_configs");
      }
      var _ = TargetGroupReader.read(group.asMapping(), "alertmanager");
    }
    var _ = new HttpClientConfigReader(directory, warnings).read(node);
  }
}
