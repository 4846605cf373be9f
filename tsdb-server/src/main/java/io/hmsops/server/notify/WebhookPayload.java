package io.hmsops.server.notify;

import io.hmsops.server.alerting.OutgoingAlert;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The body of a webhook, version 4, as Alertmanager sends it. */
final class WebhookPayload {
  private static final String NO_END = "0001-01-01T00:00:00Z";

  private WebhookPayload() {}

  /**
   * What a notification says beside its alerts.
   *
   * @param receiver the receiver's name
   * @param groupKey the name of the group
   * @param groupLabels the labels of the group
   * @param reason why it is sent
   * @param externalUrl the address of this server
   */
  record Heading(
      String receiver, String groupKey, Labels groupLabels, String reason, String externalUrl) {}

  static String write(Heading heading, List<OutgoingAlert> alerts, int maxAlerts, long nowMs) {
    boolean firing = alerts.stream().anyMatch(alert -> !alert.isResolved(nowMs));
    List<OutgoingAlert> shown =
        maxAlerts > 0 && alerts.size() > maxAlerts ? alerts.subList(0, maxAlerts) : alerts;
    Map<String, Object> payload = new LinkedHashMap<>();
    payload.put("receiver", heading.receiver());
    payload.put("status", firing ? "firing" : "resolved");
    List<Object> list = new ArrayList<>();
    shown.forEach(alert -> list.add(alert(alert, nowMs)));
    payload.put("alerts", list);
    payload.put("notification_reason", heading.reason());
    payload.put("groupLabels", map(heading.groupLabels()));
    payload.put("commonLabels", common(alerts.stream().map(a -> map(a.labels())).toList()));
    payload.put(
        "commonAnnotations", common(alerts.stream().map(OutgoingAlert::annotations).toList()));
    payload.put("routeLabels", Map.of());
    payload.put("externalURL", heading.externalUrl());
    payload.put("version", "4");
    payload.put("groupKey", heading.groupKey());
    payload.put("truncatedAlerts", alerts.size() - shown.size());
    return Json.write(payload);
  }

  private static Map<String, Object> alert(OutgoingAlert alert, long nowMs) {
    boolean resolved = alert.isResolved(nowMs);
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("status", resolved ? "resolved" : "firing");
    map.put("labels", map(alert.labels()));
    map.put("annotations", alert.annotations());
    map.put("startsAt", Instant.ofEpochMilli(alert.startsAtMs()).toString());
    map.put("endsAt", resolved ? Instant.ofEpochMilli(alert.endsAtMs()).toString() : NO_END);
    map.put("generatorURL", alert.generatorUrl());
    map.put("fingerprint", alert.fingerprint());
    return map;
  }

  private static Map<String, String> map(Labels labels) {
    Map<String, String> map = new LinkedHashMap<>();
    for (Label label : labels) {
      map.put(label.name(), label.value());
    }
    return map;
  }

  private static Map<String, String> common(List<Map<String, String>> maps) {
    Map<String, String> common = new LinkedHashMap<>(maps.isEmpty() ? Map.of() : maps.get(0));
    for (Map<String, String> map : maps) {
      common.entrySet().removeIf(entry -> !entry.getValue().equals(map.get(entry.getKey())));
    }
    return common;
  }
}
