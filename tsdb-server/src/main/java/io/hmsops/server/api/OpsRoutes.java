package io.hmsops.server.api;

import io.hmsops.server.alerting.AlertEvent;
import io.hmsops.server.alerting.RuleScheduler;
import io.hmsops.server.http.HttpRequest;
import io.hmsops.server.http.HttpResponse;
import io.hmsops.server.http.Router;
import io.hmsops.server.notify.Json;
import io.hmsops.server.playbook.PlaybookRun;
import io.hmsops.server.playbook.PlaybookRunner;
import io.hmsops.server.rules.RuleSet;
import io.hmsops.server.timeline.Timeline;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an operator reads beside the Prometheus API: {@code /ops/timeline}, {@code /ops/playbooks}
 * and {@code /ops/rule-files}.
 */
public final class OpsRoutes {
  private static final String JSON = "application/json";

  private final RuleScheduler scheduler;
  private final Timeline timeline;
  private final PlaybookRunner runner;

  /**
   * Creates the routes.
   *
   * @param scheduler the rules
   * @param timeline what happened
   * @param runner the playbooks
   */
  public OpsRoutes(RuleScheduler scheduler, Timeline timeline, PlaybookRunner runner) {
    this.scheduler = scheduler;
    this.timeline = timeline;
    this.runner = runner;
  }

  /**
   * Adds the routes.
   *
   * @param router where
   * @return the same builder
   */
  public Router.Builder addTo(Router.Builder router) {
    return router
        .get("/ops/timeline", this::timeline)
        .get("/ops/playbooks", request -> success(Map.of("runs", runs())))
        .get("/ops/rule-files", request -> success(ruleFiles()));
  }

  private HttpResponse timeline(HttpRequest request) {
    String alert = request.query().get("alert");
    List<AlertEvent> events = alert.isEmpty() ? timeline.events() : timeline.events(alert);
    List<Object> list = new ArrayList<>();
    for (AlertEvent event : events) {
      list.add(
          fields(
              "time", time(event.timestampMs()),
              "timestampMs", event.timestampMs(),
              "kind", event.kind().name().toLowerCase(java.util.Locale.ROOT),
              "alert", event.fingerprint(),
              "labels", map(event.labels()),
              "detail", event.detail()));
    }
    return success(Map.of("events", list));
  }

  private List<Object> runs() {
    List<Object> list = new ArrayList<>();
    for (PlaybookRun run : runner.runs()) {
      list.add(
          fields(
              "id", run.id(),
              "playbook", run.playbook(),
              "alert", run.fingerprint(),
              "state", run.state().name().toLowerCase(java.util.Locale.ROOT),
              "startedAt", time(run.startedAtMs()),
              "endedAt", run.endedAtMs() == 0 ? null : time(run.endedAtMs()),
              "exitCode", (long) run.exitCode(),
              "output", run.output()));
    }
    return list;
  }

  private Map<String, @Nullable Object> ruleFiles() {
    RuleSet rules = scheduler.rules();
    List<Object> quarantined = new ArrayList<>();
    rules
        .quarantined()
        .forEach(q -> quarantined.add(fields("file", q.file(), "reason", q.reason())));
    List<Object> lints = new ArrayList<>();
    rules.lints().forEach(lint -> lints.add(lint.toString()));
    return fields("quarantined", quarantined, "lints", lints);
  }

  private static String time(long timestampMs) {
    return timestampMs == 0 ? "0001-01-01T00:00:00Z" : Instant.ofEpochMilli(timestampMs).toString();
  }

  private static Map<String, @Nullable Object> map(Labels labels) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (Label label : labels) {
      map.put(label.name(), label.value());
    }
    return map;
  }

  private static Map<String, @Nullable Object> fields(@Nullable Object... namesAndValues) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    return map;
  }

  private static HttpResponse success(Object data) {
    return json(200, fields("status", "success", "data", data));
  }

  private static HttpResponse json(int status, Object body) {
    return HttpResponse.of(status, JSON, Json.write(body).getBytes(StandardCharsets.UTF_8));
  }
}
