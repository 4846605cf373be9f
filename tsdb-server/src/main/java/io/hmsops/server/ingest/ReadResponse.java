package io.hmsops.server.ingest;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Writes a {@code prometheus.ReadResponse}. Not thread-safe. */
final class ReadResponse {
  private static final int RESULTS = 1;
  private static final int TIMESERIES = 1;
  private static final int LABELS = 1;
  private static final int SAMPLES = 2;
  private static final int HISTOGRAMS = 4;

  private final ByteArrayOutputStream response = new ByteArrayOutputStream();
  private final ByteArrayOutputStream result = new ByteArrayOutputStream();
  private final ByteArrayOutputStream series = new ByteArrayOutputStream();
  private final CodedOutputStream fields = CodedOutputStream.newInstance(series);

  /**
   * Begins a series; one that was begun and not ended, since nothing of it is there, is dropped.
   */
  void startSeries(Labels labels) throws IOException {
    // Of such a series the labels may be in the buffer still.
    fields.flush();
    series.reset();
    for (Label label : labels) {
      int size =
          CodedOutputStream.computeStringSize(1, label.name())
              + CodedOutputStream.computeStringSize(2, label.value());
      startMessage(LABELS, size);
      fields.writeString(1, label.name());
      fields.writeString(2, label.value());
    }
  }

  private void startMessage(int field, int size) throws IOException {
    fields.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    fields.writeUInt32NoTag(size);
  }

  void addSample(long timestampMs, double value) throws IOException {
    long bits = Double.doubleToRawLongBits(value);
    startMessage(
        SAMPLES,
        CodedOutputStream.computeFixed64Size(1, bits)
            + CodedOutputStream.computeInt64Size(2, timestampMs));
    fields.writeFixed64(1, bits);
    fields.writeInt64(2, timestampMs);
  }

  void addSample(long timestampMs, Histogram histogram) throws IOException {
    fields.writeByteArray(HISTOGRAMS, HistogramMessage.of(timestampMs, histogram));
  }

  void endSeries() throws IOException {
    fields.flush();
    add(result, TIMESERIES, series);
  }

  void endResult() throws IOException {
    add(response, RESULTS, result);
    result.reset();
  }

  private static void add(ByteArrayOutputStream to, int field, ByteArrayOutputStream message)
      throws IOException {
    CodedOutputStream out = CodedOutputStream.newInstance(to);
    out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    out.writeUInt32NoTag(message.size());
    out.flush();
    message.writeTo(to);
  }

  /** {@return how many bytes were written so far} */
  long size() {
    return (long) response.size() + result.size();
  }

  byte[] toByteArray() {
    return response.toByteArray();
  }
}
