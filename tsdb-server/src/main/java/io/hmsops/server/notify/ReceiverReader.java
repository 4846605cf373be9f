package io.hmsops.server.notify;

import io.hmsops.server.config.ConfigException;
import io.hmsops.server.config.YamlMapping;
import io.hmsops.server.config.YamlNode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads one receiver of an {@code alertmanager.yml}. */
final class ReceiverReader {
  static final long DEFAULT_TIMEOUT_MS = 10_000;

  private static final Set<String> WEBHOOK_FIELDS =
      Set.of("url", "send_resolved", "max_alerts", "timeout", "http_config");
  private static final Set<String> HTTP_FIELDS =
      Set.of("basic_auth", "authorization", "follow_redirects");

  private ReceiverReader() {}

  static Receiver read(YamlMapping node) throws ConfigException {
    for (String field : node.names()) {
      boolean known = field.equals("name") || field.equals("webhook_configs");
      if (!known && node.get(field) != null) {
        throw node.key(field).error("not supported: " + field);
      }
    }
    String name = node.text("name", "");
    if (name.isEmpty()) {
      throw node.error("missing name in receiver");
    }
    List<Receiver.Webhook> webhooks = new ArrayList<>();
    for (YamlNode webhook : node.list("webhook_configs")) {
      webhooks.add(webhook(webhook.asMapping()));
    }
    return new Receiver(name, webhooks);
  }

  private static Receiver.Webhook webhook(YamlMapping node) throws ConfigException {
    for (String field : node.names()) {
      if (!WEBHOOK_FIELDS.contains(field)) {
        throw node.key(field).error("not supported: " + field + " of a webhook");
      }
    }
    Optional<String> authorization = Optional.empty();
    YamlNode http = node.get("http_config");
    if (http != null) {
      authorization = authorization(http.asMapping());
    }
    long timeoutMs = node.durationMs("timeout", 0);
    return new Receiver.Webhook(
        url(node.required("url")),
        node.bool("send_resolved", true),
        (int) Math.clamp(node.integer("max_alerts", 0), 0L, Integer.MAX_VALUE),
        timeoutMs == 0 ? DEFAULT_TIMEOUT_MS : timeoutMs,
        authorization);
  }

  private static URI url(YamlNode node) throws ConfigException {
    URI url;
    try {
      url = URI.create(node.asText());
    } catch (IllegalArgumentException e) {
      throw node.error("not a URL (expected: http://host/path)");
    }
    String scheme = url.getScheme();
    if (scheme == null || !(scheme.equals("http") || scheme.equals("https"))) {
      throw node.error(
          "unsupported scheme \"%s\" for URL (expected: http or https)".formatted(scheme));
    }
    if (url.getHost() == null) {
      throw node.error("missing host for URL");
    }
    return url;
  }

  private static Optional<String> authorization(YamlMapping http) throws ConfigException {
    for (String field : http.names()) {
      if (!HTTP_FIELDS.contains(field)) {
        throw http.key(field).error("not supported: " + field + " of http_config");
      }
    }
    YamlNode basic = http.get("basic_auth");
    if (basic != null) {
      YamlMapping fields = basic.asMapping();
      fields.rejectUnknown("basic_auth", Set.of("username", "password"));
      String pair = fields.text("username", "") + ":" + fields.text("password", "");
      byte[] bytes = pair.getBytes(StandardCharsets.UTF_8);
      return Optional.of("Basic " + Base64.getEncoder().encodeToString(bytes));
    }
    YamlNode token = http.get("authorization");
    if (token != null) {
      YamlMapping fields = token.asMapping();
      fields.rejectUnknown("authorization", Set.of("type", "credentials"));
      return Optional.of(fields.text("type", "Bearer") + " " + fields.text("credentials", ""));
    }
    return Optional.empty();
  }
}
