package io.hmsops.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class RequestParametersTest {
  private static List<Map<String, Object>> vectors(String name) throws IOException {
    Map<String, Object> all = TestJson.object(TestJson.read(Shared.conformance("durations.json")));
    return ((List<?>) Objects.requireNonNull(all.get(name)))
        .stream().map(TestJson::object).toList();
  }

  @Test
  void timesAreReadAsRecorded() throws IOException {
    for (Map<String, Object> vector : vectors("api_time")) {
      String text = String.valueOf(vector.get("in"));
      if (vector.containsKey("fail")) {
        assertThatThrownBy(() -> RequestParameters.parseTimeMs(text))
            .as("time %s", text)
            .hasMessage("cannot parse \"%s\" to a valid timestamp".formatted(text));
      } else {
        BigInteger nanos = new BigInteger(String.valueOf(vector.get("unix_ns")));
        assertThat(RequestParameters.parseTimeMs(text))
            .as("time %s", text)
            .isEqualTo(nanos.divide(BigInteger.valueOf(1_000_000)).longValueExact());
      }
    }
  }

  @Test
  void durationsAreReadAsRecorded() throws IOException {
    for (Map<String, Object> vector : vectors("api_duration")) {
      String text = String.valueOf(vector.get("in"));
      if (vector.containsKey("fail")) {
        assertThatThrownBy(() -> RequestParameters.parseDurationMs(text))
            .as("duration %s", text)
            .hasMessageStartingWith("cannot parse \"%s\" to a valid duration".formatted(text));
      } else {
        double expectedMs = ((Number) Objects.requireNonNull(vector.get("ms"))).doubleValue();
        assertThat((double) RequestParameters.parseDurationMs(text))
            .as("duration %s", text)
            .isEqualTo(expectedMs);
      }
    }
  }

  @Test
  void timestampsAreWrittenAsRecorded() throws IOException {
    for (Map<String, Object> vector : vectors("model_time_json")) {
      long timestampMs = ((Number) Objects.requireNonNull(vector.get("ms"))).longValue();
      // The vectors' codec leaves out trailing zeros; the API writes three decimals or none.
      assertThat(SampleNumbers.timestamp(timestampMs).replaceAll("(\\.\\d*?)0+$", "$1"))
          .isEqualTo(vector.get("json"));
    }
  }

  @Test
  void valuesAreWrittenAsGoWritesThem() {
    assertThat(SampleNumbers.value(-0.0)).isEqualTo("-0");
    assertThat(SampleNumbers.value(1e20)).isEqualTo("100000000000000000000");
    assertThat(SampleNumbers.value(1.5e21)).isEqualTo("1.5e+21");
    assertThat(SampleNumbers.value(1e-6)).isEqualTo("0.000001");
    assertThat(SampleNumbers.value(1e-7)).isEqualTo("1e-07");
    assertThat(SampleNumbers.value(0.1 + 0.2)).isEqualTo("0.30000000000000004");
    assertThat(SampleNumbers.value(Double.NEGATIVE_INFINITY)).isEqualTo("-Inf");
    assertThat(SampleNumbers.value(Double.NaN)).isEqualTo("NaN");
    assertThat(SampleNumbers.value(Double.MIN_VALUE)).isEqualTo("5e-324");
    assertThat(SampleNumbers.exponent(1)).isEqualTo("1e+00");
    assertThat(SampleNumbers.exponent(-1234.5)).isEqualTo("-1.2345e+03");
  }
}
