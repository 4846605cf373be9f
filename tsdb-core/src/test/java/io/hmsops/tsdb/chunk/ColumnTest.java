package io.hmsops.tsdb.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import io.hmsops.tsdb.encoding.ByteWriter;
import io.hmsops.tsdb.encoding.MalformedDataException;
import io.hmsops.tsdb.sample.StaleMarker;
import io.hmsops.tsdb.testing.Seeds;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;

/** Every column comes back bit for bit, whatever is in it. */
final class ColumnTest {
  private static byte[] withSlack(ByteWriter out) {
    return Arrays.copyOf(out.toByteArray(), out.length() + Chunk.SLACK_BYTES);
  }

  private static int checkIntegers(String context, long[] numbers, boolean cold)
      throws MalformedDataException {
    ByteWriter out = new ByteWriter(16);
    IntegerColumn.encode(numbers, numbers.length, cold, out);
    long[] decoded = new long[numbers.length];
    IntegerColumn.decode(withSlack(out), 0, out.length(), decoded, numbers.length);
    assertThat(decoded).as("%s cold=%s", context, cold).isEqualTo(numbers);
    return out.length();
  }

  private static int checkValues(String context, double[] values, boolean cold)
      throws MalformedDataException {
    ByteWriter out = new ByteWriter(16);
    ValueColumn.encode(values, values.length, cold, out);
    double[] decoded = new double[values.length];
    ValueColumn.decode(
        withSlack(out), 0, out.length(), decoded, new long[values.length], values.length);
    assertThat(Arrays.stream(decoded).mapToLong(Double::doubleToRawLongBits).toArray())
        .as("%s cold=%s", context, cold)
        .isEqualTo(Arrays.stream(values).mapToLong(Double::doubleToRawLongBits).toArray());
    return out.length();
  }

  @Test
  void integersOfAllShapes() throws MalformedDataException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    IntToLongFunction[] shapes = {
      i -> 7,
      i -> 1_700_000_000_000L + 15_000L * i,
      i -> 1_700_000_000_000L + 15_000L * i + random.nextInt(7) - 3,
      i -> random.nextLong(),
      i -> random.nextInt(3),
      i -> (i / 50) * 4096L * (1 + random.nextInt(2)),
      i -> random.nextBoolean() ? Long.MIN_VALUE : Long.MAX_VALUE,
      i -> i % 97 == 0 ? random.nextLong() : 5,
      i -> (long) (random.nextGaussian() * 1e6),
      i -> Long.MAX_VALUE - i * 3L,
    };
    for (int shape = 0; shape < shapes.length; shape++) {
      for (int count : new int[] {1, 2, 3, 127, 128, 129, 1000, 4096}) {
        IntToLongFunction function = shapes[shape];
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++) {
          numbers[i] = function.applyAsLong(i);
        }
        String context = "seed=%d shape=%d count=%d".formatted(seed, shape, count);
        checkIntegers(context, numbers, false);
        checkIntegers(context, numbers, true);
      }
    }
  }

  @Test
  void packedNumbersOfEachWidthComeBackFromAnywhere() throws MalformedDataException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    for (int width = 0; width <= Long.SIZE; width++) {
      for (int count : new int[] {1, 2, 3, 4, 5, 127, 128, 129, 131, 300}) {
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++) {
          numbers[i] = width == 0 ? 9 : random.nextLong() >>> (Long.SIZE - width);
        }
        ByteWriter out = new ByteWriter(16);
        int start = random.nextInt(9);
        for (int i = 0; i < start; i++) {
          out.putByte(random.nextInt(256));
        }
        BitPacking.encode(numbers, count, out);
        long[] decoded = new long[count + 2];
        BitPacking.decode(withSlack(out), start, out.length(), decoded, 1, count);
        assertThat(Arrays.copyOfRange(decoded, 1, count + 1))
            .as("seed=%d width=%d count=%d start=%d", seed, width, count, start)
            .isEqualTo(numbers);
        assertThat(decoded[0] | decoded[count + 1]).isZero();
      }
    }
  }

  @Test
  void valuesOfAllShapes() throws MalformedDataException {
    long seed = Seeds.next();
    Random random = new Random(seed);
    double[] sum = {0};
    IntToDoubleFunction[] shapes = {
      i -> 1.5,
      i -> i,
      i -> random.nextInt(100) / 100.0,
      i -> sum[0] += 0.1,
      i -> sum[0] += random.nextInt(1000) * 1e-6,
      i -> random.nextDouble(),
      i -> Double.longBitsToDouble(random.nextLong()),
      i -> i % 31 == 30 ? StaleMarker.VALUE : i * 4096.0,
      i -> i % 2 == 0 ? 0.0 : -0.0,
      i -> i % 40 == 0 ? Double.POSITIVE_INFINITY : i % 41 == 0 ? Double.NEGATIVE_INFINITY : i,
      i -> Double.longBitsToDouble(0x7ff8000000000000L | random.nextInt(9)),
      i -> Double.MIN_VALUE * random.nextInt(5),
      i -> Math.sin(i / 50.0),
      i -> 9.007199254740992e15 + 2 * i,
      i -> (i % 7) * 1e300,
    };
    for (int shape = 0; shape < shapes.length; shape++) {
      for (int count : new int[] {1, 2, 3, 20, 129, 1000, 4096}) {
        double[] values = new double[count];
        sum[0] = 0;
        for (int i = 0; i < count; i++) {
          values[i] = shapes[shape].applyAsDouble(i);
        }
        String context = "seed=%d shape=%d count=%d".formatted(seed, shape, count);
        checkValues(context, values, false);
        checkValues(context, values, true);
      }
    }
  }

  @Test
  void usualShapesAreSmall() throws MalformedDataException {
    double[] constant = new double[1000];
    Arrays.fill(constant, 3.25);
    assertThat(checkValues("constant", constant, false)).isLessThanOrEqualTo(4);
    double[] counter = new double[1000];
    for (int i = 0; i < counter.length; i++) {
      counter[i] = 17.0 * i;
    }
    assertThat(checkValues("steady counter", counter, false)).isLessThanOrEqualTo(12);
    long[] times = new long[1000];
    for (int i = 0; i < times.length; i++) {
      times[i] = 1_700_000_000_000L + 15_000L * i;
    }
    assertThat(checkIntegers("regular times", times, false)).isLessThanOrEqualTo(20);
  }

  @Test
  void damagedBytesAreRefusedOrDecodeToSomething() {
    long seed = Seeds.next();
    Random random = new Random(seed);
    double[] values = new double[300];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(5000) / 1000.0;
    }
    for (boolean cold : new boolean[] {false, true}) {
      ByteWriter out = new ByteWriter(16);
      ValueColumn.encode(values, values.length, cold, out);
      for (int round = 0; round < 5000; round++) {
        byte[] bytes = withSlack(out);
        int length = 1 + random.nextInt(out.length());
        bytes[random.nextInt(length)] = (byte) random.nextInt();
        bytes[random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
        bytes = Arrays.copyOf(bytes, length + Chunk.SLACK_BYTES);
        try {
          ValueColumn.decode(
              bytes, 0, length, new double[values.length], new long[values.length], values.length);
        } catch (MalformedDataException e) {
          assertThat(e).as("seed=%d", seed).hasMessageContaining("");
        }
      }
    }
  }
}
