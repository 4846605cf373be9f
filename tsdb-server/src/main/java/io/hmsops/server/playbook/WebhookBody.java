package io.hmsops.server.playbook;

import io.hmsops.server.alerting.Fingerprint;
import io.hmsops.server.notify.Json;
import io.hmsops.tsdb.labels.Labels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes a webhook's group of alerts apart. */
final class WebhookBody {
  private WebhookBody() {}

  /**
   * One alert.
   *
   * @param fingerprint its fingerprint; computed if it was not sent
   * @param labels its labels
   * @param firing whether it fires
   * @param json the alert as it goes to a playbook
   */
  record PostedAlert(String fingerprint, Labels labels, boolean firing, String json) {}

  static List<PostedAlert> alerts(String body) throws IOException {
    if (!(Json.parse(body) instanceof Map<?, ?> group)
        || !(group.get("alerts") instanceof List<?> list)) {
      throw new IOException("expected a webhook's JSON object with a list \"alerts\"");
    }
    List<PostedAlert> alerts = new ArrayList<>();
    for (Object element : list) {
      if (!(element instanceof Map<?, ?> alert)) {
        throw new IOException("alerts[%d]: expected an object".formatted(alerts.size()));
      }
      alerts.add(alert(alert));
    }
    return alerts;
  }

  private static PostedAlert alert(Map<?, ?> alert) throws IOException {
    Labels.Builder builder = new Labels.Builder();
    if (alert.get("labels") instanceof Map<?, ?> labels) {
      labels.forEach((name, value) -> builder.set(String.valueOf(name), String.valueOf(value)));
    }
    Labels labels;
    try {
      labels = builder.build();
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
    Object sent = alert.get("fingerprint");
    String fingerprint =
        sent instanceof String text && !text.isEmpty() ? text : Fingerprint.of(labels);
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    alert.forEach((name, value) -> copy.put(String.valueOf(name), value));
    copy.put("fingerprint", fingerprint);
    boolean firing = !"resolved".equals(alert.get("status"));
    return new PostedAlert(fingerprint, labels, firing, Json.write(copy));
  }
}
