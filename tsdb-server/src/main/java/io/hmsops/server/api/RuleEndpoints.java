package io.hmsops.server.api;

import io.hmsops.server.alerting.AlertView;
import io.hmsops.server.alerting.GroupView;
import io.hmsops.server.http.HttpRequest;
import io.hmsops.server.rules.Rule;
import io.hmsops.tsdb.labels.LabelMatcher;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** {@code rules}, {@code alerts} and {@code alertmanagers}. */
final class RuleEndpoints {
  private final ApiContext context;

  RuleEndpoints(ApiContext context) {
    this.context = context;
  }

  private List<GroupView> groups() {
    return context.services().alerting().groups().get();
  }

  /** Which rules are wanted. */
  private record Filter(
      String type,
      List<String> names,
      List<String> groups,
      List<String> files,
      List<List<LabelMatcher>> matcherSets) {

    static Filter of(HttpRequest request) {
      RequestParameters form = new RequestParameters(request.parameters());
      String type = request.query().get("type");
      if (!type.isEmpty() && !type.equals("alert") && !type.equals("record")) {
        throw ApiException.badParameter("type", "not supported value \"%s\"".formatted(type));
      }
      return new Filter(
          type,
          form.texts("rule_name[]"),
          form.texts("rule_group[]"),
          form.texts("file[]"),
          form.matcherSets(false));
    }

    boolean takes(GroupView group) {
      return (groups.isEmpty() || groups.contains(group.group().name()))
          && (files.isEmpty() || files.contains(group.group().file()));
    }

    boolean takes(Rule rule) {
      String kind =
          switch (rule) {
            case Rule.Alerting _ -> "alert";
            case Rule.Recording _ -> "record";
          };
      return (type.isEmpty() || type.equals(kind))
          && (names.isEmpty() || names.contains(rule.name()))
          && (matcherSets.isEmpty()
              || matcherSets.stream().anyMatch(set -> matches(set, rule.labels())));
    }

    private static boolean matches(List<LabelMatcher> matchers, Map<String, String> labels) {
      return matchers.stream().allMatch(m -> m.matches(labels.getOrDefault(m.name(), "")));
    }
  }

  /** A group with those of its rules that are wanted. */
  private record Selected(GroupView group, List<GroupView.RuleView> rules) {}

  Answer rules(HttpRequest request) {
    Filter filter = Filter.of(request);
    RequestParameters url = new RequestParameters(request.query());
    boolean alertsLeftOut = isTrue(url, "exclude_alerts");
    int pageSize = pageSize(url);
    List<Selected> selected = new ArrayList<>();
    for (GroupView group : groups()) {
      if (filter.takes(group)) {
        List<GroupView.RuleView> rules =
            group.rules().stream().filter(rule -> filter.takes(rule.rule())).toList();
        if (!rules.isEmpty()) {
          selected.add(new Selected(group, rules));
        }
      }
    }
    int start = pageStart(url, selected);
    int end = pageSize > 0 ? Math.min(selected.size(), start + pageSize) : selected.size();
    return Answer.of(
        json -> {
          json.writeStartObject();
          json.writeArrayPropertyStart("groups");
          selected.subList(start, end).forEach(group -> writeGroup(json, group, alertsLeftOut));
          json.writeEndArray();
          if (end < selected.size()) {
            json.writeStringProperty("groupNextToken", token(selected.get(end).group()));
          }
          json.writeEndObject();
        });
  }

  private static boolean isTrue(RequestParameters url, String name) {
    return switch (url.text(name)) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "", "0", "f", "F", "false", "FALSE", "False" -> false;
      default ->
          throw ApiException.badParameter(
              name,
              "error converting %s: strconv.ParseBool: parsing \"%s\": invalid syntax"
                  .formatted(name, url.text(name)));
    };
  }

  /** {@return how many groups are wanted, 0 for all} */
  private static int pageSize(RequestParameters url) {
    if (!url.has("group_limit")) {
      if (url.has("group_next_token")) {
        throw ApiException.badParameter(
            "group_next_token",
            "group_limit needs to be present in order to paginate over the groups");
      }
      return 0;
    }
    int size;
    try {
      size = Integer.parseInt(url.text("group_limit"));
    } catch (NumberFormatException e) {
      throw ApiException.badParameter(
          "group_limit",
          "group_limit needs to be a valid number: strconv.ParseInt: parsing \"%s\": invalid syntax"
              .formatted(url.text("group_limit")));
    }
    if (size <= 0) {
      throw ApiException.badParameter("group_limit", "group_limit needs to be greater than 0");
    }
    return size;
  }

  private static int pageStart(RequestParameters url, List<Selected> selected) {
    String wanted = url.text("group_next_token");
    if (wanted.isEmpty()) {
      return 0;
    }
    for (int i = 0; i < selected.size(); i++) {
      if (token(selected.get(i).group()).equals(wanted)) {
        return i;
      }
    }
    throw ApiException.badParameter(
        "group_next_token",
        "invalid group_next_token '%s'. were rule groups changed?".formatted(wanted));
  }

  private static String token(GroupView group) {
    try {
      String id = group.group().file() + ";" + group.group().name();
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  private void writeGroup(JsonGenerator json, Selected selected, boolean alertsLeftOut) {
    GroupView view = selected.group();
    json.writeStartObject();
    json.writeStringProperty("name", view.group().name());
    json.writeStringProperty("file", view.group().file());
    json.writeArrayPropertyStart("rules");
    selected.rules().forEach(rule -> writeRule(json, rule, alertsLeftOut));
    json.writeEndArray();
    json.writeNumberProperty("interval", view.group().intervalMs() / 1e3);
    json.writeNumberProperty("limit", view.group().limit());
    json.writeNumberProperty("evaluationTime", view.evaluationSeconds());
    json.writeStringProperty("lastEvaluation", ApiTimes.rfc3339(view.lastEvaluationMs()));
    json.writeEndObject();
  }

  private void writeRule(JsonGenerator json, GroupView.RuleView view, boolean alertsLeftOut) {
    Rule rule = view.rule();
    json.writeStartObject();
    if (rule instanceof Rule.Alerting) {
      boolean known = view.lastEvaluationMs() != 0;
      json.writeStringProperty("state", known ? view.state().text() : "unknown");
    }
    json.writeStringProperty("name", rule.name());
    json.writeStringProperty("query", rule.expr());
    if (rule instanceof Rule.Alerting alerting) {
      json.writeNumberProperty("duration", alerting.forMs() / 1e3);
      json.writeNumberProperty("keepFiringFor", alerting.keepFiringForMs() / 1e3);
    }
    writeMap(json, "labels", rule.labels());
    if (rule instanceof Rule.Alerting alerting) {
      writeMap(json, "annotations", alerting.annotations());
      if (alertsLeftOut) {
        json.writeNullProperty("alerts");
      } else {
        writeAlerts(json, view.alerts());
      }
    }
    json.writeStringProperty("health", view.health().text());
    if (!view.lastError().isEmpty()) {
      json.writeStringProperty("lastError", view.lastError());
    }
    json.writeNumberProperty("evaluationTime", view.evaluationSeconds());
    json.writeStringProperty("lastEvaluation", ApiTimes.rfc3339(view.lastEvaluationMs()));
    json.writeStringProperty("type", rule instanceof Rule.Alerting ? "alerting" : "recording");
    json.writeEndObject();
  }

  private static void writeMap(JsonGenerator json, String name, Map<String, String> map) {
    json.writeObjectPropertyStart(name);
    map.forEach(json::writeStringProperty);
    json.writeEndObject();
  }

  private void writeAlerts(JsonGenerator json, List<AlertView> alerts) {
    json.writeArrayPropertyStart("alerts");
    for (AlertView alert : alerts) {
      json.writeStartObject();
      json.writeName("labels");
      ResultJson.writeLabels(json, alert.labels());
      writeMap(json, "annotations", alert.annotations());
      json.writeStringProperty("state", alert.state().text());
      json.writeStringProperty("activeAt", ApiTimes.rfc3339(alert.activeAtMs()));
      if (alert.keepFiringSinceMs() != 0) {
        json.writeStringProperty("keepFiringSince", ApiTimes.rfc3339(alert.keepFiringSinceMs()));
      }
      json.writeStringProperty("value", SampleNumbers.exponent(alert.value()));
      // Ours: what a note is addressed to.
      json.writeStringProperty("fingerprint", alert.fingerprint());
      writeNotes(json, alert.fingerprint());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void writeNotes(JsonGenerator json, String fingerprint) {
    json.writeArrayPropertyStart("notes");
    context
        .services()
        .alerting()
        .notes()
        .ifPresent(
            notes ->
                notes
                    .notes(fingerprint)
                    .forEach(
                        note -> {
                          json.writeStartObject();
                          json.writeStringProperty("time", ApiTimes.rfc3339(note.timestampMs()));
                          json.writeStringProperty("text", note.text());
                          json.writeEndObject();
                        }));
    json.writeEndArray();
  }

  Answer alerts(HttpRequest request) {
    List<AlertView> alerts =
        groups().stream()
            .flatMap(group -> group.rules().stream())
            .flatMap(rule -> rule.alerts().stream())
            .toList();
    return Answer.of(
        json -> {
          json.writeStartObject();
          writeAlerts(json, alerts);
          json.writeEndObject();
        });
  }

  Answer alertmanagers(HttpRequest request) {
    List<String> urls = context.services().alerting().alertmanagers().get();
    return Answer.of(
        json -> {
          json.writeStartObject();
          json.writeArrayPropertyStart("activeAlertmanagers");
          for (String url : urls) {
            json.writeStartObject();
            json.writeStringProperty("url", url);
            json.writeEndObject();
          }
          json.writeEndArray();
          json.writeArrayPropertyStart("droppedAlertmanagers");
          json.writeEndArray();
          json.writeEndObject();
        });
  }
}
