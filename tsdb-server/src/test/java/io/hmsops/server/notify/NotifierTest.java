package io.hmsops.server.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.hmsops.server.alerting.AlertEvent;
import io.hmsops.server.alerting.OutgoingAlert;
import io.hmsops.tsdb.labels.Labels;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Delivers over a real socket. */
class NotifierTest {
  @TempDir Path directory;

  private final BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
  private final BlockingQueue<AlertEvent> events = new LinkedBlockingQueue<>();
  private final AtomicInteger answers = new AtomicInteger();
  private HttpServer server;
  private volatile int firstStatus = 200;

  NotifierTest() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void start() {
    server.createContext(
        "/hook",
        exchange -> {
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          int status = answers.getAndIncrement() == 0 ? firstStatus : 200;
          exchange.getResponseHeaders().add("Location", "http://127.0.0.1:1/elsewhere");
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private Notifier notifier() throws Exception {
    NotifyConfig config =
        NotifyConfigReader.read(
            "alertmanager.yml",
            "receivers: [{name: hook, webhook_configs: [{url: 'http://127.0.0.1:%d/hook'}]}]"
                .formatted(server.getAddress().getPort()));
    return new Notifier(config, "http://ops", InstantSource.system(), directory, events::add);
  }

  private static OutgoingAlert alert(boolean resolved) {
    long nowMs = InstantSource.system().millis();
    return new OutgoingAlert(
        Labels.of("alertname", "Slow", "pod", "a"),
        Map.of("summary", "s"),
        nowMs - 1_000,
        resolved ? nowMs - 1 : nowMs + 240_000,
        "http://ops/graph");
  }

  private Map<?, ?> nextBody() throws Exception {
    String body = bodies.poll(60, TimeUnit.SECONDS);
    assertThat(body).as("a webhook arrives").isNotNull();
    return (Map<?, ?>) java.util.Objects.requireNonNull(Json.parse(body));
  }

  private AlertEvent nextEvent() throws Exception {
    AlertEvent event = events.poll(60, TimeUnit.SECONDS);
    assertThat(event).as("an event arrives").isNotNull();
    return event;
  }

  @Test
  void aFiringAndThenAResolvedAlertAreToldInVersionFour() throws Exception {
    try (Notifier notifier = notifier()) {
      notifier.accept(List.of(alert(false)));
      Map<?, ?> firing = nextBody();
      assertThat(nextEvent().kind()).isEqualTo(AlertEvent.Kind.NOTIFIED);
      notifier.accept(List.of(alert(true)));
      Map<?, ?> resolved = nextBody();

      assertThat(firing.get("version")).isEqualTo("4");
      assertThat(firing.get("status")).isEqualTo("firing");
      assertThat(firing.get("receiver")).isEqualTo("hook");
      assertThat(firing.get("groupKey")).isEqualTo("{}:{alertname=\"Slow\", pod=\"a\"}");
      assertThat(firing.get("commonLabels")).isEqualTo(Map.of("alertname", "Slow", "pod", "a"));
      Map<?, ?> told =
          (Map<?, ?>) ((List<?>) java.util.Objects.requireNonNull(firing.get("alerts"))).get(0);
      assertThat(told.get("endsAt")).isEqualTo("0001-01-01T00:00:00Z");
      assertThat(told.get("fingerprint")).isEqualTo(alert(false).fingerprint());
      assertThat(resolved.get("status")).isEqualTo("resolved");
    }
  }

  @Test
  void aServersTroubleIsRetried() throws Exception {
    firstStatus = 503;
    try (Notifier notifier = notifier()) {
      notifier.accept(List.of(alert(false)));

      assertThat(nextEvent().kind()).isEqualTo(AlertEvent.Kind.NOTIFIED);
      assertThat(answers.get()).isEqualTo(2);
    }
  }

  @Test
  void aRedirectIsNotFollowedAndIsReported() throws Exception {
    firstStatus = 302;
    try (Notifier notifier = notifier()) {
      notifier.accept(List.of(alert(false)));

      AlertEvent event = nextEvent();
      assertThat(event.kind()).isEqualTo(AlertEvent.Kind.NOT_NOTIFIED);
      assertThat(event.detail()).contains("answered 302");
    }
  }

  @Test
  void aRestartDoesNotTellAgain() throws Exception {
    try (Notifier notifier = notifier()) {
      notifier.accept(List.of(alert(false)));
      nextBody();
      nextEvent();
    }
    try (Notifier notifier = notifier()) {
      notifier.accept(List.of(alert(false)));
      notifier.accept(List.of(alert(true)));

      // The next thing told is the end: the repeated firing was not.
      assertThat(nextBody().get("status")).isEqualTo("resolved");
    }
  }
}
