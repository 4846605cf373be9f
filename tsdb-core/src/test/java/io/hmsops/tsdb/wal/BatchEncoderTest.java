package io.hmsops.tsdb.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.encoding.ByteReader;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.labels.Labels;
import io.hmsops.tsdb.sample.Exemplar;
import io.hmsops.tsdb.sample.Histogram;
import io.hmsops.tsdb.sample.Metadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BatchEncoderTest {
  private final BatchEncoder encoder = new BatchEncoder();

  /** Notes what it is told as text. */
  private static final class Told implements BatchVisitor {
    final List<String> entries = new ArrayList<>();

    @Override
    public void series(long ref, Labels labels) {
      entries.add("series %d %s".formatted(ref, labels));
    }

    @Override
    public void sample(
        long ref, long timestampMs, double value, @Nullable Histogram histogram, long startMs) {
      entries.add(
          "sample %d %d %x %d"
              .formatted(ref, timestampMs, Double.doubleToRawLongBits(value), startMs));
    }

    @Override
    public void exemplar(long ref, Exemplar exemplar) {
      entries.add("exemplar %d %s".formatted(ref, exemplar));
    }

    @Override
    public void metadata(String family, Metadata metadata) {
      entries.add("metadata %s %s".formatted(family, metadata));
    }

    @Override
    public void deletion(long ref, long fromMs, long toMs) {
      entries.add("deletion %d %d %d".formatted(ref, fromMs, toMs));
    }

    @Override
    public void gone(long ref) {
      entries.add("gone %d".formatted(ref));
    }
  }

  @Test
  void floatsInColumnsAreEncodedAsOneByOne() {
    Random random = new Random(7);
    int count = 1000;
    long[] refs = new long[count];
    long[] times = new long[count];
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      // The upper half says how often the reference was used before, which the log does not tell.
      refs[i] = ((long) random.nextInt(3) << Integer.SIZE) | (random.nextInt(5) > 0 ? i + 1 : 9);
      times[i] = random.nextInt(5) > 0 ? 1000 : random.nextLong();
      values[i] = random.nextBoolean() ? random.nextInt(5) : random.nextGaussian();
    }
    encoder.floats(refs, times, values, 3, count - 3);
    byte[] columns = encoder.payload().toByteArray();
    encoder.clear();
    for (int i = 3; i < count - 3; i++) {
      encoder.sample(refs[i] & 0xffff_ffffL, times[i], values[i], null, 0);
    }
    assertThat(columns).isEqualTo(encoder.payload().toByteArray());
  }

  private Told read(byte[] payload) throws MalformedDataException {
    Told told = new Told();
    BatchEncoder.read(new ByteReader(payload, 0, payload.length), new LabelTexts(), told);
    return told;
  }

  private static double value(Random random) {
    return switch (random.nextInt(7)) {
      case 0 -> 0.0;
      case 1 -> -0.0;
      case 2 -> Double.longBitsToDouble(random.nextLong());
      case 3 -> random.nextInt();
      case 4 -> random.nextInt(8192);
      case 5 -> Double.longBitsToDouble(random.nextLong() << random.nextInt(64));
      default -> Double.longBitsToDouble(0x7ff0000000000000L | random.nextLong());
    };
  }

  private static void add(Random random, BatchVisitor into, int i) {
    switch (random.nextInt(13)) {
      case 0 -> into.series(i, Labels.of("__name__", "m", "i", Integer.toString(i)));
      case 1 -> into.deletion(random.nextInt(99), random.nextLong(), random.nextLong());
      case 2 -> into.exemplar(i, new Exemplar(Labels.of("a", "b"), 1.5, random.nextLong()));
      case 3 -> into.metadata("family" + i, new Metadata("counter", "", "help"));
      case 12 -> into.gone(1 + random.nextInt(99));
      case 4 -> into.sample(random.nextLong() >>> 1, random.nextLong(), value(random), null, 0);
      case 5 -> into.sample(i, 1000, value(random), null, 1 + random.nextInt(999));
      default -> into.sample(i, 1000, value(random), null, 0);
    }
  }

  @Test
  void entriesComeBackAsTheyWere() throws Exception {
    long seed = Long.getLong("seed", 21);
    for (int round = 0; round < 500; round++) {
      Told expected = new Told();
      Random once = new Random(seed + round);
      Random again = new Random(seed + round);
      encoder.clear();
      for (int i = 0; i < 50; i++) {
        add(once, encoder, i);
        add(again, expected, i);
      }
      assertThat(read(encoder.payload().toByteArray()).entries)
          .as("seed=%d, round %d", seed, round)
          .isEqualTo(expected.entries);
    }
  }

  @Test
  void neighboursOfOneTimeTakeATagAndTheirValuesBytes() {
    encoder.sample(7, 1000, 1, null, 0);
    int first = encoder.payload().length();
    encoder.sample(8, 1000, 0.0, null, 0);
    assertThat(encoder.payload().length() - first).isEqualTo(1);
    encoder.sample(9, 1000, 8191, null, 0);
    assertThat(encoder.payload().length() - first).isEqualTo(1 + 4);
    encoder.sample(10, 1000, 123_456_789, null, 0);
    assertThat(encoder.payload().length() - first).isEqualTo(1 + 4 + 6);
    encoder.sample(11, 1000, 0.1, null, 0);
    assertThat(encoder.payload().length() - first).isEqualTo(1 + 4 + 6 + 9);
  }

  @Test
  void aPayloadThatIsCutIsRefused() {
    encoder.sample(7, 1000, 1, null, 0);
    encoder.sample(8, 1000, 8191, null, 0);
    byte[] whole = encoder.payload().toByteArray();
    for (int length = 1; length < 4; length++) {
      byte[] cut = Arrays.copyOf(whole, whole.length - length);
      assertThatThrownBy(() -> read(cut)).isInstanceOf(MalformedDataException.class);
    }
  }
}
