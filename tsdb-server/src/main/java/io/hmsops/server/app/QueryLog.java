package io.hmsops.server.app;

import io.hmsops.query.engine.QueryListener;
import io.hmsops.query.engine.QueryRequest;
import io.hmsops.query.engine.QueryStatistics;
import io.hmsops.query.engine.QueryView;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The query log of {@code global.query_log_file}: one JSON object a line for each query that has
 * ended, with the fields of Prometheus. Thread-safe.
 */
final class QueryLog implements QueryListener, AutoCloseable {
  private static final Logger LOG = System.getLogger(QueryLog.class.getName());

  private final JsonFactory factory = new JsonFactory();
  private final AtomicLong failures = new AtomicLong();
  // Guarded by this.
  private @Nullable OutputStream out;

  /** {@return whether there is a file} */
  synchronized boolean isOpen() {
    return out != null;
  }

  /** {@return how many lines could not be written} */
  long failures() {
    return failures.get();
  }

  /**
   * Writes to a file from now on, at its end; a file that was moved away is begun anew. Nothing
   * changes if the file cannot be opened.
   *
   * @param file the file, null for none
   */
  void open(@Nullable Path file) throws IOException {
    OutputStream next =
        file == null
            ? null
            : new BufferedOutputStream(
                Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    swap(next);
  }

  private synchronized void swap(@Nullable OutputStream next) throws IOException {
    OutputStream former = out;
    out = next;
    if (former != null) {
      former.close();
    }
  }

  @Override
  public void ended(QueryView query) {
    if (!isOpen()) {
      return;
    }
    byte[] line = (json(query) + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      write(line);
    } catch (IOException e) {
      if (failures.getAndIncrement() == 0) {
        LOG.log(Level.ERROR, "the query log cannot be written", e);
      }
    }
  }

  private synchronized void write(byte[] line) throws IOException {
    if (out != null) {
      out.write(line);
      out.flush();
    }
  }

  private String json(QueryView query) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = factory.createGenerator(ObjectWriteContext.empty(), text)) {
      QueryRequest request = query.request();
      long endedMs = query.submittedMs() + query.statistics().totalNanos() / 1_000_000;
      json.writeStartObject();
      json.writeStringProperty("time", Instant.ofEpochMilli(endedMs).toString());
      json.writeStringProperty("level", "INFO");
      json.writeStringProperty("msg", "promql query logged");
      json.writeObjectPropertyStart("params");
      json.writeStringProperty("end", Instant.ofEpochMilli(request.endMs()).toString());
      json.writeStringProperty("query", request.query());
      json.writeStringProperty("start", Instant.ofEpochMilli(request.startMs()).toString());
      json.writeNumberProperty("step", request.stepMs() / 1000);
      json.writeEndObject();
      if (!query.error().isEmpty()) {
        json.writeStringProperty("error", query.error());
      }
      writeStatistics(json, query.statistics());
      if (!request.origin().kind().isEmpty()) {
        json.writeObjectPropertyStart(request.origin().kind());
        request.origin().details().forEach(json::writeStringProperty);
        json.writeEndObject();
      }
      json.writeEndObject();
    }
    return text.toString();
  }

  private static void writeStatistics(JsonGenerator json, QueryStatistics statistics) {
    json.writeObjectPropertyStart("stats");
    json.writeObjectPropertyStart("timings");
    json.writeNumberProperty(
        "evalTotalTime", (statistics.evalNanos() + statistics.sortNanos()) / 1e9);
    json.writeNumberProperty("execQueueTime", statistics.queueNanos() / 1e9);
    json.writeNumberProperty("execTotalTime", statistics.totalNanos() / 1e9);
    json.writeNumberProperty("innerEvalTime", statistics.evalNanos() / 1e9);
    json.writeNumberProperty("queryPreparationTime", statistics.prepareNanos() / 1e9);
    json.writeNumberProperty("resultSortTime", statistics.sortNanos() / 1e9);
    json.writeEndObject();
    json.writeObjectPropertyStart("samples");
    json.writeNumberProperty("peakSamples", statistics.peakSamples());
    json.writeNumberProperty("samplesRead", statistics.readSamples());
    json.writeEndObject();
    json.writeEndObject();
  }

  @Override
  public void close() throws IOException {
    swap(null);
  }
}
