package io.hmsops.server.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.server.config.ConfigException;
import io.hmsops.tsdb.db.RetentionRule;
import io.hmsops.tsdb.labels.LabelMatcher;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HmsConfigTest {
  private static HmsConfig parse(String text) throws ConfigException {
    return HmsConfig.parse("hms.yml", text);
  }

  @Test
  void retentionRulesAreReadInTheirOrder() throws Exception {
    HmsConfig config =
        parse(
            """
            retention:
              - match: '{job="billing", __name__!~"go_.*"}'
                keep: 1y
              - match: up
                keep: 7d
            """);
    assertThat(config.retention())
        .containsExactly(
            new RetentionRule(
                List.of(
                    LabelMatcher.equal("job", "billing"),
                    LabelMatcher.of(LabelMatcher.Type.NOT_REGEX, "__name__", "go_.*")),
                Duration.ofDays(365)),
            new RetentionRule(List.of(LabelMatcher.equal("__name__", "up")), Duration.ofDays(7)));
    assertThat(parse("playbooks: {timeout: 1m}").retention()).isEmpty();
  }

  @Test
  void aBrokenRuleIsNamedWithItsPlace() {
    assertThatThrownBy(() -> parse("retention:\n- match: 'rate(x[5m])'\n  keep: 7d\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("hms.yml:2:10: match: ");
    assertThatThrownBy(() -> parse("retention:\n- match: up\n"))
        .hasMessage("hms.yml:2:3: retention: keep is missing (expected: match and keep)");
    assertThatThrownBy(() -> parse("retention:\n- match: up\n  keep: 0s\n"))
        .hasMessage("hms.yml:3:9: keep: 0s (expected: more than 0)");
    assertThatThrownBy(() -> parse("retention:\n- match: up\n  kept: 7d\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("kept");
  }
}
