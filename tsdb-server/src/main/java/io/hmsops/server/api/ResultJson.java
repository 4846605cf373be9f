package io.hmsops.server.api;

import io.hmsops.query.engine.QueryResult;
import io.hmsops.query.function.GoFormat;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Writes query results, sample by sample. */
final class ResultJson {
  private final JsonWriter json;
  private final TimeTexts times = new TimeTexts();

  ResultJson(JsonWriter json) {
    this.json = json;
  }

  /** Writes the properties {@code resultType} and {@code result} of an object that is open. */
  void write(QueryResult.Value value) {
    switch (value) {
      case QueryResult.Scalar(long timestampMs, double number) -> {
        begin("scalar");
        // Never with an exponent, unlike the values of series.
        writePoint(timestampMs, GoFormat.plain(number));
      }
      case QueryResult.Text(long timestampMs, String text) -> {
        begin("string");
        writePoint(timestampMs, text);
      }
      case QueryResult.Vector(List<QueryResult.Sample> samples) -> {
        begin("vector");
        json.writeStartArray();
        samples.forEach(this::writeSample);
        json.writeEndArray();
      }
      case QueryResult.Matrix(List<QueryResult.Points> series) -> {
        begin("matrix");
        json.writeStartArray();
        series.forEach(this::writeSeries);
        json.writeEndArray();
      }
    }
  }

  private void begin(String type) {
    json.writeStringProperty("resultType", type);
    json.writeName("result");
  }

  private void writeLabels(Labels labels) {
    json.writeStartObject();
    for (int i = 0; i < labels.size(); i++) {
      json.writeStringProperty(labels.name(i), labels.value(i));
    }
    json.writeEndObject();
  }

  /** Writes labels as an object. */
  static void writeLabels(JsonGenerator json, Labels labels) {
    json.writeStartObject();
    for (int i = 0; i < labels.size(); i++) {
      json.writeStringProperty(labels.name(i), labels.value(i));
    }
    json.writeEndObject();
  }

  private void writeSample(QueryResult.Sample sample) {
    json.writeStartObject();
    json.writeName("metric");
    writeLabels(sample.labels());
    Histogram histogram = sample.histogram();
    if (histogram == null) {
      json.writeName("value");
      json.writePoint(sample.timestampMs(), sample.value());
    } else {
      json.writeName("histogram");
      writePoint(sample.timestampMs(), histogram);
    }
    json.writeEndObject();
  }

  private void writeSeries(QueryResult.Points points) {
    json.writeStartObject();
    json.writeName("metric");
    writeLabels(points.labels());
    @Nullable Histogram @Nullable [] histograms = points.histograms();
    long[] timestampsMs = points.timestampsMs();
    double[] values = points.values();
    times.expect(timestampsMs.length);
    boolean open = false;
    for (int i = 0; i < timestampsMs.length; i++) {
      if (histograms == null || histograms[i] == null) {
        open = openArray(open, "values");
        json.writePoint(times, i, timestampsMs[i], values[i]);
      }
    }
    closeArray(open);
    if (histograms != null) {
      writeHistograms(timestampsMs, histograms);
    }
    json.writeEndObject();
  }

  private void writeHistograms(long[] timestampsMs, @Nullable Histogram[] histograms) {
    boolean open = false;
    for (int i = 0; i < histograms.length; i++) {
      Histogram histogram = histograms[i];
      if (histogram != null) {
        open = openArray(open, "histograms");
        writePoint(timestampsMs[i], histogram);
      }
    }
    closeArray(open);
  }

  private boolean openArray(boolean open, String name) {
    if (!open) {
      json.writeArrayPropertyStart(name);
    }
    return true;
  }

  private void closeArray(boolean open) {
    if (open) {
      json.writeEndArray();
    }
  }

  private void writePoint(long timestampMs, String value) {
    json.writeStartPoint(timestampMs);
    json.writeString(value);
    json.writeEndArray();
  }

  private void writePoint(long timestampMs, Histogram histogram) {
    json.writeStartPoint(timestampMs);
    HistogramJson.write(json, histogram);
    json.writeEndArray();
  }
}
