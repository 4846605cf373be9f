package io.hmsops.server.notify;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.server.alerting.AlertListener;
import io.hmsops.server.alerting.OutgoingAlert;
import io.hmsops.server.config.ConfigException;
import io.hmsops.server.testing.SharedData;
import io.hmsops.tsdb.labels.Labels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs Alertmanager's acceptance scenarios in virtual time. */
class ScenarioTest {
  /** How many of the shared scenarios pass; the rest need parts that are not supported. */
  private static final int FLOOR = 6;

  private static final long EPOCH_MS = 1_700_000_000_000L;
  private static final long TICK_MS = 20;
  private static final long TOLERANCE_MS = 150;
  private static final Pattern RESOLVE_TIMEOUT = Pattern.compile("resolve_timeout: (\\d+)s");

  @TempDir Path directory;

  private long nowMs = EPOCH_MS;
  private long resolveTimeoutMs;

  /** One notification that arrived. */
  private record Arrival(long atMs, String webhook, List<?> alerts) {}

  @Test
  void theSharedScenariosPass() throws Exception {
    String text = Files.readString(SharedData.alerting("alertmanager-scenarios.json"));
    Map<?, ?> root = (Map<?, ?>) java.util.Objects.requireNonNull(Json.parse(text));
    List<String> failures = new ArrayList<>();
    int passed = 0;
    for (Object element : (List<?>) field(root, "cases")) {
      Map<?, ?> scenario = (Map<?, ?>) element;
      String failure = run(scenario);
      if (failure.isEmpty()) {
        passed++;
      } else {
        failures.add(field(scenario, "name") + ": " + failure);
      }
    }
    System.out.println("alertmanager-scenarios.json: " + passed + " passed; failed: " + failures);
    assertThat(passed).as("%s", failures).isGreaterThanOrEqualTo(FLOOR);
  }

  private static Object field(Map<?, ?> map, String name) {
    return java.util.Objects.requireNonNull(map.get(name), name);
  }

  private String run(Map<?, ?> scenario) throws Exception {
    for (Object action : (List<?>) field(scenario, "actions")) {
      Map<?, ?> map = (Map<?, ?>) action;
      if (!map.containsKey("push")) {
        return "not supported: " + map.keySet();
      }
    }
    String config = String.valueOf(field(scenario, "config"));
    for (int i = 1; i < 6; i++) {
      config = config.replace("{WEBHOOK" + i + "}", "http://w" + i + "/");
    }
    nowMs = EPOCH_MS;
    Matcher timeout = RESOLVE_TIMEOUT.matcher(config);
    resolveTimeoutMs = timeout.find() ? 1_000 * Long.parseLong(timeout.group(1)) : 300_000;
    List<Arrival> arrivals = new ArrayList<>();
    NotifyConfig parsed;
    try {
      parsed = NotifyConfigReader.read("alertmanager.yml", config);
    } catch (ConfigException e) {
      return String.valueOf(e.getMessage());
    }
    Dispatcher dispatcher =
        new Dispatcher(
            parsed,
            "http://ops",
            () -> Instant.ofEpochMilli(nowMs),
            new NotificationLog(Files.createTempDirectory(directory, "log").resolve("log")),
            (webhook, body) -> {
              arrivals.add(new Arrival(nowMs, webhook.url().getHost(), alertsOf(body)));
              return new Transport.Outcome(Transport.Kind.DELIVERED, "");
            },
            AlertListener.NONE,
            Runnable::run);
    List<?> wants = (List<?>) field(scenario, "want");
    long endMs = EPOCH_MS + 1_000;
    for (Object want : wants) {
      endMs = Math.max(endMs, ms(((List<?>) field((Map<?, ?>) want, "between")).get(1)) + 500);
    }
    List<Object> actions = new ArrayList<>((List<?>) field(scenario, "actions"));
    while (nowMs <= endMs) {
      while (!actions.isEmpty() && ms(field((Map<?, ?>) actions.get(0), "at")) <= nowMs) {
        push(dispatcher, (Map<?, ?>) actions.removeFirst());
      }
      dispatcher.tick();
      nowMs += TICK_MS;
    }
    return compare(scenario, wants, arrivals);
  }

  private static List<?> alertsOf(String body) {
    try {
      return (List<?>)
          field((Map<?, ?>) java.util.Objects.requireNonNull(Json.parse(body)), "alerts");
    } catch (java.io.IOException e) {
      throw new AssertionError(body, e);
    }
  }

  private static long ms(@Nullable Object seconds) {
    return EPOCH_MS
        + Math.round(((Number) java.util.Objects.requireNonNull(seconds)).doubleValue() * 1000);
  }

  private void push(Dispatcher dispatcher, Map<?, ?> action) {
    List<OutgoingAlert> alerts = new ArrayList<>();
    for (Object element : (List<?>) field(action, "push")) {
      Map<?, ?> alert = (Map<?, ?>) element;
      long endsAtMs = alert.containsKey("ends") ? ms(alert.get("ends")) : nowMs + resolveTimeoutMs;
      long startsAtMs = alert.containsKey("starts") ? ms(alert.get("starts")) : nowMs;
      alerts.add(
          new OutgoingAlert(
              labels((Map<?, ?>) field(alert, "labels")),
              texts(alert.get("annotations")),
              startsAtMs,
              endsAtMs,
              ""));
    }
    dispatcher.accept(alerts);
  }

  private static Labels labels(Map<?, ?> map) {
    Labels.Builder labels = new Labels.Builder();
    map.forEach((name, value) -> labels.add(String.valueOf(name), String.valueOf(value)));
    return labels.build();
  }

  private static Map<String, String> texts(@Nullable Object value) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((name, text) -> texts.put(String.valueOf(name), String.valueOf(text)));
    }
    return texts;
  }

  private static String compare(Map<?, ?> scenario, List<?> wants, List<Arrival> arrivals) {
    Map<String, Integer> wanted = new LinkedHashMap<>();
    for (Object element : wants) {
      Map<?, ?> want = (Map<?, ?>) element;
      List<?> between = (List<?>) field(want, "between");
      List<?> alerts = (List<?>) field(want, "alerts");
      String webhook = "w" + field(want, "webhook");
      if (!(scenario.get("uncounted") instanceof Map<?, ?> uncounted
          && uncounted.containsKey(webhook.substring(1)))) {
        wanted.merge(webhook, alerts.size(), Integer::sum);
      }
      List<Arrival> inTime =
          arrivals.stream()
              .filter(a -> a.webhook().equals(webhook))
              .filter(a -> a.atMs() >= ms(between.get(0)) && a.atMs() <= ms(between.get(1)))
              .toList();
      if (alerts.isEmpty() ? !inTime.isEmpty() : inTime.stream().noneMatch(a -> same(alerts, a))) {
        return "at %s wanted %s, got %s".formatted(between, alerts, inTime);
      }
    }
    for (Map.Entry<String, Integer> entry : wanted.entrySet()) {
      int got =
          arrivals.stream()
              .filter(a -> a.webhook().equals(entry.getKey()))
              .mapToInt(a -> a.alerts().size())
              .sum();
      if (got != entry.getValue()) {
        return "%s got %d alerts (expected: %d)".formatted(entry.getKey(), got, entry.getValue());
      }
    }
    return "";
  }

  private static boolean same(List<?> wanted, Arrival arrival) {
    return wanted.size() == arrival.alerts().size()
        && wanted.stream()
            .allMatch(
                want ->
                    arrival.alerts().stream()
                        .anyMatch(got -> sameAlert((Map<?, ?>) want, (Map<?, ?>) got)));
  }

  private static boolean sameAlert(Map<?, ?> want, Map<?, ?> got) {
    boolean resolved = want.containsKey("ends");
    return field(want, "labels").equals(field(got, "labels"))
        && texts(want.get("annotations")).equals(texts(got.get("annotations")))
        && resolved == field(got, "status").equals("resolved")
        && near(want.get("starts"), field(got, "startsAt"))
        && (!resolved || near(want.get("ends"), field(got, "endsAt")));
  }

  private static boolean near(@Nullable Object seconds, Object time) {
    return seconds == null
        || Math.abs(ms(seconds) - Instant.parse(String.valueOf(time)).toEpochMilli())
            <= TOLERANCE_MS;
  }
}
