package io.hmsops.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.labels.LabelMatcher;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The administration of the store over HTTP. */
class AdminEndpointsTest {
  private static final byte[] NO_BODY = {};

  /** Writes down what it is asked. */
  private static final class Asked implements StoreAdmin {
    final List<String> calls = new ArrayList<>();

    @Override
    public void compact() throws IOException {
      calls.add("compact");
    }

    @Override
    public void delete(List<List<LabelMatcher>> matcherSets, long fromMs, long toMs)
        throws IOException {
      calls.add("delete " + matcherSets + " " + fromMs + " " + toMs);
    }

    @Override
    public void cleanTombstones() throws IOException {
      throw new IOException("blocks/x: no space");
    }

    @Override
    public String snapshot(boolean skipHead) {
      calls.add("snapshot " + skipHead);
      return "20260101T120000Z-0123456789abcdef";
    }
  }

  private final Asked asked = new Asked();

  private ApiServer server(boolean enabled) throws IOException {
    return new ApiServer(
        o ->
            new ApiOptions(
                o.version(),
                o.features(),
                o.queryTimeoutMs(),
                o.lookbackMs(),
                o.lifecycleEnabled(),
                enabled,
                o.remoteWriteEnabled(),
                o.flags(),
                o.retention()),
        s -> s.withStoreAdmin(asked));
  }

  private static HttpResponse<String> post(ApiServer server, String call) throws Exception {
    return server.send("POST", "/api/v1/admin/tsdb/" + call, Map.of(), NO_BODY);
  }

  @Test
  void withoutLeaveOnlyCompactIsServed() throws Exception {
    try (ApiServer server = server(false)) {
      for (String call : List.of("delete_series?match[]=up", "clean_tombstones", "snapshot")) {
        HttpResponse<String> response = post(server, call.replace("[]", "%5B%5D"));
        assertThat(response.statusCode()).as(call).isEqualTo(500);
        assertThat(response.body())
            .isEqualTo(
                "{\"status\":\"error\",\"errorType\":\"unavailable\","
                    + "\"error\":\"admin APIs disabled\"}");
      }
      HttpResponse<String> compacted = post(server, "compact");
      assertThat(compacted.statusCode()).isEqualTo(204);
      assertThat(compacted.body()).isEmpty();
      assertThat(asked.calls).containsExactly("compact");
      assertThat(server.get("/api/v1/admin/tsdb/compact").statusCode()).isEqualTo(405);
    }
  }

  @Test
  void seriesAreDeletedBySelectorAndRange() throws Exception {
    try (ApiServer server = server(true)) {
      assertThat(
              post(server, "delete_series?match%5B%5D=up&match%5B%5D=%7Bjob%3D%22a%22%7D&start=1.5")
                  .statusCode())
          .isEqualTo(204);
      assertThat(asked.calls).hasSize(1);
      assertThat(asked.calls.getFirst())
          .contains("up", "job", " 1500 " + RequestParameters.MAX_TIME_MS);
      assertThat(post(server, "delete_series").body()).contains("no match[] parameter provided");
      assertThat(post(server, "delete_series?match%5B%5D=%7B").statusCode()).isEqualTo(400);
      assertThat(post(server, "delete_series?match%5B%5D=up&start=5&end=4").body())
          .contains("end timestamp must not be before start time");
      assertThat(asked.calls).as("what was asked wrongly deletes nothing").hasSize(1);
    }
  }

  @Test
  void aSnapshotIsNamedAndAFailureIsSaid() throws Exception {
    try (ApiServer server = server(true)) {
      assertThat(post(server, "snapshot").body())
          .isEqualTo(
              "{\"status\":\"success\",\"data\":{\"name\":\"20260101T120000Z-0123456789abcdef\"}}");
      assertThat(post(server, "snapshot?skip_head=true").statusCode()).isEqualTo(200);
      assertThat(asked.calls).containsExactly("snapshot false", "snapshot true");
      assertThat(post(server, "snapshot?skip_head=maybe").statusCode()).isEqualTo(400);
      HttpResponse<String> failed = post(server, "clean_tombstones");
      assertThat(failed.statusCode()).isEqualTo(500);
      assertThat(failed.body()).contains("internal", "blocks/x: no space");
    }
  }
}
