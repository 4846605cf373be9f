package io.hmsops.server.notify;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Posts to webhooks. Follows no redirects: alerts do not wander to hosts nobody named. */
final class WebhookTransport implements Transport, AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** Made for the first webhook: it loads the JDK's TLS, a third of the time of a start. */
  private @Nullable HttpClient client;

  private synchronized HttpClient client() {
    HttpClient known = client;
    if (known == null) {
      known =
          HttpClient.newBuilder()
              .connectTimeout(CONNECT_TIMEOUT)
              .followRedirects(HttpClient.Redirect.NEVER)
              .version(HttpClient.Version.HTTP_1_1)
              .build();
      client = known;
    }
    return known;
  }

  @Override
  public Outcome post(Receiver.Webhook webhook, String body) throws InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(webhook.url())
            .timeout(Duration.ofMillis(webhook.timeoutMs()))
            .header("Content-Type", "application/json")
            .header("User-Agent", "HMS-OPS")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    webhook.authorization().ifPresent(value -> request.header("Authorization", value));
    try {
      int status =
          client().send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
      String detail = webhook + " answered " + status;
      if (status / 100 == 2) {
        return new Outcome(Kind.DELIVERED, detail);
      }
      // As Alertmanager: a server's trouble may pass, any other answer is final.
      return new Outcome(status / 100 == 5 ? Kind.RETRY : Kind.FAILED, detail);
    } catch (IOException e) {
      return new Outcome(Kind.RETRY, "%s: %s".formatted(webhook, e));
    }
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.shutdownNow();
    }
  }
}
