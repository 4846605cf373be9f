package io.hmsops.server.config;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Reads the settings that {@code global} and jobs have in common. */
final class ScrapeDefaultsReader {
  static final Set<String> FIELDS =
      Set.of(
          "scrape_protocols",
          "metric_name_validation_scheme",
          "metric_name_escaping_scheme",
          "extra_scrape_metrics",
          "body_size_limit",
          "sample_limit",
          "target_limit",
          "label_limit",
          "label_name_length_limit",
          "label_value_length_limit",
          "keep_dropped_targets",
          "scrape_native_histograms",
          "always_scrape_classic_histograms",
          "convert_classic_histograms_to_nhcb");

  private static final List<String> NOT_HONOURED =
      List.of(
          "scrape_native_histograms",
          "always_scrape_classic_histograms",
          "convert_classic_histograms_to_nhcb");
  private static final List<String> ESCAPINGS =
      List.of("allow-utf-8", "underscores", "dots", "values");

  private final List<String> warnings;

  ScrapeDefaultsReader(List<String> warnings) {
    this.warnings = warnings;
  }

  /** {@return the settings} The owner is named in messages, such as {@code global}. */
  ScrapeDefaults read(YamlMapping node, ScrapeDefaults inherited, String owner)
      throws ConfigException {
    for (String name : NOT_HONOURED) {
      if (node.bool(name, false)) {
        warnings.add(
            "%s: not supported: %s; histograms are stored as classic series only"
                .formatted(node.key(name).place(), name));
      }
    }
    NameValidation validation = validation(node, inherited.nameValidation());
    return new ScrapeDefaults(
        protocols(node, inherited.protocols(), owner),
        validation,
        escaping(node, inherited, validation),
        node.bool("extra_scrape_metrics", inherited.extraMetrics()),
        limits(node, inherited.limits()));
  }

  private List<ScrapeProtocol> protocols(
      YamlMapping node, List<ScrapeProtocol> inherited, String owner) throws ConfigException {
    YamlNode value = node.get("scrape_protocols");
    if (value == null) {
      return inherited;
    }
    List<String> names = value.asSequence().texts();
    Set<ScrapeProtocol> seen = EnumSet.noneOf(ScrapeProtocol.class);
    for (YamlNode item : value.asSequence()) {
      ScrapeProtocol protocol = ScrapeProtocol.of(item.asText());
      if (protocol == null) {
        throw item.error(
            "scrape_protocols: %s for %s".formatted(unknownProtocol(item.asText()), owner));
      }
      if (!seen.add(protocol)) {
        throw item.error(
            "duplicated protocol in scrape_protocols, got [%s] for %s"
                .formatted(String.join(" ", names), owner));
      }
      if (protocol == ScrapeProtocol.PROMETHEUS_PROTO) {
        warnings.add(
            "%s: not supported: PrometheusProto; targets are not asked for it"
                .formatted(item.place()));
      }
    }
    if (names.isEmpty()) {
      throw value.error("scrape_protocols cannot be empty for " + owner);
    }
    return names.stream()
        .map(ScrapeProtocol::of)
        .filter(p -> p != null && p != ScrapeProtocol.PROMETHEUS_PROTO)
        .toList();
  }

  static String unknownProtocol(String text) {
    return "unknown scrape protocol %s, supported: [%s]"
        .formatted(
            text,
            String.join(
                " ",
                Arrays.stream(ScrapeProtocol.values())
                    .map(ScrapeProtocol::text)
                    .sorted()
                    .toList()));
  }

  private static NameValidation validation(YamlMapping node, NameValidation inherited)
      throws ConfigException {
    YamlNode value = node.get("metric_name_validation_scheme");
    if (value == null) {
      return inherited;
    }
    for (NameValidation validation : NameValidation.values()) {
      if (validation.text().equals(value.asText())) {
        return validation;
      }
    }
    throw value.error("unrecognized ValidationScheme: \"%s\"".formatted(value.asText()));
  }

  private static String escaping(
      YamlMapping node, ScrapeDefaults inherited, NameValidation validation)
      throws ConfigException {
    YamlNode value = node.get("metric_name_escaping_scheme");
    if (value == null) {
      // A job with its own validation does not inherit an escaping made for another.
      return validation == inherited.nameValidation()
          ? inherited.escaping()
          : validation == NameValidation.UTF8 ? "allow-utf-8" : "underscores";
    }
    String escaping = value.asText();
    if (!ESCAPINGS.contains(escaping)) {
      throw value.error(
          "unknown metric name escaping scheme \"%s\" (expected: one of %s)"
              .formatted(escaping, ESCAPINGS));
    }
    if (escaping.equals("allow-utf-8") && validation != NameValidation.UTF8) {
      throw value.error("utf8 metric names requested but validation scheme is not set to UTF8");
    }
    return escaping;
  }

  private static ScrapeLimits limits(YamlMapping node, ScrapeLimits inherited)
      throws ConfigException {
    YamlNode body = node.get("body_size_limit");
    return new ScrapeLimits(
        body == null ? inherited.bodySizeBytes() : ByteSizes.parse(body),
        limit(node, "sample_limit", inherited.samples()),
        limit(node, "target_limit", inherited.targets()),
        limit(node, "label_limit", inherited.labels()),
        limit(node, "label_name_length_limit", inherited.labelNameLength()),
        limit(node, "label_value_length_limit", inherited.labelValueLength()),
        limit(node, "keep_dropped_targets", inherited.keepDroppedTargets()));
  }

  private static long limit(YamlMapping node, String name, long inherited) throws ConfigException {
    long limit = node.integer(name, 0);
    if (limit < 0) {
      throw node.key(name).error("%s: %d (expected: not negative)".formatted(name, limit));
    }
    return limit == 0 ? inherited : limit;
  }
}
