package io.hmsops.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigPrinterTest {
  private static PrometheusConfig parse(String text) throws ConfigException {
    return PrometheusConfigReader.parse("f.yml", Path.of("."), text, Map.of());
  }

  @Test
  void whatIsPrintedReadsBackAsTheSameConfiguration() throws ConfigException {
    PrometheusConfig config =
        parse(
            """
            global:
              scrape_interval: 15s
              evaluation_interval: 20s
              external_labels: {region: "eu \\"1\\"", yes: "true"}
              sample_limit: 7
            rule_files: [rules/*.yml]
            alerting:
              alert_relabel_configs: [{action: labeldrop, regex: replica}]
            scrape_configs:
              - job_name: a b
                metrics_path: /x
                params: {m: [1, two]}
                body_size_limit: 5MB
                honor_labels: true
                fallback_scrape_protocol: PrometheusText0.0.4
                file_sd_configs: [{files: [t/*.json], refresh_interval: 1m}]
                static_configs: [{targets: ["h:1", "h:2"], labels: {k: "1"}}]
                relabel_configs:
                  - {source_labels: [a, b], regex: 'x(.*)\\d', target_label: c, replacement: ''}
                  - {source_labels: [a], modulus: 8, target_label: s, action: hashmod}
                metric_relabel_configs: [{source_labels: [a], target_label: b, action: keepequal}]
            storage: {tsdb: {out_of_order_time_window: 5m, retention: {time: 30d, size: 2GB}}}
            """);

    assertThat(parse(ConfigPrinter.print(config))).isEqualTo(config);
  }

  @Test
  void secretsAreNotPrinted() throws ConfigException {
    PrometheusConfig config =
        parse(
            """
            scrape_configs:
              - {job_name: a, basic_auth: {username: u, password: s3cret}}
              - {job_name: b, authorization: {credentials: s3cret}}
              - {job_name: c, http_headers: {X-Key: {secrets: [s3cret]}}}
            """);

    assertThat(ConfigPrinter.print(config)).contains("<secret>").doesNotContain("s3cret");
    assertThat(config.toString()).doesNotContain("s3cret");
  }

  @Test
  void withoutAnyFileIntervalsAreThirtySeconds() throws ConfigException {
    PrometheusConfig config = parse("");

    assertThat(config.global().scrapeIntervalMs()).isEqualTo(30_000);
    assertThat(config.global().evaluationIntervalMs()).isEqualTo(30_000);
    assertThat(config.global().scrapeTimeoutMs()).isEqualTo(10_000);
    assertThat(config.scrapeConfigs()).isEmpty();
  }

  @Test
  void whatIsNotHonouredIsAWarningWithItsPlaceOrAnError() throws ConfigException {
    PrometheusConfig config =
        parse(
            "remote_write: [{url: 'http://x/'}]\nscrape_configs:\n- job_name: a\n  dns_sd_configs: [{names: [x]}]\n");

    assertThat(config.warnings()).hasSize(2);
    assertThat(config.warnings().getFirst())
        .isEqualTo("f.yml:4:3: not supported: dns_sd_configs; this job finds no targets by it");
    assertThat(refusal("scrape_configs:\n- job_name: a\n  proxy_url: http://p\n"))
        .isEqualTo("f.yml:3:3: not supported: proxy_url");
  }

  private static String refusal(String text) {
    try {
      return "accepted: " + parse(text);
    } catch (ConfigException refused) {
      return String.valueOf(refused.getMessage());
    }
  }
}
