package io.hmsops.server.api;

import io.hmsops.server.http.HttpRequest;
import io.hmsops.server.http.HttpResponse;
import io.hmsops.server.notify.Json;
import io.hmsops.server.playbook.PlaybookRunner;
import io.hmsops.server.playbook.RunAnswer;
import io.hmsops.server.timeline.NoteService;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** {@code POST /run/<playbook>} and {@code POST /api/note}. */
final class HealingEndpoints {
  private static final String BEARER = "Bearer ";

  private final ApiContext context;

  HealingEndpoints(ApiContext context) {
    this.context = context;
  }

  HttpResponse run(HttpRequest request) {
    if (isFromPage(request)) {
      return HttpResponse.text(403, "playbooks are not run for web pages of other origins\n");
    }
    PlaybookRunner runner = context.services().alerting().playbooks().orElse(null);
    if (runner == null) {
      return HttpResponse.text(404, "there are no playbooks here\n");
    }
    RunAnswer answer =
        runner.run(
            request.pathParameter("playbook"), new String(request.body(), StandardCharsets.UTF_8));
    return JsonBody.response(
        answer.status(),
        json -> {
          json.writeStartObject();
          json.writeStringProperty("message", answer.message());
          json.writeArrayPropertyStart("started");
          answer.started().forEach(json::writeString);
          json.writeEndArray();
          json.writeArrayPropertyStart("refused");
          answer.refused().forEach(json::writeString);
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  HttpResponse note(HttpRequest request) {
    if (isFromPage(request)) {
      return HttpResponse.text(403, "notes are not taken from web pages of other origins\n");
    }
    NoteService notes = context.services().alerting().notes().orElse(null);
    if (notes == null) {
      return HttpResponse.text(404, "notes are not kept here\n");
    }
    Map<?, ?> body = body(request);
    String token = request.header("Authorization").orElse("");
    NoteService.NoteAnswer answer =
        notes.post(
            text(body, "alert"),
            text(body, "action"),
            request.remote().getAddress(),
            token.startsWith(BEARER) ? token.substring(BEARER.length()) : "");
    return noteAnswer(answer.status(), answer.message(), answer.nearest());
  }

  private static Map<?, ?> body(HttpRequest request) {
    try {
      Object value = Json.parse(new String(request.body(), StandardCharsets.UTF_8));
      return value instanceof Map<?, ?> map ? map : Map.of();
    } catch (IOException e) {
      // A note without its parts is refused below with what it needs.
      return Map.of();
    }
  }

  private static String text(Map<?, ?> body, String name) {
    return body.get(name) instanceof String text ? text : "";
  }

  private static HttpResponse noteAnswer(int status, String message, List<String> nearest) {
    return JsonBody.response(
        status,
        json -> {
          json.writeStartObject();
          json.writeStringProperty("message", message);
          if (!nearest.isEmpty()) {
            json.writeArrayPropertyStart("nearest");
            nearest.forEach(json::writeString);
            json.writeEndArray();
          }
          json.writeEndObject();
        });
  }

  /**
   * A page that someone on this machine looks at could otherwise post here in his name: a browser
   * says where such a request comes from, a script does not.
   */
  private static boolean isFromPage(HttpRequest request) {
    return request.header("Origin").isPresent()
        || request.header("Sec-Fetch-Site").filter(site -> !site.equals("same-origin")).isPresent();
  }
}
