package io.hmsops.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedOutputStream;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Metadata;
import io.hmsops.tsdb.storage.Appender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

/** Metadata that remote write brings, beside what targets say. */
class StoredMetadataTest {
  /** A message of which the family's metadata are field 3. */
  private static byte[] writeRequest(int type, String family, String help, String unit)
      throws IOException {
    ByteArrayOutputStream metadata = new ByteArrayOutputStream();
    CodedOutputStream fields = CodedOutputStream.newInstance(metadata);
    fields.writeEnum(1, type);
    fields.writeString(2, family);
    fields.writeString(4, help);
    fields.writeString(5, unit);
    fields.flush();
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    CodedOutputStream message = CodedOutputStream.newInstance(request);
    message.writeByteArray(3, metadata.toByteArray());
    message.flush();
    return Snappy.compress(request.toByteArray());
  }

  private static void send(ApiServer server, byte[] body) throws Exception {
    Map<String, String> headers =
        Map.of("Content-Type", "application/x-protobuf", "Content-Encoding", "snappy");
    assertThat(server.send("POST", "/api/v1/write", headers, body).statusCode()).isEqualTo(204);
  }

  private static Object metadata(ApiServer server, String parameters) throws Exception {
    String body = server.get("/api/v1/metadata" + parameters).body();
    return Objects.requireNonNull(TestJson.object(TestJson.read(body)).get("data"));
  }

  private static Map<String, String> entry(String type, String help, String unit) {
    return Map.of("type", type, "help", help, "unit", unit);
  }

  @Test
  void whatRemoteWriteSaysIsShownUntilATargetSaysSomething() throws Exception {
    Metadata scraped = new Metadata("gauge", "", "Now.");
    TargetSource targets =
        new TargetSource() {
          @Override
          public List<String> pools() {
            return List.of();
          }

          @Override
          public List<TargetStatus> active() {
            return List.of();
          }

          @Override
          public List<TargetStatus.Dropped> dropped() {
            return List.of();
          }

          @Override
          public List<TargetMetadata> metadata() {
            return List.of(new TargetMetadata(Labels.of("job", "a"), "scraped", scraped));
          }
        };
    try (ApiServer server =
        new ApiServer(options -> options, services -> services.withTargets(targets))) {
      send(server, writeRequest(1, "requests", "Größe.", ""));
      send(server, writeRequest(1, "requests", "Größe.", ""));
      send(server, writeRequest(99, "requests", "", "s"));
      Appender appender = server.store.appender();
      appender.metadata("scraped", new Metadata("counter", "", "Before."));
      appender.commit();
      assertThat(metadata(server, ""))
          .isEqualTo(
              Map.of(
                  "requests",
                  List.of(entry("counter", "Größe.", ""), entry("unknown", "", "s")),
                  "scraped",
                  List.of(entry("gauge", "Now.", ""))));
      assertThat(metadata(server, "?limit=1&limit_per_metric=1"))
          .isEqualTo(Map.of("requests", List.of(entry("counter", "Größe.", ""))));
      assertThat(metadata(server, "?metric=scraped"))
          .isEqualTo(Map.of("scraped", List.of(entry("gauge", "Now.", ""))));
    }
  }
}
