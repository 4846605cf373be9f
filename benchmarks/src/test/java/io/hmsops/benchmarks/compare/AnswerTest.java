package io.hmsops.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class AnswerTest {

  @Test
  void theOrderOfSeriesAndLabelsDoesNotMatter() throws IOException {
    Answer one =
        vector(
            "{\"metric\":{\"a\":\"1\",\"b\":\"2\"},\"value\":[7.25,\"3\"]}",
            "{\"metric\":{},\"value\":[7.25,\"+Inf\"]}");
    Answer other =
        vector(
            "{\"value\":[7.25,\"Inf\"],\"metric\":{}}",
            "{\"metric\":{\"b\":\"2\",\"a\":\"1\"},\"value\":[7.25,\"3.0\"]}");

    assertThat(one.difference(other)).isEmpty();
    assertThat(one.checksum()).isEqualTo(other.checksum());
    assertThat(one.points()).isEqualTo(2);
  }

  @Test
  void valuesMayDifferByTheToleranceOnly() throws IOException {
    Answer one = vector("{\"metric\":{},\"value\":[1,\"1000\"]}");

    assertThat(one.difference(vector("{\"metric\":{},\"value\":[1,\"1000.0000005\"]}"))).isEmpty();
    assertThat(one.difference(vector("{\"metric\":{},\"value\":[1,\"1000.00001\"]}")))
        .hasValue("{} at 1000 is 1000.0 against 1000.00001");
    assertThat(one.difference(vector("{\"metric\":{},\"value\":[1,\"NaN\"]}"))).isPresent();
  }

  @Test
  void missingSeriesPointsAndOtherTimesAreDifferences() throws IOException {
    Answer one =
        Answer.parse(
            "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":["
                + "{\"metric\":{\"a\":\"1\"},\"values\":[[1,\"1\"],[2.5,\"NaN\"]]}]}}");
    Answer fewer = Answer.parse("{\"result\":[{\"metric\":{\"a\":\"1\"},\"values\":[[1,\"1\"]]}]}");
    Answer later =
        Answer.parse(
            "{\"result\":[{\"metric\":{\"a\":\"1\"},\"values\":[[1,\"1\"],[2,\"NaN\"]]}]}");

    assertThat(one.difference(one)).isEmpty();
    assertThat(one.difference(vector())).hasValue("1 series against 0, like {a=1}");
    assertThat(one.difference(fewer)).isPresent();
    assertThat(one.difference(later)).isPresent();
  }

  @Test
  void byRankOnlyValuesCount() throws IOException {
    Answer one =
        vector(
            "{\"metric\":{\"a\":\"1\"},\"value\":[1,\"5\"]}",
            "{\"metric\":{\"a\":\"2\"},\"value\":[1,\"7\"]}");
    Answer tie =
        vector(
            "{\"metric\":{\"a\":\"3\"},\"value\":[1,\"5\"]}",
            "{\"metric\":{\"a\":\"2\"},\"value\":[1,\"7\"]}");
    Answer less =
        vector(
            "{\"metric\":{\"a\":\"1\"},\"value\":[1,\"4\"]}",
            "{\"metric\":{\"a\":\"2\"},\"value\":[1,\"7\"]}");

    assertThat(one.difference(tie)).isPresent();
    assertThat(one.byRank().difference(tie.byRank())).isEmpty();
    assertThat(one.byRank().difference(less.byRank()))
        .hasValue("{rank=1} at 1000 is 5.0 against 4.0");
    assertThat(one.byRank().difference(vector().byRank())).isPresent();
  }

  @Test
  void anErrorIsNoAnswer() {
    assertThatThrownBy(() -> Answer.parse("{\"status\":\"error\",\"error\":\"too many\"}"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("too many");
  }

  @Test
  void theOnlyValueOfNothingIsZero() throws IOException {
    assertThat(vector().onlyValue()).isZero();
    assertThat(vector("{\"metric\":{},\"value\":[1,\"42\"]}").onlyValue()).isEqualTo(42);
  }

  private static Answer vector(String... series) throws IOException {
    return Answer.parse(
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[%s]}}"
            .formatted(String.join(",", series)));
  }
}
