package io.hmsops.server.api;

import io.hmsops.query.function.GoText;
import io.hmsops.server.http.Handler;
import io.hmsops.server.http.HttpRequest;
import io.hmsops.server.http.HttpResponse;
import io.hmsops.tsdb.storage.CancelledException;
import io.hmsops.tsdb.storage.TsdbException;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;

/** Puts the answer of an endpoint into the envelope of the API. */
final class ApiHandler implements Handler {
  /** One endpoint. */
  @FunctionalInterface
  interface Endpoint {
    /**
     * {@return the answer}
     *
     * @throws ApiException if there is none
     */
    Answer answer(HttpRequest request) throws IOException, InterruptedException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(ApiHandler.class);
  private static final int MAX_ANNOTATIONS = 10;

  private final Endpoint endpoint;

  ApiHandler(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public HttpResponse handle(HttpRequest request) throws IOException, InterruptedException {
    return Cors.allow(request, respond(request));
  }

  private HttpResponse respond(HttpRequest request) throws IOException, InterruptedException {
    try {
      return success(endpoint.answer(request));
    } catch (ApiException e) {
      return error(e.kind(), e.text());
    } catch (CancelledException e) {
      return error(ErrorKind.CANCELED, String.valueOf(e.getMessage()));
    } catch (TsdbException e) {
      LOG.warn("{} failed in the store", request, e);
      return error(ErrorKind.INTERNAL, String.valueOf(e.getMessage()));
    }
  }

  static HttpResponse error(ErrorKind kind, String message) {
    return JsonBody.response(
        kind.status(),
        json -> {
          json.writeStartObject();
          json.writeStringProperty("status", "error");
          json.writeStringProperty("errorType", kind.text());
          json.writeStringProperty("error", GoText.wellFormed(message));
          json.writeEndObject();
        });
  }

  // NO_DATA is a mark: it is this object that means "nothing".
  @SuppressWarnings("ReferenceEquality")
  private static HttpResponse success(Answer answer) {
    if (answer.data() == Answer.NO_DATA) {
      return HttpResponse.empty(204);
    }
    if (answer.data() instanceof Answer.Result result) {
      return JsonBody.response(json -> writeResult(json, answer, result));
    }
    return JsonBody.response(
        200,
        json -> {
          json.writeStartObject();
          json.writeStringProperty("status", "success");
          json.writeName("data");
          answer.data().write(json);
          writeTexts(json, "warnings", "warning", answer.warnings());
          writeTexts(json, "infos", "info", answer.infos());
          json.writeEndObject();
        });
  }

  private static void writeResult(JsonWriter json, Answer answer, Answer.Result result) {
    json.writeStartObject();
    json.writeStringProperty("status", "success");
    json.writeName("data");
    result.writer().accept(json);
    writeTexts(json, "warnings", "warning", answer.warnings());
    writeTexts(json, "infos", "info", answer.infos());
    json.writeEndObject();
  }

  private static void writeTexts(JsonWriter json, String name, String kind, List<String> texts) {
    if (texts.isEmpty()) {
      return;
    }
    json.writeArrayPropertyStart(name);
    texts.stream().limit(MAX_ANNOTATIONS).forEach(json::writeString);
    if (texts.size() > MAX_ANNOTATIONS) {
      json.writeString(omitted(kind, texts));
    }
    json.writeEndArray();
  }

  private static String omitted(String kind, List<String> texts) {
    return "%d more %s annotations omitted".formatted(texts.size() - MAX_ANNOTATIONS, kind);
  }

  private static void writeTexts(JsonGenerator json, String name, String kind, List<String> texts) {
    if (texts.isEmpty()) {
      return;
    }
    json.writeArrayPropertyStart(name);
    texts.stream().limit(MAX_ANNOTATIONS).forEach(json::writeString);
    if (texts.size() > MAX_ANNOTATIONS) {
      json.writeString(omitted(kind, texts));
    }
    json.writeEndArray();
  }
}
