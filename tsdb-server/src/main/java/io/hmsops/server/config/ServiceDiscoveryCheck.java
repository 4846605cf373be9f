package io.hmsops.server.config;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Names the kinds of service discovery that exist elsewhere, and says that they are missing. */
final class ServiceDiscoveryCheck {
  private static final List<String> KINDS =
      List.of(
          "http",
          "dns",
          "azure",
          "aws",
          "consul",
          "digitalocean",
          "docker",
          "dockerswarm",
          "ec2",
          "ecs",
          "eureka",
          "gce",
          "hetzner",
          "ionos",
          "kubernetes",
          "kuma",
          "lightsail",
          "linode",
          "marathon",
          "nerve",
          "nomad",
          "openstack",
          "outscale",
          "ovhcloud",
          "puppetdb",
          "scaleway",
          "serverset",
          "stackit",
          "triton",
          "uyuni",
          "vultr");

  static final Set<String> FIELDS = fields();

  private final Path directory;
  private final List<String> warnings;

  ServiceDiscoveryCheck(Path directory, List<String> warnings) {
    this.directory = directory;
    this.warnings = warnings;
  }

  private static Set<String> fields() {
    Set<String> fields = new HashSet<>();
    KINDS.forEach(kind -> fields.add(kind + "_sd_configs"));
    return Set.copyOf(fields);
  }

  void check(YamlMapping node) throws ConfigException {
    for (String name : node.names()) {
      if (FIELDS.contains(name) && !node.list(name).isEmpty()) {
        if (name.equals("http_sd_configs")) {
          checkHttp(node.list(name));
        }
        warnings.add(
            "%s: not supported: %s; this job finds no targets by it"
                .formatted(node.key(name).place(), name));
      }
    }
  }

  private void checkHttp(List<YamlNode> items) throws ConfigException {
    for (YamlNode item : items) {
      YamlMapping fields = item.asMapping();
      ScrapeConfigReader.checkUrl(fields.required("url"));
      var _ = new HttpClientConfigReader(directory, warnings).read(fields);
    }
  }
}
