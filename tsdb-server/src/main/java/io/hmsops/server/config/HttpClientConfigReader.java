package io.hmsops.server.config;

import io.hmsops.server.config.HttpClientConfig.Authorization;
import io.hmsops.server.config.HttpClientConfig.BasicAuth;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the fields of an HTTP client, which stand among those of their owner. */
final class HttpClientConfigReader {
  static final Set<String> FIELDS =
      Set.of(
          "basic_auth",
          "authorization",
          "oauth2",
          "bearer_token",
          "bearer_token_file",
          "tls_config",
          "follow_redirects",
          "enable_http2",
          "proxy_url",
          "no_proxy",
          "proxy_from_environment",
          "proxy_connect_header",
          "http_headers");

  /** Without these a request would reach another place or carry no credentials: no mere warning. */
  private static final List<String> REFUSED =
      List.of("oauth2", "proxy_url", "proxy_from_environment", "proxy_connect_header");

  private static final Set<String> TLS_FIELDS =
      Set.of(
          "ca_file",
          "insecure_skip_verify",
          "ca",
          "cert",
          "cert_file",
          "cert_ref",
          "ca_ref",
          "key",
          "key_file",
          "key_ref",
          "server_name",
          "min_version",
          "max_version");
  private static final Set<String> TLS_HONOURED = Set.of("ca_file", "insecure_skip_verify");

  private final Path directory;
  private final List<String> warnings;

  /** Relative paths are taken from the directory; what is not honoured is added to the warnings. */
  HttpClientConfigReader(Path directory, List<String> warnings) {
    this.directory = directory;
    this.warnings = warnings;
  }

  HttpClientConfig read(YamlMapping node) throws ConfigException {
    checkOneKind(node);
    for (String name : REFUSED) {
      YamlNode refused = node.get(name);
      if (refused != null && !refused.asTextIfScalar().equals("false")) {
        throw node.key(name).error("not supported: " + name);
      }
    }
    YamlNode tls = node.get("tls_config");
    YamlMapping tlsFields = tls == null ? null : tls.asMapping();
    if (tlsFields != null) {
      checkTls(tlsFields);
    }
    return new HttpClientConfig(
        basicAuth(node),
        authorization(node),
        tlsFields == null ? null : path(tlsFields, "ca_file"),
        tlsFields != null && tlsFields.bool("insecure_skip_verify", false),
        node.bool("follow_redirects", true),
        headers(node));
  }

  private static void checkOneKind(YamlMapping node) throws ConfigException {
    if (isSet(node, "bearer_token") && isSet(node, "bearer_token_file")) {
      throw node.key("bearer_token_file")
          .error("at most one of bearer_token & bearer_token_file must be configured");
    }
    boolean bearer = isSet(node, "bearer_token") || isSet(node, "bearer_token_file");
    boolean basic = node.has("basic_auth");
    boolean oauth2 = isSet(node, "oauth2");
    boolean authorization = isSet(node, "authorization");
    if ((basic || oauth2) && bearer) {
      throw node.error(
          "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured");
    }
    if (authorization && bearer) {
      throw node.error("authorization is not compatible with bearer_token & bearer_token_file");
    }
    if ((basic ? 1 : 0) + (oauth2 ? 1 : 0) + (authorization ? 1 : 0) > 1) {
      throw node.error("at most one of basic_auth, oauth2 & authorization must be configured");
    }
  }

  private static boolean isSet(YamlMapping node, String name) {
    return node.get(name) != null;
  }

  private void checkTls(YamlMapping tls) throws ConfigException {
    tls.rejectUnknown("config.TLSConfig", TLS_FIELDS);
    for (String name : tls.names()) {
      if (!TLS_HONOURED.contains(name) && tls.get(name) != null) {
        warnings.add(
            "%s: not supported: tls_config.%s; connections are made without it"
                .formatted(tls.key(name).place(), name));
      }
    }
  }

  private @Nullable BasicAuth basicAuth(YamlMapping node) throws ConfigException {
    YamlNode value = node.get("basic_auth");
    if (value == null) {
      return null;
    }
    YamlMapping fields = value.asMapping();
    fields.rejectUnknown(
        "config.BasicAuth",
        Set.of(
            "username",
            "username_file",
            "password",
            "password_file",
            "username_ref",
            "password_ref"));
    for (String name : List.of("username_file", "username_ref", "password_ref")) {
      if (fields.get(name) != null) {
        throw fields.key(name).error("not supported: basic_auth.%s".formatted(name));
      }
    }
    if (fields.get("password") != null && fields.get("password_file") != null) {
      throw fields.error("at most one of basic_auth password & password_file must be configured");
    }
    return new BasicAuth(
        fields.text("username", ""),
        new Secret(fields.text("password", "")),
        path(fields, "password_file"));
  }

  private @Nullable Authorization authorization(YamlMapping node) throws ConfigException {
    if (isSet(node, "bearer_token") || isSet(node, "bearer_token_file")) {
      return new Authorization(
          "Bearer", new Secret(node.text("bearer_token", "")), path(node, "bearer_token_file"));
    }
    YamlNode value = node.get("authorization");
    if (value == null) {
      return null;
    }
    YamlMapping fields = value.asMapping();
    fields.rejectUnknown("config.Authorization", Set.of("type", "credentials", "credentials_file"));
    if (fields.get("credentials") != null && fields.get("credentials_file") != null) {
      throw fields.error(
          "at most one of authorization credentials & credentials_file must be configured");
    }
    String type = fields.text("type", "Bearer").strip();
    if (type.equalsIgnoreCase("basic")) {
      throw fields.error(
          "authorization type cannot be set to \"basic\", use \"basic_auth\" instead");
    }
    return new Authorization(
        type, new Secret(fields.text("credentials", "")), path(fields, "credentials_file"));
  }

  private static Map<String, Secret> headers(YamlMapping node) throws ConfigException {
    Map<String, Secret> headers = new LinkedHashMap<>();
    YamlNode value = node.get("http_headers");
    if (value == null) {
      return headers;
    }
    YamlMapping fields = value.asMapping();
    for (String name : fields.names()) {
      YamlMapping header = fields.field(name).asMapping();
      header.rejectUnknown("config.Header", Set.of("values", "secrets", "files"));
      if (header.get("files") != null) {
        throw header.key("files").error("not supported: http_headers files");
      }
      String joined = String.join(", ", header.texts("values"));
      String secret = String.join(", ", header.texts("secrets"));
      headers.put(name, new Secret(joined.isEmpty() ? secret : joined));
    }
    return headers;
  }

  private @Nullable Path path(YamlMapping node, String name) throws ConfigException {
    YamlNode value = node.get(name);
    return value == null ? null : directory.resolve(value.asText());
  }
}
