package io.hmsops.server.api;

import io.hmsops.server.http.HttpRequest;
import io.hmsops.server.http.HttpResponse;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/** {@code status/*} but for {@code status/tsdb}, and {@code features}. */
final class StatusEndpoints {
  /** The release whose API this is; clients choose features by it. */
  static final String PROMETHEUS_VERSION = "3.14.0";

  private final ApiContext context;

  StatusEndpoints(ApiContext context) {
    this.context = context;
  }

  Answer config(HttpRequest request) {
    String yaml = context.services().configYaml().get();
    return Answer.of(
        json -> {
          json.writeStartObject();
          json.writeStringProperty("yaml", yaml);
          json.writeEndObject();
        });
  }

  Answer flags(HttpRequest request) {
    return Answer.of(
        json -> {
          json.writeStartObject();
          new TreeMap<>(context.options().flags()).forEach(json::writeStringProperty);
          json.writeEndObject();
        });
  }

  Answer buildInfo(HttpRequest request) {
    return Answer.of(this::writeBuildInfo);
  }

  /** The same without an envelope. */
  HttpResponse version(HttpRequest request) {
    return JsonBody.response(200, this::writeBuildInfo);
  }

  private void writeBuildInfo(JsonGenerator json) {
    json.writeStartObject();
    json.writeStringProperty("version", PROMETHEUS_VERSION);
    json.writeStringProperty("revision", "hms-ops-" + context.options().version());
    json.writeStringProperty("branch", "");
    json.writeStringProperty("buildUser", "");
    json.writeStringProperty("buildDate", "");
    json.writeStringProperty("goVersion", "java" + Runtime.version().feature());
    json.writeStringProperty("application", "HMS-OPS");
    json.writeEndObject();
  }

  Answer runtimeInfo(HttpRequest request) {
    ReloadStatus reload = context.services().reloadStatus().get();
    long startMs = ManagementFactory.getRuntimeMXBean().getStartTime();
    Runtime runtime = Runtime.getRuntime();
    return Answer.of(
        json -> {
          json.writeStartObject();
          json.writeStringProperty("startTime", ApiTimes.rfc3339(startMs));
          json.writeStringProperty("CWD", Path.of("").toAbsolutePath().toString());
          json.writeStringProperty("hostname", hostname());
          json.writeStringProperty("serverTime", context.clock().instant().toString());
          json.writeBooleanProperty("reloadConfigSuccess", reload.succeeded());
          json.writeStringProperty("lastConfigTime", ApiTimes.rfc3339(reload.lastSuccessMs()));
          json.writeNumberProperty("corruptionCount", 0);
          json.writeNumberProperty(
              "goroutineCount", ManagementFactory.getThreadMXBean().getThreadCount());
          json.writeNumberProperty("GOMAXPROCS", runtime.availableProcessors());
          json.writeNumberProperty("GOMEMLIMIT", runtime.maxMemory());
          json.writeStringProperty("GOGC", "");
          json.writeStringProperty("GODEBUG", "");
          json.writeStringProperty("storageRetention", context.options().retention());
          json.writeEndObject();
        });
  }

  private static String hostname() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      // A machine without a name of its own is still a machine.
      return "";
    }
  }

  Answer walReplay(HttpRequest request) {
    return Answer.of(
        json -> {
          json.writeStartObject();
          json.writeNumberProperty("min", 0);
          json.writeNumberProperty("max", 0);
          json.writeNumberProperty("current", 0);
          json.writeEndObject();
        });
  }

  Answer features(HttpRequest request) {
    Map<String, Map<String, Boolean>> features = new FeatureList(context.options()).all();
    return Answer.of(
        json -> {
          json.writeStartObject();
          features.forEach(
              (category, names) -> {
                json.writeObjectPropertyStart(category);
                names.forEach(json::writeBooleanProperty);
                json.writeEndObject();
              });
          json.writeEndObject();
        });
  }

  /** What there is to tell an operator is in logs and metrics; nothing is told here. */
  Answer notifications(HttpRequest request) {
    return Answer.of(
        json -> {
          json.writeStartArray();
          json.writeEndArray();
        });
  }
}
