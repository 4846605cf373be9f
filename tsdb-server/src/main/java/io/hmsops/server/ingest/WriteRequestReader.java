package io.hmsops.server.ingest;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.hmsops.server.http.HttpException;
import io.hmsops.tsdb.labels.Label;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.Metadata;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a {@code prometheus.WriteRequest} field by field. Unknown fields are skipped. */
final class WriteRequestReader {
  private static final int TIME_SERIES = 1;
  private static final int METADATA = 3;

  /** The types of families by number. */
  private static final List<String> TYPES =
      List.of(
          "unknown",
          "counter",
          "gauge",
          "histogram",
          "gaugehistogram",
          "summary",
          "info",
          "stateset");

  private static final int LABELS = 1;
  private static final int SAMPLES = 2;
  private static final int EXEMPLARS = 3;
  private static final int HISTOGRAMS = 4;

  private final CodedInputStream input;

  private WriteRequestReader(CodedInputStream input) {
    this.input = input;
  }

  /**
   * {@return the series of a request}
   *
   * @throws HttpException 400 if it is not such a message
   */
  static WriteBatch read(byte[] message, int length) {
    WriteBatch batch = new WriteBatch();
    try {
      CodedInputStream input = CodedInputStream.newInstance(message, 0, length);
      for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
        if (tag == lengthDelimited(TIME_SERIES)) {
          int outer = input.pushLimit(input.readRawVarint32());
          new WriteRequestReader(input).readSeries(batch);
          input.popLimit(outer);
        } else if (tag == lengthDelimited(METADATA)) {
          int outer = input.pushLimit(input.readRawVarint32());
          new WriteRequestReader(input).readMetadata(batch);
          input.popLimit(outer);
        } else {
          skip(input, tag);
        }
      }
      return batch;
    } catch (IOException | IllegalArgumentException e) {
      throw malformed(e);
    }
  }

  private static HttpException malformed(Exception e) {
    return new HttpException(400, "prometheus.WriteRequest: %s\n".formatted(e.getMessage()));
  }

  /**
   * Reads one series of a request.
   *
   * @throws HttpException 400 if it is not such a message
   */
  static void readSeries(byte[] message, int from, int to, WriteBatch batch) {
    try {
      CodedInputStream input = CodedInputStream.newInstance(message, from, to - from);
      new WriteRequestReader(input).readSeries(batch);
    } catch (IOException | IllegalArgumentException e) {
      throw malformed(e);
    }
  }

  /**
   * Reads the metadata of one family of a request.
   *
   * @throws HttpException 400 if it is not such a message
   */
  static void readMetadata(byte[] message, int from, int to, WriteBatch batch) {
    try {
      CodedInputStream input = CodedInputStream.newInstance(message, from, to - from);
      new WriteRequestReader(input).readMetadata(batch);
    } catch (IOException | IllegalArgumentException e) {
      throw malformed(e);
    }
  }

  /**
   * {@return the labels of a series, of which only the label fields are given; empty if they are
   * not valid ones}
   *
   * @throws HttpException 400 if they are not such fields
   */
  static Optional<Labels> readLabels(byte[] message, int from, int to) {
    WriteBatch batch = new WriteBatch();
    readSeries(message, from, to, batch);
    return batch.seriesList().getFirst().validLabels();
  }

  private void readMetadata(WriteBatch batch) throws IOException {
    int type = 0;
    String family = "";
    String help = "";
    String unit = "";
    for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
      switch (tag) {
        case 1 << 3 | WireFormat.WIRETYPE_VARINT -> type = input.readEnum();
        case 2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> family = readText();
        case 4 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> help = readText();
        case 5 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> unit = readText();
        default -> skip(input, tag);
      }
    }
    boolean known = type >= 0 && type < TYPES.size();
    batch.addMetadata(family, new Metadata(TYPES.get(known ? type : 0), unit, help));
  }

  private void readSeries(WriteBatch batch) throws IOException {
    WriteBatch.Series series = batch.newSeries();
    for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
      boolean message = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      int field = message ? WireFormat.getTagFieldNumber(tag) : 0;
      if (field < LABELS || field > HISTOGRAMS) {
        skip(input, tag);
        continue;
      }
      int outer = input.pushLimit(input.readRawVarint32());
      switch (field) {
        case LABELS -> series.add(readLabel());
        case SAMPLES -> readSample(series);
        case EXEMPLARS -> readExemplar(series);
        default -> readHistogram(series);
      }
      input.popLimit(outer);
    }
  }

  private void readHistogram(WriteBatch.Series series) throws IOException {
    HistogramFields fields = new HistogramFields();
    fields.read(input);
    Histogram histogram;
    try {
      histogram = fields.toHistogram();
    } catch (IllegalArgumentException e) {
      throw new HttpException(400, e.getMessage() + "\n");
    }
    series.add(fields.timestampMs(), histogram);
  }

  private Label readLabel() throws IOException {
    String name = "";
    String value = "";
    for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
      switch (tag) {
        case 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> name = readText();
        case 2 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> value = readText();
        default -> skip(input, tag);
      }
    }
    return new Label(name, value);
  }

  /**
   * Text that is not UTF-8 is marked by {@link WriteBatch#INVALID_TEXT}: its series is left out.
   */
  private String readText() throws IOException {
    byte[] bytes = input.readByteArray();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return WriteBatch.INVALID_TEXT;
    }
  }

  private void readSample(WriteBatch.Series series) throws IOException {
    double value = 0;
    long timestampMs = 0;
    for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
      switch (tag) {
        case 1 << 3 | WireFormat.WIRETYPE_FIXED64 -> value = readDouble();
        case 2 << 3 | WireFormat.WIRETYPE_VARINT -> timestampMs = input.readInt64();
        default -> skip(input, tag);
      }
    }
    series.add(timestampMs, value);
  }

  private void readExemplar(WriteBatch.Series series) throws IOException {
    List<Label> labels = new ArrayList<>();
    double value = 0;
    long timestampMs = 0;
    for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
      switch (tag) {
        case 1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED -> {
          int outer = input.pushLimit(input.readRawVarint32());
          labels.add(readLabel());
          input.popLimit(outer);
        }
        case 2 << 3 | WireFormat.WIRETYPE_FIXED64 -> value = readDouble();
        case 3 << 3 | WireFormat.WIRETYPE_VARINT -> timestampMs = input.readInt64();
        default -> skip(input, tag);
      }
    }
    series.addExemplar(labels, value, timestampMs);
  }

  /** By its bits: a conversion could lose a staleness marker. */
  private double readDouble() throws IOException {
    return Double.longBitsToDouble(input.readFixed64());
  }

  private static int lengthDelimited(int field) {
    return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }

  static void skip(CodedInputStream input, int tag) throws IOException {
    if (!input.skipField(tag)) {
      throw new IOException("unexpected end of a group");
    }
  }
}
