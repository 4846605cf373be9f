package io.hmsops.server.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.server.config.ConfigException;
import io.hmsops.tsdb.labels.Labels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NotifyConfigReaderTest {
  private static final String BARE =
      """
      receivers:
        - name: autoheal
          webhook_configs:
            - url: http://fixit-agent/run/restart_pod.py
      """;

  private static final String ROUTED =
      """
      route:
        receiver: people
        group_by: [alertname]
        routes:
          - receiver: heal
            matchers: ['severity="critical"', 'team=~"a|b"']
            continue: true
          - receiver: heal
            match: {team: c}
            group_wait: 5s
      receivers:
        - name: people
          webhook_configs: [{url: "http://people/hook", send_resolved: false}]
        - name: heal
          webhook_configs: [{url: "http://ops:9090/run/x.py"}]
      """;

  private static NotifyConfig read(String text) throws ConfigException {
    return NotifyConfigReader.read("alertmanager.yml", text);
  }

  @Test
  void aSingleReceiverWithoutARouteGetsEverythingAtOnce() throws Exception {
    Route route = read(BARE).route();

    assertThat(route.receiver()).isEqualTo("autoheal");
    assertThat(route.groupWaitMs()).isZero();
    assertThat(route.groupByAll()).isTrue();
    assertThat(route.match(Labels.of("a", "b"))).containsExactly(route);
  }

  @Test
  void twoReceiversNeedARoute() {
    assertThatThrownBy(() -> read(BARE + "  - name: other\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("no route provided and 2 receivers");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "team=x| people",
        "team=a;severity=critical| heal",
        "team=c;severity=critical| heal",
      })
  void alertsGoToTheDeepestRouteThatMatches(String labels, String receiver) throws Exception {
    Route found = read(ROUTED).route().match(Labels.of(labels.split("[=;]"))).get(0);

    assertThat(found.receiver()).isEqualTo(receiver);
  }

  @Test
  void healingDoesNotWaitUnlessTheFileSaysSo() throws Exception {
    Route route = read(ROUTED).route();

    assertThat(route.groupWaitMs()).isEqualTo(30_000);
    assertThat(route.routes().get(0).groupWaitMs()).isZero();
    assertThat(route.routes().get(1).groupWaitMs()).isEqualTo(5_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "receivers: [{name: a, email_configs: []}]| 1:23: not supported: email_configs",
        "receivers: [{name: a, webhook_configs: [{url: 'ftp://x'}]}]| unsupported scheme",
        "receivers: [{name: a, webhook_configs: [{}]}]| url",
        "receivers: [{name: a}, {name: a}]| not unique",
        "{receivers: [{name: a}], inhibit_rules: [1]}| not supported: inhibit_rules",
        "{receivers: [{name: a}], route: {receiver: b}}| undefined receiver",
        "{receivers: [{name: a}], route: {receiver: a, group_interval: 0s}}| cannot be zero",
        "{receivers: [{name: a}], route: {receiver: a, routes: [{matchers: ['x']}]}}| bad matcher",
      })
  void whatIsWrongIsNamedWithItsPlace(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("alertmanager.yml:1:")
        .hasMessageContaining(message.strip());
  }

  @Test
  void passwordsAreNotShown() throws Exception {
    String text =
        "receivers: [{name: a, webhook_configs: [{url: 'http://x/', "
            + "http_config: {basic_auth: {username: u, password: secret}}}]}]";

    Receiver.Webhook webhook = read(text).receiver("a").webhooks().get(0);

    assertThat(webhook.authorization()).contains("Basic dTpzZWNyZXQ=");
    assertThat(webhook.toString()).doesNotContain("secret").doesNotContain("dTpz");
  }
}
