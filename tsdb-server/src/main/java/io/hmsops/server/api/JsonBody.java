package io.hmsops.server.api;

import io.hmsops.server.http.HttpResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/** Writes JSON to clients as it is made. */
final class JsonBody {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
          .disable(StreamWriteFeature.AUTO_CLOSE_CONTENT)
          .build();

  private JsonBody() {}

  static HttpResponse response(int status, Answer.Data value) {
    return HttpResponse.stream(status, "application/json", out -> write(out, value));
  }

  /** {@return an answer with the result of a query} */
  static HttpResponse response(Consumer<JsonWriter> value) {
    return HttpResponse.stream(
        200,
        "application/json",
        out -> {
          try {
            JsonWriter json = new JsonWriter(out);
            value.accept(json);
            json.flush();
          } catch (UncheckedIOException e) {
            throw e.getCause();
          }
        });
  }

  private static void write(OutputStream out, Answer.Data value) throws IOException {
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
      value.write(json);
    } catch (JacksonIOException e) {
      throw e.getCause();
    }
  }
}
