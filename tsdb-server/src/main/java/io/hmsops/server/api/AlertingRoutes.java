package io.hmsops.server.api;

import io.hmsops.server.alerting.AlertEvent;
import io.hmsops.server.alerting.AlertView;
import io.hmsops.server.alerting.GroupView;
import io.hmsops.server.alerting.RuleScheduler;
import io.hmsops.server.http.HttpRequest;
import io.hmsops.server.http.HttpResponse;
import io.hmsops.server.http.Router;
import io.hmsops.server.notify.Json;
import io.hmsops.server.playbook.PlaybookRun;
import io.hmsops.server.playbook.PlaybookRunner;
import io.hmsops.server.playbook.RunAnswer;
import io.hmsops.server.rules.Rule;
import io.hmsops.server.rules.RuleSet;
import io.hmsops.server.timeline.NoteService;
import io.hmsops.server.timeline.Timeline;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rules, alerts, playbooks, notes and the timeline over HTTP: {@code /api/v1/rules}, {@code
 * /api/v1/alerts}, {@code POST /run/<playbook>}, {@code POST /api/note}, {@code /ops/timeline},
 * {@code /ops/playbooks} and {@code /ops/rule-files}.
 */
public final class AlertingRoutes {
  private static final String JSON = "application/json";

  private final RuleScheduler scheduler;
  private final Timeline timeline;
  private final PlaybookRunner runner;
  private final NoteService notes;

  /**
   * Creates the routes.
   *
   * @param scheduler the rules and alerts
   * @param timeline what happened
   * @param runner the playbooks
   * @param notes takes notes
   */
  public AlertingRoutes(
      RuleScheduler scheduler, Timeline timeline, PlaybookRunner runner, NoteService notes) {
    this.scheduler = scheduler;
    this.timeline = timeline;
    this.runner = runner;
    this.notes = notes;
  }

  /**
   * Adds the routes.
   *
   * @param router where
   * @return the same builder
   */
  public Router.Builder addTo(Router.Builder router) {
    return router
        .get("/api/v1/rules", this::rules)
        .get("/api/v1/alerts", request -> success(Map.of("alerts", alerts(scheduler.alerts()))))
        .post("/run/{playbook}", this::run)
        .post("/api/note", this::note)
        .get("/ops/timeline", this::timeline)
        .get("/ops/playbooks", request -> success(Map.of("runs", runs())))
        .get("/ops/rule-files", request -> success(ruleFiles()));
  }

  private HttpResponse rules(HttpRequest request) {
    String type = request.query().get("type");
    if (!type.isEmpty() && !type.equals("alert") && !type.equals("record")) {
      return json(
          400,
          fields(
              "status",
              "error",
              "errorType",
              "bad_data",
              "error",
              "not supported value \"%s\"".formatted(type)));
    }
    List<Object> groups = new ArrayList<>();
    for (GroupView group : scheduler.groups()) {
      List<Object> rules = new ArrayList<>();
      for (GroupView.RuleView rule : group.rules()) {
        boolean alerting = rule.rule() instanceof Rule.Alerting;
        if (type.isEmpty() || type.equals("alert") == alerting) {
          rules.add(rule(rule));
        }
      }
      groups.add(
          fields(
              "name", group.group().name(),
              "file", group.group().file(),
              "rules", rules,
              "interval", group.group().intervalMs() / 1e3,
              "limit", (long) group.group().limit(),
              "evaluationTime", group.evaluationSeconds(),
              "lastEvaluation", time(group.lastEvaluationMs())));
    }
    return success(Map.of("groups", groups));
  }

  private Map<String, @Nullable Object> rule(GroupView.RuleView view) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    if (view.rule() instanceof Rule.Alerting alerting) {
      map.put("state", view.state().text());
      map.put("name", alerting.name());
      map.put("query", alerting.expr());
      map.put("duration", alerting.forMs() / 1e3);
      map.put("keepFiringFor", alerting.keepFiringForMs() / 1e3);
      map.put("labels", alerting.labels());
      map.put("annotations", alerting.annotations());
      map.put("alerts", alerts(view.alerts()));
    } else {
      map.put("name", view.rule().name());
      map.put("query", view.rule().expr());
      map.put("labels", view.rule().labels());
    }
    map.put("health", view.health().text());
    if (!view.lastError().isEmpty()) {
      map.put("lastError", view.lastError());
    }
    map.put("evaluationTime", view.evaluationSeconds());
    map.put("lastEvaluation", time(view.lastEvaluationMs()));
    map.put("type", view.rule() instanceof Rule.Alerting ? "alerting" : "recording");
    return map;
  }

  private List<Object> alerts(List<AlertView> alerts) {
    List<Object> list = new ArrayList<>();
    for (AlertView alert : alerts) {
      String fingerprint = scheduler.fingerprint(alert);
      Map<String, @Nullable Object> map =
          fields(
              "labels", map(alert.labels()),
              "annotations", alert.annotations(),
              "state", alert.state().text(),
              "activeAt", time(alert.activeAtMs()),
              "value", value(alert.value()),
              "fingerprint", fingerprint);
      if (alert.keepFiringSinceMs() > 0) {
        map.put("keepFiringSince", time(alert.keepFiringSinceMs()));
      }
      List<Object> texts = new ArrayList<>();
      for (NoteService.Note note : notes.notes(fingerprint)) {
        texts.add(fields("time", time(note.timestampMs()), "text", note.text()));
      }
      map.put("notes", texts);
      list.add(map);
    }
    return list;
  }

  /** Numbers as Go writes them in scientific form, {@code 1e+00}. */
  private static String value(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    String text =
        new java.text.DecimalFormat(
                "0.################E00",
                java.text.DecimalFormatSymbols.getInstance(java.util.Locale.ROOT))
            .format(value);
    return text.contains("E-") ? text.replace("E", "e") : text.replace("E", "e+");
  }

  private HttpResponse run(HttpRequest request) {
    RunAnswer answer =
        runner.run(
            request.pathParameter("playbook"), new String(request.body(), StandardCharsets.UTF_8));
    return json(
        answer.status(),
        fields(
            "message", answer.message(), "started", answer.started(), "refused", answer.refused()));
  }

  private HttpResponse note(HttpRequest request) {
    Object body;
    try {
      body = Json.parse(new String(request.body(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      return json(400, fields("error", e.getMessage()));
    }
    if (!(body instanceof Map<?, ?> note)) {
      return json(400, fields("error", "expected an object {\"alert\": …, \"action\": …}"));
    }
    String token =
        request
            .header("Authorization")
            .filter(value -> value.startsWith("Bearer "))
            .map(value -> value.substring("Bearer ".length()).strip())
            .orElse("");
    NoteService.NoteAnswer answer =
        notes.post(
            text(note.get("alert")),
            text(note.get("action")),
            request.remote().getAddress(),
            token);
    return answer.status() == 200
        ? json(200, fields("message", answer.message()))
        : json(answer.status(), fields("error", answer.message(), "nearest", answer.nearest()));
  }

  private static String text(@Nullable Object value) {
    return value instanceof String text ? text : "";
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
