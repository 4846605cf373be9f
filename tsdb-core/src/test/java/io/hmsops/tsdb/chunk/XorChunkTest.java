package io.hmsops.tsdb.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.testing.ProjectFiles;
import io.hmsops.tsdb.testing.RealData;
import io.hmsops.tsdb.testing.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class XorChunkTest {
  private static Chunk encode(long[] times, double[] values, int from, int to) {
    XorBuilder builder = new XorBuilder();
    for (int i = from; i < to; i++) {
      builder.add(times[i], values[i]);
    }
    return builder.snapshot();
  }

  private static void checkRoundTrip(String what, long[] times, double[] values)
      throws IOException {
    Chunk chunk = encode(times, values, 0, times.length);
    long[] readTimes = new long[times.length];
    double[] readValues = new double[times.length];
    XorDecoder.decode(chunk.data(), 0, chunk.lengthBytes(), times.length, readTimes, readValues);
    assertThat(readTimes).as(what).isEqualTo(times);
    assertThat(bits(readValues)).as(what).isEqualTo(bits(values));
  }

  private static long[] bits(double[] values) {
    return Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).toArray();
  }

  @Test
  void theExampleOfTheFormatPageIsWhatTheEncoderWrites() throws IOException {
    String page = Files.readString(ProjectFiles.root().resolve("docs/format/chunk-xor.md"));
    Matcher matcher = Pattern.compile("```hex\n([0-9a-f\\s]+)```").matcher(page);
    assertThat(matcher.find()).as("the page has an example").isTrue();
    byte[] expected = HexFormat.of().parseHex(matcher.group(1).replaceAll("\\s", ""));
    long[] times = {1000, 2000, 3000};
    double[] values = {1.0, 1.0, 2.0};
    Chunk chunk = encode(times, values, 0, 3);
    assertThat(Arrays.copyOf(chunk.data(), chunk.lengthBytes())).isEqualTo(expected);

    long[] readTimes = new long[3];
    double[] readValues = new double[3];
    byte[] padded = Arrays.copyOf(expected, expected.length + Chunk.SLACK_BYTES);
    XorDecoder.decode(padded, 0, expected.length, 3, readTimes, readValues);
    assertThat(readTimes).isEqualTo(times);
    assertThat(readValues).isEqualTo(values);
  }

  @Test
  void theCodeOfASampleIsWhatTheEncoderAdds() {
    long seed = Seeds.next();
    Random random = new Random(seed);
    XorEncoder encoder = new XorEncoder();
    long time = 1_700_000_000_000L;
    long delta = 0;
    double value = 1;
    encoder.add(time, value);
    int coded = 0;
    for (int i = 0; i < 20_000; i++) {
      long newDelta =
          1 + (random.nextInt(4) > 0 ? 14_999 : random.nextLong(1L << random.nextInt(40)));
      double newValue =
          switch (random.nextInt(4)) {
            case 0 -> value;
            case 1 -> random.nextInt(1000);
            case 2 -> value + random.nextInt(3);
            default -> Double.longBitsToDouble(random.nextLong());
          };
      long xor = Double.doubleToRawLongBits(value) ^ Double.doubleToRawLongBits(newValue);
      int window = encoder.window();
      int before = encoder.bitLength();
      encoder.add(time + newDelta, newValue);
      long code = XorEncoder.code(newDelta - delta, xor, window);
      if (code != 0) {
        int length = Long.SIZE - 1 - Long.numberOfLeadingZeros(code);
        String what = "sample %d, seed=%d".formatted(i, seed);
        assertThat(length).as(what).isEqualTo(encoder.bitLength() - before);
        assertThat(code ^ (1L << length)).as(what).isEqualTo(lastBits(encoder, length));
        coded++;
      }
      assertThat(XorEncoder.windowAfter(xor, window)).isEqualTo(encoder.window());
      time += newDelta;
      delta = newDelta;
      value = newValue;
    }
    assertThat(coded).as("seed=%d", seed).isBetween(5_000, 19_000);
  }

  private static long lastBits(XorEncoder encoder, int count) {
    long bits = 0;
    for (int at = encoder.bitLength() - count; at < encoder.bitLength(); at++) {
      int word = at / Long.SIZE;
      long from = word < encoder.fullWords() ? encoder.words()[word] : encoder.pending();
      bits = (bits << 1) | ((from >>> (Long.SIZE - 1 - at % Long.SIZE)) & 1);
    }
    return bits;
  }

  @Test
  void hardValuesAndTimesComeBackBitForBit() throws IOException {
    double[] values = {
      0,
      -0.0,
      1,
      Double.NaN,
      StaleMarker.VALUE,
      Double.longBitsToDouble(0xffffffffffffffffL),
      Double.longBitsToDouble(1),
      Double.MAX_VALUE,
      Double.NEGATIVE_INFINITY,
      0.1,
      0.1,
      -0.0,
      3
    };
    long[] times = {
      Long.MIN_VALUE,
      -5,
      0,
      15,
      16,
      4111,
      8207,
      8_400_000,
      30_000_000,
      30_000_001,
      1L << 62,
      (1L << 62) + 1,
      Long.MAX_VALUE
    };
    checkRoundTrip("hard values", times, values);
  }

  @Test
  void randomSamplesOfEveryWidthComeBackBitForBit() throws IOException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      int count = random.nextInt(1, 300);
      long[] times = new long[count];
      double[] values = new double[count];
      long time = random.nextLong() >> 2;
      long bits = random.nextLong();
      for (int i = 0; i < count; i++) {
        time += 1 + (random.nextLong() >>> random.nextInt(10, 64));
        bits ^=
            random.nextInt(3) == 0
                ? 0
                : random.nextLong() >>> random.nextInt(64) << random.nextInt(64);
        times[i] = time;
        values[i] = Double.longBitsToDouble(bits);
      }
      checkRoundTrip("seed=%d round=%d".formatted(seed, round), times, values);
    }
  }

  @Test
  void aSnapshotStaysRightWhileTheBuilderGoesOn() throws IOException {
    XorBuilder builder = new XorBuilder();
    builder.add(1000, 1.5);
    builder.add(2000, 2.5);
    Chunk early = builder.snapshot();
    for (int i = 3; i < 240; i++) {
      builder.add(1000L * i, i);
    }
    long[] times = new long[2];
    double[] values = new double[2];
    XorDecoder.decode(early.data(), 0, early.lengthBytes(), 2, times, values);
    assertThat(times).containsExactly(1000, 2000);
    assertThat(values).containsExactly(1.5, 2.5);
  }

  @Test
  void missingBytesAreNoticed() {
    long[] times = {1000, 2000, 3500, 9999};
    double[] values = {1.1, 2.2, 3.3, 4.4};
    Chunk chunk = encode(times, values, 0, 4);
    for (int length = 0; length < chunk.lengthBytes(); length++) {
      byte[] cut = Arrays.copyOf(chunk.data(), length);
      int shorter = length;
      assertThatThrownBy(() -> XorDecoder.decode(cut, 0, shorter, 4, new long[4], new double[4]))
          .as("%d of %d bytes", length, chunk.lengthBytes())
          .isInstanceOf(MalformedDataException.class);
    }
  }

  @Test
  void realMonitoringDataComesBackBitForBit() throws IOException {
    Path file = ProjectFiles.shared("data/real-1s.tsv.gz");
    Assumptions.assumeTrue(Files.exists(file), "no shared data");
    long samples = 0;
    long bytes = 0;
    for (RealData.Column column : RealData.read(file)) {
      long[] times = column.timestampsMs();
      double[] values = column.values();
      for (int from = 0; from < times.length; from += ChunkBuilder.MAX_SAMPLES) {
        int to = Math.min(times.length, from + ChunkBuilder.MAX_SAMPLES);
        checkRoundTrip(
            column.labels(),
            Arrays.copyOfRange(times, from, to),
            Arrays.copyOfRange(values, from, to));
        bytes += encode(times, values, from, to).lengthBytes();
        samples += to - from;
      }
    }
    assertThat(samples).isEqualTo(2_827_004);
    // A bound, not a measurement: docs/benchmarks.md has that.
    assertThat((double) bytes / samples).isLessThan(2.0);
  }
}
