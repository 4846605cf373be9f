package io.hmsops.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

class RemoteWriteEncoderTest {

  /** A series as another reader of protobuf sees it. */
  private record Read(List<String> labels, double value, long timestampMs) {}

  @Test
  void anotherProtobufReaderSeesTheSameSeries() throws IOException {
    RemoteWriteEncoder encoder = new RemoteWriteEncoder();
    String[] labels = {"__name__", "up", "job", "grüße ".repeat(40)};
    double[] values = {1.5, 0, -0.0, Double.NaN, Double.NEGATIVE_INFINITY};
    List<Read> expected = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      long timestampMs = 1_795_321_828_509L + i;
      encoder.add(RemoteWriteEncoder.labels(labels), timestampMs, values[i]);
      expected.add(new Read(List.of(labels), values[i], timestampMs));
    }

    int length = encoder.compress();
    List<Read> read = read(Snappy.uncompress(Arrays.copyOf(encoder.compressed(), length)));

    assertThat(read).isEqualTo(expected);
  }

  @Test
  void aClearedEncoderStartsAnew() throws IOException {
    RemoteWriteEncoder encoder = new RemoteWriteEncoder();
    byte[] labels = RemoteWriteEncoder.labels(new String[] {"__name__", "up"});
    for (int i = 0; i < 10_000; i++) {
      encoder.add(labels, i, i);
    }
    encoder.clear();
    encoder.add(labels, 7, 3);

    int length = encoder.compress();

    assertThat(read(Snappy.uncompress(Arrays.copyOf(encoder.compressed(), length))))
        .containsExactly(new Read(List.of("__name__", "up"), 3, 7));
  }

  private static List<Read> read(byte[] message) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(message);
    List<Read> series = new ArrayList<>();
    while (!in.isAtEnd()) {
      assertThat(WireFormat.getTagFieldNumber(in.readTag())).isEqualTo(1);
      series.add(readSeries(in.readByteArray()));
    }
    return series;
  }

  private static Read readSeries(byte[] message) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(message);
    List<String> labels = new ArrayList<>();
    double value = 0;
    long timestampMs = 0;
    while (!in.isAtEnd()) {
      int field = WireFormat.getTagFieldNumber(in.readTag());
      CodedInputStream part = CodedInputStream.newInstance(in.readByteArray());
      while (!part.isAtEnd()) {
        int tag = part.readTag();
        if (field == 1) {
          labels.add(part.readString());
        } else if (WireFormat.getTagFieldNumber(tag) == 1) {
          value = part.readDouble();
        } else {
          timestampMs = part.readInt64();
        }
      }
    }
    return new Read(labels, value, timestampMs);
  }
}
