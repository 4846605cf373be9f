package io.hmsops.server.api;

import io.hmsops.server.http.HttpRequest;
import io.hmsops.server.http.HttpResponse;
import io.hmsops.server.telemetry.MetricsText;
import java.io.IOException;

/** Health, readiness, reload and the own metrics. */
final class LifecycleEndpoints {
  private final ApiContext context;
  private final MetricsText metrics;

  LifecycleEndpoints(ApiContext context) {
    this.context = context;
    this.metrics = new MetricsText(context.registry());
  }

  HttpResponse healthy(HttpRequest request) {
    return HttpResponse.text(200, "Prometheus Server is Healthy.\n");
  }

  HttpResponse ready(HttpRequest request) {
    Readiness readiness = context.services().readiness().get();
    return readiness == Readiness.READY
        ? HttpResponse.text(200, "Prometheus Server is Ready.\n")
        : unavailable(readiness);
  }

  static HttpResponse unavailable(Readiness readiness) {
    return HttpResponse.text(503, "Service Unavailable")
        .with("X-Prometheus-Stopping", Boolean.toString(readiness == Readiness.STOPPING));
  }

  HttpResponse metrics(HttpRequest request) {
    String accept = request.header("Accept").orElse("");
    return HttpResponse.stream(200, metrics.contentType(accept), out -> metrics.write(accept, out));
  }

  HttpResponse reload(HttpRequest request) {
    // Upstream's scripts may use PUT as well, and find it closed as there; operators here use POST.
    boolean isOperator = request.method().equals("POST") && Operators.isHere(request);
    if (!context.options().lifecycleEnabled() && !isOperator) {
      return HttpResponse.text(403, "Lifecycle API is not enabled.");
    }
    try {
      context.services().reloader().reload();
      return HttpResponse.text(200, "");
    } catch (IOException e) {
      return HttpResponse.text(500, "failed to reload config: %s\n".formatted(e.getMessage()));
    }
  }

  /** Closed as upstream's is by default; a server is stopped by a signal. */
  HttpResponse quit(HttpRequest request) {
    return context.options().lifecycleEnabled()
        ? HttpResponse.text(501, "not supported: quit; send the process a TERM signal\n")
        : HttpResponse.text(403, "Lifecycle API is not enabled.");
  }

  HttpResponse wrongMethod(HttpRequest request) {
    return HttpResponse.text(405, "Only POST or PUT requests allowed").with("Allow", "POST, PUT");
  }
}
