package io.hmsops.server.api;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/**
 * What an endpoint has to say.
 *
 * @param data writes the value of {@code data}; {@link #NO_DATA} makes the answer a 204
 * @param warnings what questions the answer
 * @param infos what explains it
 */
record Answer(Data data, List<String> warnings, List<String> infos) {
  /** Writes one JSON value. */
  @FunctionalInterface
  interface Data {
    void write(JsonGenerator json) throws IOException;
  }

  /**
   * One JSON value, where writing has to be fast.
   *
   * @param writer writes it
   */
  record Result(Consumer<JsonWriter> writer) implements Data {
    @Override
    public void write(JsonGenerator json) {
      throw new IllegalStateException("a query result for the general writer");
    }
  }

  static final Data NO_DATA = json -> {};

  /** The answer without content. */
  static final Answer NOTHING = of(NO_DATA);

  private static final String TRUNCATED = "results truncated due to limit";

  Answer {
    warnings = List.copyOf(warnings);
    infos = List.copyOf(infos);
  }

  static Answer of(Data data) {
    return new Answer(data, List.of(), List.of());
  }

  /** {@return the texts as an array} */
  static Answer ofTexts(List<String> texts) {
    return of(
        json -> {
          json.writeStartArray();
          texts.forEach(json::writeString);
          json.writeEndArray();
        });
  }

  /** {@return the first texts as an array, with a warning if there were more; 0 means all} */
  static Answer ofTexts(List<String> texts, int limit) {
    return limit > 0 && texts.size() > limit
        ? ofTexts(texts.subList(0, limit)).truncated()
        : ofTexts(texts);
  }

  Answer truncated() {
    return withWarnings(List.of(TRUNCATED));
  }

  /** {@return this with more warnings} */
  Answer withWarnings(List<String> more) {
    if (more.isEmpty()) {
      return this;
    }
    List<String> all = new ArrayList<>(warnings);
    all.addAll(more);
    return new Answer(data, all, infos);
  }
}
