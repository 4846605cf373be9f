package io.hmsops.server.ingest;

import static io.hmsops.server.ingest.ProtobufMessage.label;
import static io.hmsops.server.ingest.ProtobufMessage.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.server.http.HttpException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The columns say of a request what the field by field reader says. */
class RequestColumnsTest {
  private final RequestColumns columns = new RequestColumns(LabelHash.seeded());

  private static byte[] sample(Random random) throws IOException {
    return message(
        out -> {
          if (random.nextInt(8) > 0) {
            out.writeDouble(1, Double.longBitsToDouble(random.nextLong()));
          }
          if (random.nextInt(8) > 0) {
            out.writeInt64(2, random.nextLong() >> random.nextInt(64));
          }
          if (random.nextInt(30) == 0) {
            out.writeInt32(77, 5);
          }
        });
  }

  private static byte[] series(Random random, int number) throws IOException {
    return message(
        out -> {
          boolean mixed = random.nextInt(20) == 0;
          if (mixed) {
            out.writeByteArray(2, sample(random));
          }
          out.writeByteArray(1, label("__name__", "metric_" + number));
          for (int i = random.nextInt(4); i > 0; i--) {
            out.writeByteArray(1, label("label" + i, "x".repeat(random.nextInt(200))));
          }
          for (int i = random.nextInt(4); i > 0; i--) {
            out.writeByteArray(2, sample(random));
          }
          if (random.nextInt(20) == 0) {
            out.writeInt64(9, 9);
          }
        });
  }

  private static byte[] request(Random random) throws IOException {
    return message(
        out -> {
          for (int i = random.nextInt(12); i > 0; i--) {
            out.writeByteArray(1, series(random, i));
            if (random.nextInt(10) == 0) {
              out.writeByteArray(3, new byte[] {8, 1});
            }
          }
        });
  }

  /** What both readers say of a request, in one form. */
  private record Read(String labels, List<Long> times, List<Long> valueBits) {}

  private static Read of(WriteBatch.Series series) {
    List<Long> bits = new ArrayList<>();
    for (double value : series.values()) {
      bits.add(Double.doubleToRawLongBits(value));
    }
    return new Read(
        series.validLabels().toString(),
        Arrays.stream(series.timestampsMs()).boxed().toList(),
        bits);
  }

  private List<Read> read(byte[] message) {
    List<Read> all = new ArrayList<>();
    for (int i = 0; i < columns.seriesCount(); i++) {
      List<Long> times = new ArrayList<>();
      List<Long> bits = new ArrayList<>();
      for (int s = columns.firstSample(i); s < columns.sampleEnd(i); s++) {
        times.add(columns.timestampMs(s));
        bits.add(Double.doubleToRawLongBits(columns.value(s)));
      }
      String labels =
          WriteRequestReader.readLabels(message, columns.labelsStart(i), columns.labelsEnd(i))
              .toString();
      all.add(new Read(labels, times, bits));
    }
    WriteBatch others = new WriteBatch();
    for (int i = 0; i < columns.otherCount(); i++) {
      WriteRequestReader.readSeries(message, columns.otherStart(i), columns.otherEnd(i), others);
    }
    for (int i = 0; i < columns.metadataCount(); i++) {
      WriteRequestReader.readMetadata(
          message, columns.metadataStart(i), columns.metadataEnd(i), others);
    }
    others.seriesList().forEach(series -> all.add(of(series)));
    return all;
  }

  @Test
  void agreesWithTheOtherReader() throws IOException {
    long seed = Long.getLong("seed", 4);
    Random random = new Random(seed);
    int simple = 0;
    for (int round = 0; round < 2_000; round++) {
      byte[] message = request(random);
      assertThat(columns.read(message, message.length)).as("seed=%d", seed).isTrue();
      simple += columns.seriesCount();
      List<Read> expected =
          WriteRequestReader.read(message, message.length).seriesList().stream()
              .map(RequestColumnsTest::of)
              .toList();
      assertThat(read(message))
          .as("seed=%d, round %d", seed, round)
          .containsExactlyInAnyOrderElementsOf(expected);
    }
    assertThat(simple).isGreaterThan(5_000);
  }

  @Test
  void whatTheOtherReaderRefusesIsNotTaken() throws IOException {
    long seed = Long.getLong("seed", 5);
    Random random = new Random(seed);
    int refused = 0;
    for (int round = 0; round < 3_000; round++) {
      byte[] message = request(random);
      if (message.length == 0) {
        continue;
      }
      for (int i = 1 + random.nextInt(3); i > 0; i--) {
        message[random.nextInt(message.length)] = (byte) random.nextInt();
      }
      int length = 1 + random.nextInt(message.length);
      byte[] cut = Arrays.copyOf(message, length);
      String problem = problemOf(cut);
      if (!problem.isEmpty()) {
        refused++;
        assertThatThrownBy(() -> readAll(cut))
            .as("seed=%d, round %d", seed, round)
            .isInstanceOf(HttpException.class);
      } else {
        readAll(cut);
      }
    }
    assertThat(refused).isGreaterThan(500);
  }

  private void readAll(byte[] message) {
    if (columns.read(message, message.length)) {
      List<Read> _ = read(message);
    } else {
      WriteBatch _ = WriteRequestReader.read(message, message.length);
    }
  }

  private static String problemOf(byte[] message) {
    try {
      WriteBatch _ = WriteRequestReader.read(message, message.length);
      return "";
    } catch (HttpException e) {
      return e.text();
    }
  }
}
