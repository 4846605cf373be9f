package io.hmsops.server.notify;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Posts to webhooks. Follows no redirects: alerts do not wander to hosts nobody named. */
final class WebhookTransport implements Transport, AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .version(HttpClient.Version.HTTP_1_1)
          .build();

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
          client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
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
  public void close() {
    client.shutdownNow();
  }
}
