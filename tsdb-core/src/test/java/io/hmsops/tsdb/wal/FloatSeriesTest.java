package io.hmsops.tsdb.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.testing.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FloatSeriesTest {
  private static final long LSN = 7;
  private static final String[] VALUES = {"GET", "200", "é", ""};
  private static final long[] CHUNK = {10_000, Double.doubleToRawLongBits(1.5), 0x8000L << 48};

  private final FloatSeriesEncoder encoder = new FloatSeriesEncoder();

  private void series(long ref, boolean open, int... labels) {
    encoder.beginSeries(ref, LSN + ref, 12_000, true, 2.5, open, labels.length);
    for (int label : labels) {
      if (!encoder.label(label)) {
        byte[] utf8 = VALUES[label].getBytes(StandardCharsets.UTF_8);
        encoder.newLabel(label, label % 2, "name" + label % 2, utf8, 0, utf8.length);
      }
    }
    encoder.beginChunks(open ? 2 : 1);
    encoder.chunk(2, false, 11_000, CHUNK, 0, 17);
    if (open) {
      encoder.chunk(3, false, 12_000, CHUNK, 0, 18);
      encoder.open(139, 0x0b34, 1_000);
    }
  }

  private static FloatSeriesReader reader(byte[] payload) throws MalformedDataException {
    FloatSeriesReader reader = new FloatSeriesReader(LSN);
    reader.begin(new ByteReader(payload, 0, payload.length));
    return reader;
  }

  private static List<String> read(FloatSeriesReader in) throws MalformedDataException {
    List<String> told = new ArrayList<>();
    while (in.nextSeries()) {
      StringBuilder series = new StringBuilder();
      series.append(
          "%d of batch %d, newest %d=%s {"
              .formatted(in.ref(), in.batch(), in.newestMs(), in.newestValue()));
      for (int i = 0; i < in.labelCount(); i++) {
        int label = in.labels()[i];
        String value =
            new String(
                in.bytes(), in.valueOffset(label), in.valueLength(label), StandardCharsets.UTF_8);
        series.append("%s=%s ".formatted(in.name(in.nameOf(label)), value));
      }
      series.append('}');
      while (in.nextChunk()) {
        series.append(
            " %d to %d in %d %x"
                .formatted(
                    in.samples(),
                    in.maxTimeMs(),
                    in.lengthBytes(),
                    in.bytes()[in.offset() + in.lengthBytes() - 1]));
        if (in.isOpen()) {
          series.append(" open %d %x %d".formatted(in.bits(), in.window(), in.deltaMs()));
        }
      }
      told.add(series.toString());
    }
    return told;
  }

  @Test
  void seriesAreReadAsTheyWereWritten() throws MalformedDataException {
    encoder.begin(LSN, 1000, 2000);
    series(3, false, 0, 1);
    series(4, true, 2, 1);
    series(900, true);
    FloatSeriesReader in = reader(encoder.payload().toByteArray());

    assertThat(in.knownSeries()).isEqualTo(1000);
    assertThat(in.knownLabels()).isEqualTo(2000);
    assertThat(in.distinctLabels()).isEqualTo(3);
    assertThat(read(in))
        .containsExactly(
            "3 of batch 10, newest 12000=2.5 {name0=GET name1=200 } 2 to 11000 in 17 80",
            "4 of batch 11, newest 12000=2.5 {name0=é name1=200 } 2 to 11000 in 17 80"
                + " 3 to 12000 in 18 0 open 139 b34 1000",
            "900 of batch 907, newest 12000=2.5 {} 2 to 11000 in 17 80"
                + " 3 to 12000 in 18 0 open 139 b34 1000");
  }

  @Test
  void aReaderGoesOnWithTheNextFrame() throws MalformedDataException {
    FloatSeriesReader in = new FloatSeriesReader(LSN);
    for (int frame = 0; frame < 3; frame++) {
      encoder.begin(LSN, 1000, 2000);
      series(3, true, 0, 1);
      if (frame == 1) {
        series(5, false, 2, 3);
      }
      byte[] payload = encoder.payload().toByteArray();
      in.begin(new ByteReader(payload, 0, payload.length));

      assertThat(in.distinctLabels()).isEqualTo(frame == 1 ? 4 : 2);
      assertThat(read(in)).isEqualTo(read(reader(payload)));
      assertThat(in.count()).isEqualTo(frame == 1 ? 2 : 1);
    }
  }

  /** The example of {@code docs/format/checkpoint.md}. */
  @Test
  void theExampleOfTheFormatIsWhatIsWritten() {
    encoder.begin(LSN, 1, 2);
    series(3, true, 0, 1);

    assertThat(HexFormat.ofDelimiter(" ").formatHex(encoder.payload().toByteArray()))
        .isEqualTo(
            "01 02 02 05 6e 61 6d 65 30 05 6e 61 6d 65 31 02 00 03 47 45 54 01 03 32 30 30"
                + " 03 03 03 c0 bb 01 00 00 00 00 00 00 04 40 02 00 01"
                + " 02 04 d0 0f 11 00 00 00 00 00 00 27 10 3f f8 00 00 00 00 00 00 80"
                + " 06 00 12 00 00 00 00 00 00 27 10 3f f8 00 00 00 00 00 00 80 00"
                + " 8b 01 b4 16 d0 0f");
  }

  @Test
  void whatIsNotAFrameIsSaidToBeMalformed() throws MalformedDataException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    encoder.begin(LSN, 1, 2);
    series(3, true, 0, 1);
    series(5, false, 2, 3);
    byte[] payload = encoder.payload().toByteArray();
    for (int cut = 0; cut < payload.length; cut++) {
      byte[] bytes = java.util.Arrays.copyOf(payload, cut);
      if (cut != endOfFirst(payload) && cut != endOfLabels(payload)) {
        assertThatThrownBy(() -> reader(bytes).readAll())
            .as("cut at %d", cut)
            .isInstanceOf(MalformedDataException.class);
      }
    }
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = payload.clone();
      for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        read(reader(bytes));
      } catch (MalformedDataException e) {
        assertThat(e).as("seed=%d, round %d", seed, round).hasMessageContaining("expected");
      }
    }
  }

  private static int endOfLabels(byte[] payload) throws MalformedDataException {
    return reader(payload).position();
  }

  private static int endOfFirst(byte[] payload) throws MalformedDataException {
    FloatSeriesReader in = reader(payload);
    assertThat(in.nextSeries()).isTrue();
    while (in.nextChunk()) {
      assertThat(in.samples()).isPositive();
    }
    return in.position();
  }
}
