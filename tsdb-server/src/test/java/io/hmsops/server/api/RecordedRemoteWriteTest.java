package io.hmsops.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Sends what was sent to the receiver of a real Prometheus 3.14 and compares the statuses. */
class RecordedRemoteWriteTest {
  /** How many statuses of requests of version 1 must agree; to be raised, never lowered. */
  private static final int FLOOR = 46;

  private static final String VERSION_2 = "io.prometheus.write.v2.Request";

  @Test
  void statusesAgreeWithTheRecordedOnes() throws Exception {
    List<String> differences = new ArrayList<>();
    int agree = 0;
    int version2 = 0;
    int readBack = 0;
    int readBackAgree = 0;
    try (ApiServer server = new ApiServer()) {
      for (String line : Shared.conformance("remote-write/recorded.jsonl").lines().toList()) {
        Map<String, Object> recorded = TestJson.object(TestJson.read(line));
        HttpResponse<String> answer = send(server, recorded);
        if (headers(recorded).getOrDefault("Content-Type", "").contains(VERSION_2)) {
          version2++;
          assertThat(answer.statusCode()).as("%s", recorded.get("case")).isEqualTo(415);
          continue;
        }
        int status = ((Number) Objects.requireNonNull(recorded.get("status"))).intValue();
        if (answer.statusCode() == status) {
          agree++;
        } else {
          differences.add(
              "%s: %d (recorded %d) %s"
                  .formatted(recorded.get("case"), answer.statusCode(), status, answer.body()));
        }
        Object back = recorded.get("read_back");
        if (back != null) {
          readBack++;
          String difference = readBack(server, TestJson.object(back));
          if (difference.isEmpty()) {
            readBackAgree++;
          } else {
            differences.add(recorded.get("case") + ", read back: " + difference);
          }
        }
      }
    }
    String report =
        "remote write 1.0: %d statuses and %d of %d read back agree; %d requests of 2.0 refused; %s"
            .formatted(agree, readBackAgree, readBack, version2, String.join("\n  ", differences));
    System.out.println(report);
    assertThat(agree).as(report).isGreaterThanOrEqualTo(FLOOR);
  }

  private static HttpResponse<String> send(ApiServer server, Map<String, Object> recorded)
      throws Exception {
    byte[] body =
        Base64.getDecoder().decode(String.valueOf(recorded.getOrDefault("body_base64", "")));
    return server.send("POST", "/api/v1/write", headers(recorded), body);
  }

  private static Map<String, String> headers(Map<String, Object> recorded) {
    Map<String, String> headers = new HashMap<>();
    TestJson.object(recorded.get("headers")).forEach((n, v) -> headers.put(n, v.toString()));
    return headers;
  }

  private static String readBack(ApiServer server, Map<String, Object> back) throws Exception {
    String query = URLEncoder.encode(String.valueOf(back.get("query")), StandardCharsets.UTF_8);
    HttpResponse<String> answer =
        server.get("/api/v1/query?query=%s&time=%s".formatted(query, back.get("time")));
    Object data = TestJson.object(TestJson.read(answer.body())).get("data");
    return Objects.equals(data, back.get("data"))
        ? ""
        : "%s (recorded %s)".formatted(answer.body(), back.get("data"));
  }
}
