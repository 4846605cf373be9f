package io.hmsops.server.config;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Checks the sections that this server reads but does not act upon, so that a broken file is found
 * here as elsewhere, and says so.
 */
final class UnsupportedSections {
  private static final Set<String> RESERVED_HEADERS =
      Set.of(
          "x-prometheus-remote-write-version",
          "x-prometheus-remote-read-version",
          "content-encoding",
          "content-length",
          "content-type",
          "user-agent",
          "connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "www-authenticate",
          "accept-encoding");
  private static final List<String> MESSAGES =
      List.of("prometheus.WriteRequest", "io.prometheus.write.v2.Request");

  private final List<String> warnings;

  UnsupportedSections(List<String> warnings) {
    this.warnings = warnings;
  }

  void check(YamlMapping root, NameValidation validation) throws ConfigException {
    remoteWrite(root);
    remoteRead(root);
    YamlNode tracing = root.get("tracing");
    if (tracing != null) {
      tracing(tracing.asMapping());
      warn(root, "tracing", "this server sends no traces of its own");
    }
    YamlNode otlp = root.get("otlp");
    if (otlp != null) {
      otlp(otlp.asMapping(), validation);
      warn(root, "otlp", "OTLP metrics are not received yet");
    }
  }

  private void warn(YamlMapping root, String name, String effect) {
    warnings.add("%s: not supported: %s; %s".formatted(root.key(name).place(), name, effect));
  }

  private void remoteWrite(YamlMapping root) throws ConfigException {
    Set<String> names = new HashSet<>();
    for (YamlNode item : root.list("remote_write")) {
      if (item.isNull()) {
        throw item.error("empty or null remote write config section");
      }
      YamlMapping write = item.asMapping();
      if (write.text("url", "").isEmpty()) {
        throw write.error("url for remote_write is empty");
      }
      RelabelConfigReader relabel = new RelabelConfigReader(NameValidation.UTF8);
      var _ =
          relabel.list(
              write.list("write_relabel_configs"),
              "empty or null relabeling rule in remote write config");
      headers(
          write,
          "authorization header must be changed via the basic_auth, authorization, oauth2, sigv4,"
              + " azuread or google_iam parameter");
      YamlNode message = write.get("protobuf_message");
      if (message != null && !MESSAGES.contains(message.asText())) {
        throw message.error(
            "invalid protobuf_message value: unknown type for remote write protobuf message %s,"
                    .formatted(message.asText())
                + " supported: "
                + String.join(", ", MESSAGES));
      }
      YamlNode queue = write.get("queue_config");
      if (queue != null) {
        queue(queue.asMapping());
      }
      uniqueName(write, names, "remote write");
      warnings.add(
          "%s: not supported: remote_write; nothing is sent there".formatted(item.place()));
    }
  }

  private static void queue(YamlMapping queue) throws ConfigException {
    for (String name : List.of("capacity", "max_samples_per_send", "max_shards", "min_shards")) {
      if (queue.integer(name, 1) <= 0) {
        throw queue.key(name).error("remote write queue %s must be positive".formatted(name));
      }
    }
    if (queue.integer("min_shards", 1) > queue.integer("max_shards", 50)) {
      throw queue.error("remote write queue min_shards must not be greater than max_shards");
    }
    if (queue.durationMs("max_backoff", 5_000) < queue.durationMs("min_backoff", 30)) {
      throw queue.error("remote write queue max_backoff must not be less than min_backoff");
    }
  }

  private void remoteRead(YamlMapping root) throws ConfigException {
    Set<String> names = new HashSet<>();
    for (YamlNode item : root.list("remote_read")) {
      if (item.isNull()) {
        throw item.error("empty or null remote read config section");
      }
      YamlMapping read = item.asMapping();
      if (read.text("url", "").isEmpty()) {
        throw read.error("url for remote_read is empty");
      }
      headers(read, "authorization header must be changed via the basic_auth or authorization");
      uniqueName(read, names, "remote read");
      warnings.add(
          "%s: not supported: remote_read; nothing is read from there".formatted(item.place()));
    }
  }

  private static void uniqueName(YamlMapping node, Set<String> names, String what)
      throws ConfigException {
    String name = node.text("name", "");
    if (!name.isEmpty() && !names.add(name)) {
      throw node.key("name")
          .error("found multiple %s configs with job name \"%s\"".formatted(what, name));
    }
  }

  private static void headers(YamlMapping node, String authorization) throws ConfigException {
    YamlNode headers = node.get("headers");
    if (headers == null) {
      return;
    }
    YamlMapping fields = headers.asMapping();
    for (String name : fields.names()) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (lower.equals("authorization")) {
        throw fields.key(name).error(authorization);
      }
      if (RESERVED_HEADERS.contains(lower)) {
        throw fields
            .key(name)
            .error("%s is a reserved header. It must not be changed".formatted(name));
      }
    }
  }

  private static void tracing(YamlMapping tracing) throws ConfigException {
    headers(tracing, "authorization header configuration is not yet supported");
    if (tracing.text("endpoint", "").isEmpty()) {
      throw tracing.error("tracing endpoint must be set");
    }
    String compression = tracing.text("compression", "");
    if (!compression.isEmpty() && !compression.equals("gzip")) {
      throw tracing
          .key("compression")
          .error(
              "invalid compression type %s provided, valid options: gzip".formatted(compression));
    }
  }

  private static void otlp(YamlMapping otlp, NameValidation validation) throws ConfigException {
    boolean all = otlp.bool("promote_all_resource_attributes", false);
    List<String> promoted = otlp.texts("promote_resource_attributes");
    List<String> ignored = otlp.texts("ignore_resource_attributes");
    if (all && !promoted.isEmpty()) {
      throw otlp.error(
          "'promote_all_resource_attributes' and 'promote_resource_attributes' cannot be configured"
              + " simultaneously");
    }
    if (!all && !ignored.isEmpty()) {
      throw otlp.error(
          "'ignore_resource_attributes' requires 'promote_all_resource_attributes' to be true");
    }
    attributes(otlp, promoted, "promote_resource_attributes");
    attributes(otlp, ignored, "ignore_resource_attributes");
    String strategy = otlp.text("translation_strategy", "UnderscoreEscapingWithSuffixes");
    switch (strategy) {
      case "UnderscoreEscapingWithSuffixes", "UnderscoreEscapingWithoutSuffixes" -> {}
      case "NoUTF8EscapingWithSuffixes", "NoTranslation" -> {
        if (validation != NameValidation.UTF8) {
          throw otlp.key("translation_strategy")
              .error(
                  "OTLP translation strategy \"%s\" is not allowed when UTF8 is disabled"
                      .formatted(strategy));
        }
      }
      default ->
          throw otlp.key("translation_strategy")
              .error("unsupported OTLP translation strategy \"%s\"".formatted(strategy));
    }
  }

  private static void attributes(YamlMapping otlp, List<String> names, String field)
      throws ConfigException {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (name.strip().isEmpty()) {
        throw otlp.key(field).error("empty resource attribute in '%s'".formatted(field));
      }
      if (!seen.add(name.strip())) {
        throw otlp.key(field)
            .error("duplicated resource attribute \"%s\" in '%s'".formatted(name.strip(), field));
      }
    }
  }
}
